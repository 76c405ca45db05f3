import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveClientConfig } from './client-config.ts';
import type { ClientFlags } from './client-config.ts';
import { AbortedError } from './errors.ts';
import { ConsulClient, escapePath } from './http-client.ts';
import { parseJSON, renderJSON } from './json.ts';
import { FakeAgent } from './testing/fake-agent.ts';

let agent: FakeAgent;
const clients: ConsulClient[] = [];

function connect(flags: ClientFlags = {}, environment: Record<string, string> = {}): ConsulClient {
  const config = resolveClientConfig({ httpAddress: agent.address, ...flags }, environment, '/');
  const client = new ConsulClient(config);
  clients.push(client);
  return client;
}

beforeEach(async () => {
  agent = new FakeAgent();
  await agent.start();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await agent.stop();
});

describe('ConsulClient', () => {
  it('sends token, credentials, datacenter and consistency', async () => {
    agent.on('GET /v1/x', { body: { ok: true } });
    const flags = {
      token: 'secret',
      datacenter: 'dc2',
      stale: true,
      namespace: 'n',
      partition: 'p',
    };
    const client = connect(flags, { CONSUL_HTTP_AUTH: 'user:pw' });
    expect(await client.json({ path: '/v1/x', query: { raw: true, tag: ['a b', '&'] } })).toEqual({
      ok: true,
    });
    expect(agent.log).toEqual(['GET /v1/x?dc=dc2&ns=n&partition=p&stale=&raw=&tag=a+b&tag=%26']);
    const { headers } = agent.requests[0]!;
    expect(headers['x-consul-token']).toBe('secret');
    expect(headers.authorization).toBe(`Basic ${Buffer.from('user:pw').toString('base64')}`);
  });

  it('sends bodies of all kinds, and no ?stale with a write', async () => {
    agent.on('PUT /v1/x', { body: 'true' });
    const client = connect({ stale: true });
    const streamed = (async function* () {
      yield Buffer.from('part ');
      yield Buffer.from('by part');
    })();
    for (const body of ['text', Buffer.from([0xff, 0]), streamed, undefined]) {
      await client.json({ method: 'PUT', path: '/v1/x', ...(body === undefined ? {} : { body }) });
    }
    expect(agent.log.every((line) => line === 'PUT /v1/x')).toBe(true);
    expect(agent.requests.map(({ body }) => body.toString('latin1'))).toEqual([
      'text',
      '\u00ff\0',
      'part by part',
      '',
    ]);
  });

  it('follows the redirect of a path with two slashes, with method and body', async () => {
    agent.on('PUT /v1/kv//a', { status: 307, headers: { Location: '/v1/kv/a?flags=1' } });
    agent.on('PUT /v1/kv/a', { body: 'true' });
    await connect().json({ method: 'PUT', path: '/v1/kv//a', query: { flags: 1 }, body: 'x' });
    expect(agent.log).toEqual(['PUT /v1/kv//a?flags=1', 'PUT /v1/kv/a?flags=1']);
    expect(agent.requests[1]!.body.toString()).toBe('x');
  });

  it('does not follow for ever', async () => {
    agent.on('GET /v1/loop', { status: 307, headers: { Location: '/v1/loop' } });
    await expect(connect().request({ path: '/v1/loop' })).rejects.toThrow(
      'Unexpected response code: 307 ()',
    );
  });

  it.each([
    [500, 'No path to datacenter\n', 'Unexpected response code: 500 (No path to datacenter)'],
    [403, '', 'Unexpected response code: 403 ()'],
  ])('words an answer of %i', async (status, body, message) => {
    agent.on('GET /v1/x', { status, body });
    await expect(connect().request({ path: '/v1/x' })).rejects.toThrow(message);
    expect((await connect().request({ path: '/v1/x', accept: [status] })).status).toBe(status);
  });

  it('words a refused connection', async () => {
    const client = connect({ httpAddress: '127.0.0.1:1' });
    await expect(client.request({ method: 'PUT', path: '/v1/x', query: { a: 1 } })).rejects.toThrow(
      'Put "http://127.0.0.1:1/v1/x?a=1": dial tcp 127.0.0.1:1: connect: connection refused',
    );
  });

  it('words an answer that is cut', async () => {
    agent.on('GET /v1/x', (_request, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('half');
      setImmediate(() => response.destroy());
      return {};
    });
    await expect(connect().request({ path: '/v1/x' })).rejects.toThrow(/^Get "http:.*": EOF$/);
  });

  it('ends with the caller’s signal, before and during the answer', async () => {
    agent.on('GET /v1/x', () => new Promise(() => {}));
    const controller = new AbortController();
    const pending = connect().request({ path: '/v1/x', signal: controller.signal });
    controller.abort();
    await expect(pending).rejects.toThrow(AbortedError);
  });

  it('speaks over a Unix socket', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'http-client-'));
    const path = join(directory, 'agent.sock');
    const server: Server = createServer((_request, response) => response.end('"unix"'));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    try {
      expect(await connect({ httpAddress: `unix://${path}` }).json({ path: '/v1/x' })).toBe('unix');
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(directory, { recursive: true });
    }
    await expect(
      connect({ httpAddress: `unix://${path}` }).request({ path: '/v1/x' }),
    ).rejects.toThrow(
      `Get "http://localhost/v1/x": dial unix ${path}: connect: no such file or directory`,
    );
  });
});

describe('escapePath', () => {
  it.each([
    ['a/b', 'a/b'],
    ['sp ace%/?#', 'sp%20ace%25/%3F%23'],
    ['ü', '%C3%BC'],
  ])('%s', (name, path) => expect(escapePath(name)).toBe(path));
});

describe('JSON', () => {
  it('keeps whole numbers of 64 bits', () => {
    const text = '[{"Flags":18446744073709551615,"Index":7,"Text":"18446744073709551615"}]';
    expect(parseJSON(text)).toEqual([
      { Flags: 18446744073709551615n, Index: 7, Text: '18446744073709551615' },
    ]);
    expect(renderJSON(parseJSON(text))).toBe(text);
  });

  it('escapes as Go does', () => {
    const text = renderJSON({ 'a&b': '<\u2028>' });
    expect(text).toBe('{"a\\u0026b":"\\u003c\\u2028\\u003e"}');
    expect(JSON.parse(text)).toEqual({ 'a&b': '<\u2028>' });
  });
});
