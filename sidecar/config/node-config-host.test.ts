import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadAgentConfig } from './load-agent-config.ts';
import { nodeConfigHost } from './node-config-host.ts';

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
