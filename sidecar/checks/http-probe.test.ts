/** HTTP checks against a real server of this host. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { CheckDefinition } from '../../protocol/types/agent.ts';
import { createProbe } from './create-probe.ts';
import type { CheckResult } from './check-runner.ts';

const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

function run(definition: CheckDefinition): Promise<CheckResult> {
  const environment = {
    docker: { socketPath: '' },
    outputMaxBytes: 4096,
  };
  return createProbe('http', definition, environment).run(new AbortController().signal);
}

async function serve(handler: http.RequestListener): Promise<string> {
  const server = http.createServer(handler).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('HTTP', () => {
  it.each([
    [200, 'passing', '200 OK'],
    [204, 'passing', '204 No Content'],
    [429, 'warning', '429 Too Many Requests'],
    [404, 'critical', '404 Not Found'],
    [503, 'critical', '503 Service Unavailable'],
    [304, 'critical', '304 Not Modified'],
  ])('%i is %s', async (code, status, line) => {
    const url = await serve((_request, response) =>
      response.writeHead(code).end(code === 200 ? 'hello' : ''),
    );
    const output = `HTTP GET ${url}: ${line} Output: ${code === 200 ? 'hello' : ''}`;
    expect(await run({ HTTP: url })).toEqual({ status, output });
  });

  it('sends method, headers and body, and keeps the end of a long answer', async () => {
    const url = await serve(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      response.end(
        `${'x'.repeat(5000)}${request.method} ${request.headers.host} ${String(request.headers['x-a'])} ${body}`,
      );
    });
    const definition = {
      HTTP: url,
      Method: 'POST',
      Body: 'hi',
      Header: { Host: ['foo.bar'], 'X-A': ['1', '2'] },
    };
    const { output } = await run({ ...definition, OutputMaxSize: 20 });
    expect(output).toBe(`HTTP POST ${url}: 200 OK Output: POST foo.bar 1, 2 hi`);
  });

  it('follows redirects, unless told not to, and not for ever', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/end') response.end('there');
      else response.writeHead(302, { location: request.url === '/loop' ? '/loop' : '/end' }).end();
    });
    expect(await run({ HTTP: `${url}/a` })).toEqual({
      status: 'passing',
      output: `HTTP GET ${url}/a: 200 OK Output: there`,
    });
    expect((await run({ HTTP: `${url}/a`, DisableRedirects: true })).status).toBe('critical');
    expect((await run({ HTTP: `${url}/loop` })).output).toBe(
      'Get "/loop": stopped after 10 redirects',
    );
  });

  it('does not take credentials to another host', async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end();
    });
    const url = await serve((_request, response) =>
      response.writeHead(302, { location: other }).end(),
    );
    await run({ HTTP: url, Header: { Authorization: ['secret'] } });
    expect(seen).toEqual([undefined]);
  });

  it('times out', async () => {
    const url = await serve(() => {});
    const started = performance.now();
    const { status, output } = await run({ HTTP: url, Timeout: '50ms' });
    expect(status).toBe('critical');
    expect(output).toContain('context deadline exceeded');
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it.each([
    [
      'http://127.0.0.1:1/x',
      'Get "http://127.0.0.1:1/x": dial tcp 127.0.0.1:1: connect: connection refused',
    ],
    ['::bad', 'parse "::bad": missing protocol scheme'],
    ['ftp://x/', 'Get "ftp://x/": unsupported protocol scheme "ftp"'],
    ['http:///x', 'Get "http:///x": http: no Host in request URL'],
    ['http://a b/', 'parse "http://a b/": invalid character " " in host name'],
    ['http://[::1/', `parse "http://[::1/": missing ']' in host`],
    ['http://h:abc/', 'parse "http://h:abc/": invalid port ":abc" after host'],
    ['http://h:99999/', 'Get "http://h:99999/": dial tcp: address 99999: invalid port'],
    ['http://h%20:1/', 'parse "http://h%20:1/": invalid URL escape "%20"'],
    [
      'http://u:secret@127.0.0.1:1/',
      'Get "http://u:***@127.0.0.1:1/": dial tcp 127.0.0.1:1: connect: connection refused',
    ],
    ['http://h/%zz', 'parse "http://h/%zz": invalid URL escape "%zz"'],
    ['http://h/\n', 'parse "http://h/\\n": net/url: invalid control character in URL'],
  ])('%s fails clearly', async (url, output) => {
    expect(await run({ HTTP: url })).toEqual({ status: 'critical', output });
  });
});
