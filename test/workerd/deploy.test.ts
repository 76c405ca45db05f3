/** `npm run deploy -- --dry-run`: wrangler builds the Worker of each environment, complete, and needs no network. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../support/lictor-process.ts';

const BINDINGS = ['DATACENTER_OBJECTS', 'RELAY_OBJECTS', 'FEDERATION_OBJECTS', 'ASSETS'];

let directory: string;
/** Whoever wants to reach the network comes by here, and is turned away. */
let proxy: net.Server;

beforeEach(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-deploy-'));
  proxy = net.createServer((socket) => socket.destroy());
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});
afterEach(() => {
  proxy.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

async function deploy(...args: string[]): Promise<{ code: number; words: string }> {
  const url = `http://127.0.0.1:${(proxy.address() as net.AddressInfo).port}`;
  const env = {
    PATH: process.env['PATH'],
    HOME: directory,
    HTTP_PROXY: url,
    HTTPS_PROXY: url,
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_HIDE_BANNER: 'true',
    npm_config_update_notifier: 'false',
  };
  const all = ['run', 'deploy', '--', '--dry-run', `--outdir=${directory}/out`, ...args];
  const child = spawn('npm', all, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (words += chunk));
  const [code] = (await once(child, 'close')) as [number];
  return { code, words };
}

describe('a dry run of the deployment', () => {
  it.each([
    ['of production', '', 'dc1'],
    ['of staging', 'staging', 'staging'],
  ])('%s is complete and needs no network', async (_of, environment, datacenter) => {
    const { code, words } = await deploy(`--env=${environment}`);
    expect(code, words).toBe(0);
    // What wrangler says of an environment that lacks something, or was not named.
    expect(words).not.toMatch(/not inherited|Multiple environments/);
    for (const name of BINDINGS) expect(words).toContain(`env.${name}`);
    expect(words).toContain(`env.DATACENTER ("${datacenter}")`);
    expect(words).toContain('--dry-run: exiting now.');
    const built = fs.readdirSync(path.join(directory, 'out'));
    expect(built).toContain('index.js');
    const script = fs.readFileSync(path.join(directory, 'out/index.js'), 'utf8');
    for (const name of ['DatacenterObject', 'RelayObject', 'FederationObject'])
      expect(script).toContain(name);
    // Every SQL migration travels with the Worker.
    const migrations = fs
      .readdirSync(path.join(ROOT, 'migrations'))
      .filter((name) => name.endsWith('.sql'));
    for (const name of migrations)
      expect(
        built.some((file) => file.endsWith(name)),
        name,
      ).toBe(true);
  });
});
