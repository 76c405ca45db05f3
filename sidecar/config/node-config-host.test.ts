import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadAgentConfig } from './load-agent-config.ts';
import { defaultRouteOf, nodeConfigHost } from './node-config-host.ts';

const directory = mkdtempSync(join(tmpdir(), 'agent-config-'));
afterAll(() => rmSync(directory, { recursive: true }));

it('reads files, directories and links of this machine', () => {
  mkdirSync(join(directory, 'conf.d/sub'), { recursive: true });
  writeFileSync(join(directory, 'elsewhere.json'), '{"service":{"name":"linked"}}');
  writeFileSync(join(directory, 'conf.d/a.hcl'), 'data_dir = "state"\nbind_addr = "127.0.0.1"');
  symlinkSync('../elsewhere.json', join(directory, 'conf.d/b.json'));
  symlinkSync('../gone.json', join(directory, 'conf.d/c.json'));
  const { config } = loadAgentConfig({
    args: ['-config-dir=conf.d'],
    env: {},
    cwd: directory,
    host: nodeConfigHost,
  });
  expect(config.dataDir).toBe(join(directory, 'state'));
  expect(config.services).toEqual([{ Name: 'linked' }]);
  expect(config.nodeName).toBe(nodeConfigHost.hostname());
});

it('knows its interfaces', () => {
  const addresses = nodeConfigHost.interfaceAddresses();
  expect(addresses.find(({ address }) => address === '127.0.0.1')).toMatchObject({
    family: 4,
    loopback: true,
  });
  expect(addresses.every(({ address }) => !address.includes('%'))).toBe(true);
});

it.each([
  ['eth0', 'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0'],
  [undefined, 'eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0'],
  // A route to the lower half of all addresses is none for all.
  [undefined, 'tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0'],
  [undefined, ''],
])('the default route is that of %s', (name, line) => {
  const heading =
    'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT';
  expect(defaultRouteOf(`${heading}\n${line}\n`)).toBe(name);
});
