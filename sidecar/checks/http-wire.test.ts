/** What a checked service sees of an HTTP check, and what it may answer, byte by byte. */
import { once } from 'node:events';
import net from 'node:net';
import { gzipSync } from 'node:zlib';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { CheckDefinition } from '../../protocol/types/agent.ts';
import type { CheckResult } from './check-runner.ts';
import { createProbe } from './create-probe.ts';

const servers: net.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

interface Service {
  readonly port: number;
  readonly requests: string[];
}

/** Answers each connection's first bytes with `answer`, then closes unless told otherwise. */
async function serve(
  answer: string | Buffer,
  ending: 'close' | 'reset' | 'stay' = 'close',
): Promise<Service> {
  const requests: string[] = [];
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes: Buffer) => {
      requests.push(bytes.toString('latin1'));
      if (ending === 'reset') socket.resetAndDestroy();
      else if (ending === 'close') socket.end(answer);
      else socket.write(answer);
    });
  });
  server.listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, requests };
}

function run(definition: CheckDefinition): Promise<CheckResult> {
  const environment = { docker: { socketPath: '' }, outputMaxBytes: 4096 };
  return createProbe('http', definition, environment).run(new AbortController().signal);
}

/** Request line and fields without those that every check sends. */
async function sent(path: string, definition: CheckDefinition): Promise<string[]> {
  const { port, requests } = await serve(OK);
  await run({ ...definition, HTTP: `http://${path.replace('HOST', `127.0.0.1:${port}`)}` });
  const usual = [
    `Host: 127.0.0.1:${port}`,
    'User-Agent: Consul Health Check',
    'Accept: text/plain, text/*, */*',
    'Accept-Encoding: gzip',
    'Connection: close',
  ];
  return (requests[0] ?? '').split('\r\n').filter((line) => line !== '' && !usual.includes(line));
}

describe('the request', () => {
  it.each<[string, CheckDefinition, string[]]>([
    ['HOST', {}, ['GET / HTTP/1.1']],
    ['HOST/a?b=c%20d#e', {}, ['GET /a?b=c%20d HTTP/1.1']],
    ['HOST/a b/ä', {}, ['GET /a%20b/%C3%A4 HTTP/1.1']],
    ['HOST?x', {}, ['GET /?x HTTP/1.1']],
    ['HOST/', { Method: 'HEAD' }, ['HEAD / HTTP/1.1']],
    ['HOST/', { Method: 'post' }, ['post / HTTP/1.1']],
    ['HOST/', { Method: 'POST', Body: 'ä' }, ['POST / HTTP/1.1', 'Content-Length: 2', 'Ã¤']],
    ['HOST/', { Method: 'PUT' }, ['PUT / HTTP/1.1', 'Content-Length: 0']],
    ['HOST/', { Body: 'x' }, ['GET / HTTP/1.1', 'Content-Length: 1', 'x']],
    ['HOST/', { Header: { 'X-A': ['1', '2'] } }, ['GET / HTTP/1.1', 'X-A: 1', 'X-A: 2']],
    ['HOST/', { Header: { 'Content-Length': ['7'] } }, ['GET / HTTP/1.1']],
    ['u:p%40@HOST/', {}, ['GET / HTTP/1.1', 'Authorization: Basic dTpwQA==']],
  ])('%s %j', async (path, definition, lines) => {
    expect(await sent(path, definition)).toEqual(lines);
  });

  it("a definition's own fields replace the usual ones", async () => {
    const { port, requests } = await serve(OK);
    const Header = {
      host: ['my.host'],
      'user-agent': ['mine'],
      accept: ['x/y'],
      'accept-encoding': ['br'],
    };
    await run({ HTTP: `http://127.0.0.1:${port}/`, Header });
    expect(requests).toEqual([
      'GET / HTTP/1.1\r\nHost: my.host\r\nuser-agent: mine\r\naccept: x/y\r\naccept-encoding: br\r\nConnection: close\r\n\r\n',
    ]);
  });

  it.each<[CheckDefinition, string]>([
    [{ Method: 'A B' }, 'net/http: invalid method "A B"'],
    [
      { Header: { 'Bad Name': ['x'] } },
      'Get "http://h/": net/http: invalid header field name "Bad Name"',
    ],
    [
      { Header: { 'X-V': ['a\r\nB: c'] } },
      'Get "http://h/": net/http: invalid header field value for "X-V"',
    ],
  ])('%j is not sent', async (definition, output) => {
    expect(await run({ ...definition, HTTP: 'http://h/' })).toEqual({ status: 'critical', output });
  });
});

describe('the answer', () => {
  it.each<[string, string, string]>([
    ['HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc', 'passing', '200 OK Output: abc'],
    ['HTTP/1.1 200 OK\r\n\r\nuntil close', 'passing', '200 OK Output: until close'],
    ['HTTP/1.1 200 OK\nContent-Length: 2\n\nhi', 'passing', '200 OK Output: hi'],
    ['HTTP/1.1 599 \r\nContent-Length: 1\r\n\r\nx', 'critical', '599  Output: x'],
    ['HTTP/1.1 302 Found\r\nContent-Length: 2\r\n\r\nno', 'critical', '302 Found Output: no'],
  ])('%j is judged by its head', async (answer, status, rest) => {
    const { port } = await serve(answer);
    const url = `http://127.0.0.1:${port}/`;
    expect(await run({ HTTP: url })).toEqual({ status, output: `HTTP GET ${url}: ${rest}` });
  });

  it.each<[string, 'close' | 'reset', string | RegExp]>([
    ['', 'close', 'EOF'],
    ['HTTP/1.1 200 OK\r\n', 'close', 'EOF'],
    ['', 'reset', /^read tcp 127\.0\.0\.1:\d+: read: connection reset by peer$/],
    [
      'HTTP/1.1 abc OK\r\n\r\n',
      'close',
      'net/http: HTTP/1.x transport connection broken: malformed HTTP status code "abc"',
    ],
  ])('%j and %s is none', async (answer, ending, reason) => {
    const { port } = await serve(answer, ending);
    const url = `http://127.0.0.1:${port}/`;
    const { status, output } = await run({ HTTP: url });
    expect(status).toBe('critical');
    const prefix = `Get "${url}": `;
    expect(output.startsWith(prefix)).toBe(true);
    if (typeof reason === 'string') expect(output).toBe(prefix + reason);
    else expect(output.slice(prefix.length)).toMatch(reason);
  });

  it('a body that does not end is cut at the time-out, and judged by its head', async () => {
    const { port } = await serve('HTTP/1.1 200 OK\r\n\r\npart', 'stay');
    const url = `http://127.0.0.1:${port}/`;
    const { status, output } = await run({ HTTP: url, Timeout: '80ms' });
    expect([status, output]).toEqual(['passing', `HTTP GET ${url}: 200 OK Output: part`]);
  });

  it.each([
    ['whole', (bytes: Buffer) => bytes, 'unzipped '.repeat(3)],
    ['damaged', () => Buffer.from('no gzip'), ''],
  ])('a compressed body, %s', async (_, change, text) => {
    const body = change(gzipSync('unzipped '.repeat(3)));
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`;
    const { port } = await serve(Buffer.concat([Buffer.from(head), body]));
    const { status, output } = await run({ HTTP: `http://127.0.0.1:${port}/` });
    expect([status, output.split('Output: ')[1]]).toEqual(['passing', text]);
  });

  it.each([
    ['ftp://x/', /^Get "ftp:\/\/x\/": unsupported protocol scheme "ftp"$/],
    [
      'http://[bad',
      /failed to parse Location header "http:\/\/\[bad": parse "http:\/\/\[bad": missing '\]' in host$/,
    ],
    [
      'http://127.0.0.1:1/',
      /^Get "http:\/\/127.0.0.1:1\/": dial tcp 127.0.0.1:1: connect: connection refused$/,
    ],
  ])('a redirect to %s fails with its own address', async (location, output) => {
    const { port } = await serve(
      `HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`,
    );
    expect((await run({ HTTP: `http://127.0.0.1:${port}/` })).output).toMatch(output);
  });
});
