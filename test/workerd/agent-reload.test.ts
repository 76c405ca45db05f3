/** What a reload changes of a running agent besides its services, checks and watches. */
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LictorProcess, LictorProcesses } from '../support/lictor-process.ts';

const processes = new LictorProcesses();
let directory: string;
let agent: LictorProcess;

function configure(config: object): void {
  fs.writeFileSync(path.join(directory, 'agent.json'), JSON.stringify(config));
}

async function reload(config: object): Promise<void> {
  configure(config);
  const answer = await fetch(`${agent.base}/v1/agent/reload`, { method: 'PUT' });
  expect(answer.status).toBe(200);
}

const readJSON = async <T>(at: string): Promise<T> =>
  (await (await fetch(agent.base + at)).json()) as T;

beforeAll(async () => {
  directory = processes.temporaryDirectory();
  configure({ log_level: 'info', node_meta: { rack: '1', old: 'x' } });
  agent = await processes.start('agent', ['-dev', '-node=n', `-config-dir=${directory}`]);
});
afterAll(() => processes.stopAll());

describe('a reload changes', () => {
  it('the node meta, in the catalog as well', async () => {
    await reload({ log_level: 'info', node_meta: { rack: '2' } });
    const meta = async (): Promise<Record<string, string>> =>
      (await readJSON<{ Node: { Meta: Record<string, string> } }>('/v1/catalog/node/n')).Node.Meta;
    await expect.poll(meta).toMatchObject({ rack: '2' });
    expect(await meta()).not.toHaveProperty('old');
    const self = await readJSON<{ Meta: Record<string, string> }>('/v1/agent/self');
    expect(self.Meta).toMatchObject({ rack: '2' });
  });

  it('the log level', async () => {
    await fetch(`${agent.base}/v1/kv/quiet`);
    await reload({ log_level: 'debug' });
    await fetch(`${agent.base}/v1/kv/loud`);
    await expect.poll(() => agent.words).toContain('url=/v1/kv/loud');
    await reload({ log_level: 'warn' });
    await fetch(`${agent.base}/v1/kv/again`);
    await reload({ log_level: 'debug' });
    await fetch(`${agent.base}/v1/kv/last`);
    await expect.poll(() => agent.words).toContain('url=/v1/kv/last');
    expect(agent.words).not.toMatch(/url=\/v1\/kv\/(quiet|again)/);
  });

  it('how many connections a client may have', async () => {
    const open = (keeper: http.Agent): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        http
          .get(`${agent.base}/v1/status/leader`, { agent: keeper }, (answer) => {
            answer.resume();
            resolve(answer.statusCode);
          })
          .on('error', reject);
      });
    const idle = new http.Agent({ keepAlive: true });
    expect(await open(idle)).toBe(200);
    await reload({ limits: { http_max_conns_per_client: 1 } });
    const other = new http.Agent({ keepAlive: true });
    expect(await open(other)).toBe(429);
    idle.destroy();
    other.destroy();
  });
});

it('an end in the middle of reloads is an end', async () => {
  for (let count = 0; count < 5; count++) agent.signal('SIGHUP');
  agent.signal('SIGTERM');
  expect((await agent.ended()).code).toBe(0);
});
