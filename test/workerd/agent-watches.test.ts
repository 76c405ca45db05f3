/** The watches of an agent's configuration: run from the start on, taken and dropped by a reload. */
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LictorProcess, LictorProcesses } from '../support/lictor-process.ts';

const processes = new LictorProcesses();
let directory: string;
let agent: LictorProcess;
let hook: http.Server;
const told: string[] = [];

function configure(watches: object[]): void {
  fs.writeFileSync(path.join(directory, 'watches.json'), JSON.stringify({ watches }));
}

/** Appends what the watch says to a file. */
const append = (name: string): string[] => [
  'sh',
  '-c',
  `echo "$CONSUL_INDEX $(cat)" >> ${path.join(directory, `${name}.out`)}`,
];

/** The values that a script was told so far. */
function heard(name: string): (string | null)[] {
  const file = path.join(directory, `${name}.out`);
  if (!fs.existsSync(file)) return [];
  const lines = fs.readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const value = JSON.parse(line.slice(line.indexOf(' '))) as { Value: string } | null;
    return value === null ? null : Buffer.from(value.Value, 'base64').toString();
  });
}

const put = (key: string, body: string): Promise<Response> =>
  fetch(`${agent.base}/v1/kv/${key}`, { method: 'PUT', body });

beforeAll(async () => {
  directory = processes.temporaryDirectory();
  hook = http.createServer(async (request, response) => {
    told.push(Buffer.concat(await Array.fromAsync(request)).toString());
    response.end();
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  const { port } = hook.address() as AddressInfo;
  configure([
    { type: 'key', key: 'a', args: append('a') },
    { type: 'key', key: 'b', args: ['sh', '-c', 'exit 1'] },
    {
      type: 'keyprefix',
      prefix: 'p/',
      handler_type: 'http',
      http_handler_config: { path: `http://127.0.0.1:${port}/hook`, timeout: '5s' },
    },
  ]);
  agent = await processes.start('agent', ['-dev', `-config-dir=${directory}`]);
});
afterAll(async () => {
  await processes.stopAll();
  hook.closeAllConnections();
  hook.close();
});

describe('watches', () => {
  it('tell a script what there is, and each change', async () => {
    await expect.poll(() => heard('a')).toEqual([null]);
    await put('a', 'one');
    await expect.poll(() => heard('a')).toEqual([null, 'one']);
    await put('unrelated', 'x');
    await put('a', 'two');
    await expect.poll(() => heard('a')).toEqual([null, 'one', 'two']);
  });

  it('tell a URL', async () => {
    await put('p/x', 'one');
    await expect.poll(() => told.length).toBeGreaterThanOrEqual(2);
    expect(JSON.parse(told.at(-1)!)).toMatchObject([{ Key: 'p/x', Value: 'b25l' }]);
  });

  it('go on when a handler fails', async () => {
    await put('b', 'one');
    await put('b', 'two');
    await expect
      .poll(() => agent.words.split('Failed to run watch handler').length)
      .toBeGreaterThan(2);
  });

  it('come and go with a reload; one that stays is not told again', async () => {
    configure([
      { type: 'key', key: 'a', args: append('a') },
      { type: 'key', key: 'c', args: append('c') },
    ]);
    agent.signal('SIGHUP');
    await expect.poll(() => heard('c')).toEqual([null]);
    const before = told.length;
    await put('p/x', 'two');
    await put('c', 'three');
    await expect.poll(() => heard('c')).toEqual([null, 'three']);
    expect(heard('a')).toEqual([null, 'one', 'two']);
    expect(told.length).toBe(before);
  });

  it('that cannot be understood refuse the reload, and the others go on', async () => {
    configure([{ type: 'nonsense', args: ['true'] }]);
    agent.signal('SIGHUP');
    await expect.poll(() => agent.words).toContain('Unsupported watch type: nonsense');
    await put('c', 'four');
    await expect.poll(() => heard('c')).toEqual([null, 'three', 'four']);
  });
});
