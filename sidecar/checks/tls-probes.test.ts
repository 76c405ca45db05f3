/** Checks over TLS, against servers with a certificate for web.test that nobody vouches for. */
import { once } from 'node:events';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { CheckDefinition } from '../../protocol/types/agent.ts';
import type { CheckResult } from './check-runner.ts';
import { type ProbeKind, createProbe } from './create-probe.ts';
import { CERTIFICATE, KEY } from './testing-certificate.ts';

const PAIR = { key: KEY, cert: CERTIFICATE };
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function listen(server: net.Server | http2.Http2SecureServer): Promise<string> {
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function run(kind: ProbeKind, definition: CheckDefinition, trusted = false): Promise<CheckResult> {
  const environment = {
    docker: { socketPath: '' },
    outputMaxBytes: 4096,
    ...(trusted && { agentTLS: { ca: CERTIFICATE } }),
  };
  return createProbe(kind, definition, environment).run(new AbortController().signal);
}

/** What each kind needs to reach the address by TLS, and how it begins to say that it could not. */
const KINDS: readonly [
  ProbeKind,
  (address: string) => CheckDefinition,
  (address: string) => string,
][] = [
  ['http', (a) => ({ HTTP: `https://${a}/` }), (a) => `Get "https://${a}/": `],
  ['tcp', (a) => ({ TCP: a, TCPUseTLS: true }), () => ''],
  ['h2ping', (a) => ({ H2PING: a }), (a) => `Failed to dial to ${a}: `],
  [
    'grpc',
    (a) => ({ GRPC: a, GRPCUseTLS: true }),
    () =>
      'rpc error: code = Unavailable desc = connection error: desc = "transport: authentication handshake failed: ',
  ],
];

const REFUSAL = 'tls: failed to verify certificate: x509: ';

describe.each(KINDS)('%s', (kind, define, prefix) => {
  const serve = (): Promise<string> => {
    const server = http2.createSecureServer({ ...PAIR, allowHTTP1: true }, (_, response) =>
      response.end('fine'),
    );
    server.on('session', (session) => cleanups.push(() => session.destroy()));
    return listen(server);
  };

  it.each([
    [{}, "cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs"],
    [{ TLSServerName: 'web.test' }, 'certificate signed by unknown authority'],
    [{ TLSServerName: 'no.test' }, 'certificate is valid for web.test, www.test, not no.test'],
    [
      { TLSServerName: '10.1.2.3' },
      "cannot validate certificate for 10.1.2.3 because it doesn't contain any IP SANs",
    ],
  ])('refuses with %j', async (more, reason) => {
    const address = await serve();
    const { status, output } = await run(kind, { ...define(address), ...more });
    expect(status).toBe('critical');
    expect(output.startsWith(`${prefix(address)}${REFUSAL}${reason}`)).toBe(true);
  });

  it('takes what the agent trusts under the right name only', async () => {
    const address = await serve();
    const other = await run(kind, { ...define(address), TLSServerName: 'no.test' }, true);
    expect(other.output).toContain(
      `${REFUSAL}certificate is valid for web.test, www.test, not no.test`,
    );
    const right = await run(kind, { ...define(address), TLSServerName: 'web.test' }, true);
    expect(right.output).not.toContain('x509');
    // The server has no health service.
    if (kind !== 'grpc') expect(right).toMatchObject({ status: 'passing' });
  });

  it('takes anything with TLSSkipVerify', async () => {
    const { output } = await run(kind, { ...define(await serve()), TLSSkipVerify: true });
    expect(output).not.toContain('x509');
  });

  it('says that a server speaks no TLS', async () => {
    const address = await listen(
      net.createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400\r\n\r\n')),
    );
    const { output } = await run(kind, { ...define(address), TLSSkipVerify: true });
    expect(output).toContain(
      kind === 'http'
        ? 'http: server gave HTTP response to HTTPS client'
        : 'tls: first record does not look like a TLS handshake',
    );
  });

  it('gives up a handshake that is never answered', async () => {
    const address = await listen(net.createServer((socket) => void socket.on('error', () => {})));
    const { status, output } = await run(kind, { ...define(address), Timeout: '60ms' });
    expect(status).toBe('critical');
    expect(output).toContain('context deadline exceeded');
  });
});

describe('HTTP by ALPN', () => {
  it.each([
    ['HTTP/2 alone', () => http2.createSecureServer({ ...PAIR }, answerWithVersion), '2.0'],
    [
      'both',
      () => http2.createSecureServer({ ...PAIR, allowHTTP1: true }, answerWithVersion),
      '2.0',
    ],
    ['HTTP/1.1', () => https.createServer({ ...PAIR }, answerWithVersion), '1.1'],
  ])('%s', async (_, create, version) => {
    const server = create();
    if ('on' in server)
      (server as http2.Http2SecureServer).on('session', (session) =>
        cleanups.push(() => session.destroy()),
      );
    const url = `https://${await listen(server)}/x`;
    const definition = { HTTP: url, Method: 'POST', Body: 'b', Header: { 'X-A': ['1', '2'] } };
    expect(await run('http', { ...definition, TLSSkipVerify: true })).toEqual({
      status: 'critical',
      output: `HTTP POST ${url}: 503 Service Unavailable Output: ${version} POST /x 1, 2 b`,
    });
  });

  it('a server without a protocol in common is named', async () => {
    const server = tls.createServer({ ...PAIR, ALPNProtocols: ['x'] });
    const { output } = await run('h2ping', { H2PING: await listen(server), TLSSkipVerify: true });
    expect(output).toContain('remote error: tls: no application protocol');
  });
});

function answerWithVersion(
  request: http2.Http2ServerRequest | import('node:http').IncomingMessage,
  response: http2.Http2ServerResponse | import('node:http').ServerResponse,
): void {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    response.statusCode = 503;
    const { httpVersion, method, url, headers } = request;
    response.end(`${httpVersion} ${method} ${url} ${String(headers['x-a'])} ${body}`);
  });
}
