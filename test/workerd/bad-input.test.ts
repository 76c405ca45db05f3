/** Bad input gets a status and a text that helps, and loses nothing. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import fs from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeServer, listen } from '../support/free-ports.ts';
import { type LictorProcess, LictorProcesses, type Ports } from '../support/lictor-process.ts';

const processes = new LictorProcesses();
afterAll(() => processes.stopAll());

const KIBIBYTE = 1024;
const MAX_VALUE_BYTES = 512 * KIBIBYTE;

describe('requests', () => {
  let agent: LictorProcess;
  beforeAll(async () => {
    agent = await processes.start('agent', ['-dev', '-node=n1']);
    await send('/v1/kv/kept', 'what was there before');
  });

  async function send(target: string, body?: RequestInit['body'], method = 'PUT'): Promise<string> {
    const init: RequestInit & { duplex?: 'half' } = { method, duplex: 'half' };
    if (body !== undefined) init.body = body;
    const answer = await fetch(agent.base + target, init);
    return `${answer.status} ${await answer.text()}`;
  }

  /** A body whose length is not told in advance. */
  function chunked(bytes: number): ReadableStream<Uint8Array> {
    let left = bytes;
    return new ReadableStream({
      pull(controller) {
        const size = Math.min(left, 64 * KIBIBYTE);
        if (size === 0) return controller.close();
        left -= size;
        controller.enqueue(new Uint8Array(size).fill(120));
      },
    });
  }

  it.each([
    ['/v1/catalog/register', '{"Node":', 'Request decode failed: unexpected EOF'],
    ['/v1/catalog/register', '{"Node":"x","Nonsense":1}', 'unknown field "Nonsense"'],
    ['/v1/catalog/deregister', '[]', 'Request decode failed'],
    ['/v1/txn', 'no JSON', 'Failed to parse body'],
    ['/v1/agent/service/register', '{"Name":5}', 'Request decode failed'],
    ['/v1/agent/check/register', '{', 'Request decode failed'],
    ['/v1/session/create', '{"TTL":', 'Request decode'],
  ])('PUT %s of %s: 400, %s', async (target, body, text) => {
    const answer = await send(target, body);
    expect(answer).toMatch(/^400 /);
    expect(answer).toContain(text);
  });

  it.each([
    ['/v1/kv/kept?index=x', '400 Invalid index'],
    ['/v1/kv/kept?index=-1', '400 Invalid index'],
    ['/v1/kv/kept?index=1&wait=x', '400 Invalid wait time'],
    ['/v1/health/service/web?index=1&wait=10', '400 Invalid wait time'],
    ['/v1/kv/kept?stale&consistent', '400 Cannot specify ?stale with ?consistent'],
  ])('GET %s: %s', async (target, text) => {
    expect(await send(target, undefined, 'GET')).toContain(text);
  });

  it('parameters that nobody knows are passed over, as in Consul', async () => {
    expect(await send('/v1/kv/kept?raw&nonsense=1', undefined, 'GET')).toBe(
      '200 what was there before',
    );
  });

  it('a value of 512 KB is taken, one byte more is not, however it comes', async () => {
    const largest = Buffer.alloc(MAX_VALUE_BYTES, 'v');
    expect(await send('/v1/kv/large', largest)).toBe('200 true');
    const tooLarge = Buffer.alloc(MAX_VALUE_BYTES + 1, 'w');
    for (const body of [tooLarge, chunked(MAX_VALUE_BYTES + 1), chunked(4 * MAX_VALUE_BYTES)]) {
      const answer = await send('/v1/kv/large', body);
      expect(answer).toMatch(/^413 Request body\(\d+ bytes\) too large, max size: 524288 bytes/);
      expect(answer).toContain('kv_max_value_size');
    }
    expect(await send('/v1/kv/large?raw', undefined, 'GET')).toBe(`200 ${largest}`);
  });

  it('a transaction of more than 512 KB is refused whole', async () => {
    const Value = Buffer.alloc(300 * KIBIBYTE).toString('base64');
    const set = (Key: string, value: string): object => ({
      KV: { Verb: 'set', Key, Value: value },
    });
    const answer = await send(
      '/v1/txn',
      JSON.stringify([set('first', ''), set('t', Value), set('u', Value)]),
    );
    expect(answer).toMatch(/^413 .*txn_max_req_len/s);
    expect(await send('/v1/kv/first', undefined, 'GET')).toBe('404 ');
  });

  it('nothing of all that changed what was there', async () => {
    const keys = await send('/v1/kv/?keys', undefined, 'GET');
    expect(keys.replaceAll(/\n\s*/g, '')).toBe('200 ["kept","large"]');
    expect(await send('/v1/catalog/nodes', undefined, 'GET')).toContain('"n1"');
    expect(agent.hasEnded).toBe(false);
  });
});

describe('scripts that are not there', () => {
  it('make a check critical and a watch complain, and nothing else', async () => {
    const directory = processes.temporaryDirectory();
    const missing = path.join(directory, 'nowhere.sh');
    const config = {
      enable_local_script_checks: true,
      service: {
        name: 'web',
        check: { id: 'scripted', args: [missing], interval: '1s' },
      },
      watches: [{ type: 'nodes', args: [missing] }],
    };
    fs.writeFileSync(path.join(directory, 'a.json'), JSON.stringify(config));
    const agent = await processes.start('agent', ['-dev', `-config-dir=${directory}`]);
    const check = async (): Promise<{ Status: string; Output: string } | undefined> => {
      const checks = await (await fetch(`${agent.base}/v1/agent/checks`)).json();
      return (checks as Record<string, { Status: string; Output: string }>)['scripted'];
    };
    await expect.poll(async () => (await check())?.Output).toContain('nowhere.sh');
    expect((await check())?.Status).toBe('critical');
    await expect.poll(() => agent.words).toMatch(/Failed to run watch handler.*nowhere\.sh/);
    const watch = await processes.run(['watch', '-type=nodes', '-shell=false', missing], agent);
    expect([watch.code, watch.stderr]).toEqual([1, expect.stringContaining('nowhere.sh')]);
    expect(await (await fetch(`${agent.base}/v1/status/leader`)).text()).not.toBe('');
  });
});

describe('configuration files', () => {
  it.each([
    ['a.hcl', 'datacenter = "dc1"\n\nbootstrp = true\n', ':3:1: bootstrp: invalid config key'],
    [
      'a.json',
      '{\n  "service": {\n    "name": "web",\n    "prot": 80\n  }\n}',
      ':4:5: service.prot',
    ],
    ['a.json', '{\n  "server": true,,\n}', ':2:'],
    ['a.hcl', 'server = \n', 'a.hcl:'],
    ['a.json', '{"datacenter": 5}', 'datacenter'],
  ])('%s of %j: %s', async (name, content, text) => {
    const directory = processes.temporaryDirectory();
    const dataDir = path.join(directory, 'data');
    fs.mkdirSync(path.join(directory, 'config'));
    fs.writeFileSync(path.join(directory, 'config', name), content);
    const args = [`-config-dir=${path.join(directory, 'config')}`, `-data-dir=${dataDir}`];
    const { code, stderr } = await (await processes.spawn('agent', args)).ended();
    expect(code).toBe(1);
    expect(stderr).toContain(text);
    expect(stderr).toContain(name);
    // Nothing was begun.
    expect(fs.existsSync(dataDir)).toBe(false);
  });

  it('that are not there are named', async () => {
    const { code, stderr } = await (
      await processes.spawn('agent', ['-dev', '-config-file=/nowhere/a.hcl'])
    ).ended();
    expect([code, stderr]).toEqual([1, expect.stringContaining('/nowhere/a.hcl')]);
  });
});

describe('a port that is taken', () => {
  it.each<[keyof Ports, string]>([
    ['http', '-http-port (ports.http)'],
    ['dns', '-dns-port (ports.dns)'],
    ['server', '-server-port (ports.server)'],
    ['serfLAN', '-serf-lan-port (ports.serf_lan)'],
  ])('%s: the option that changes it is %s', async (which, option) => {
    const holder = await listen(0);
    const { port } = holder.address() as AddressInfo;
    try {
      const agent = await processes.spawn('agent', ['-dev'], { ports: { [which]: port } });
      const { code, stderr } = await agent.ended();
      expect([code, stderr]).toEqual([1, expect.stringContaining(option)]);
      expect(stderr).toContain(`127.0.0.1:${port}`);
    } finally {
      await closeServer(holder);
    }
  });

  it('by UDP alone is found too', async () => {
    const holder = createSocket('udp4').bind(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address();
    try {
      const agent = await processes.spawn('agent', ['-dev'], { ports: { dns: port } });
      const { code, stderr } = await agent.ended();
      expect([code, stderr]).toEqual([1, expect.stringContaining('-dns-port (ports.dns)')]);
    } finally {
      holder.close();
    }
  });

  it('leaves nothing running behind: the next start with a free one succeeds', async () => {
    const dataDir = processes.temporaryDirectory();
    const args = ['-server', '-bootstrap', '-bind=127.0.0.1', `-data-dir=${dataDir}`];
    const holder = await listen(0);
    const { port } = holder.address() as AddressInfo;
    const refused = await processes.spawn('agent', args, { ports: { dns: port } });
    expect((await refused.ended()).code).toBe(1);
    await processes.start('agent', args);
    await closeServer(holder);
  });

  it('an agent that runs already in that directory is named', async () => {
    const dataDir = processes.temporaryDirectory();
    const args = ['-server', '-bootstrap', '-bind=127.0.0.1', `-data-dir=${dataDir}`];
    const first = await processes.start('agent', args);
    const { code, stderr } = await (await processes.spawn('agent', args)).ended();
    expect([code, stderr]).toEqual([1, expect.stringContaining(`process id ${first.pid}`)]);
    expect(stderr).toContain('-data-dir');
  });
});
