/** Probes against real sockets and processes of this host, on ports that the system chooses. */
import dgram from 'node:dgram';
import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { CheckDefinition } from '../../protocol/types/agent.ts';
import { createProbe } from './create-probe.ts';
import { judgeUnit } from './os-service-probe.ts';
import { renderRequest } from './grpc-probe.ts';
import type { CheckResult } from './check-runner.ts';
import type { ProbeKind } from './create-probe.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function run(
  kind: ProbeKind,
  definition: CheckDefinition,
  signal = new AbortController().signal,
): Promise<CheckResult> {
  const environment = {
    docker: { socketPath: '/nowhere/docker.sock' },
    outputMaxBytes: 4096,
  };
  return createProbe(kind, definition, environment).run(signal);
}

async function listen(server: net.Server | http2.Http2Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

describe('TCP and UDP', () => {
  it('TCP', async () => {
    const port = await listen(net.createServer());
    const open = `127.0.0.1:${port}`;
    expect(await run('tcp', { TCP: open })).toEqual({
      status: 'passing',
      output: `TCP connect ${open}: Success`,
    });
    expect(await run('tcp', { TCP: '127.0.0.1:1' })).toEqual({
      status: 'critical',
      output: 'dial tcp 127.0.0.1:1: connect: connection refused',
    });
    expect((await run('tcp', { TCP: '127.0.0.1' })).output).toBe(
      'dial tcp: address 127.0.0.1: missing port in address',
    );
  });

  it('TCP with TLS against a server without', async () => {
    const port = await listen(
      net.createServer((socket) => socket.on('error', () => {}).end('no TLS here\n')),
    );
    const { status, output } = await run('tcp', { TCP: `127.0.0.1:${port}`, TCPUseTLS: true });
    expect(status).toBe('critical');
    expect(output).toMatch(/^tls: |reset/);
  });

  it('UDP: an answer or silence passes, a closed port does not', async () => {
    const answering = dgram.createSocket('udp4').bind(0, '127.0.0.1');
    const silent = dgram.createSocket('udp4').bind(0, '127.0.0.1');
    cleanups.push(() => (answering.close(), silent.close()));
    await Promise.all([once(answering, 'listening'), once(silent, 'listening')]);
    answering.on('message', (_message, peer) => answering.send('pong', peer.port, peer.address));
    for (const socket of [answering, silent]) {
      const address = `127.0.0.1:${socket.address().port}`;
      expect(await run('udp', { UDP: address, Timeout: '50ms' })).toEqual({
        status: 'passing',
        output: `UDP connect ${address}: Success`,
      });
    }
    expect((await run('udp', { UDP: '127.0.0.1:1', Timeout: '2s' })).status).toBe('critical');
  });

  it('UDP: a name that nobody knows is critical, and no more', async () => {
    const { status, output } = await run('udp', { UDP: 'no.such.host.invalid:1', Timeout: '5s' });
    expect(status).toBe('critical');
    expect(output).toMatch(/^dial udp: lookup no\.such\.host\.invalid.*: no such host$/);
  });

  it.each([
    ['127.0.0.1', 'dial tcp: address 127.0.0.1: missing port in address'],
    ['127.0.0.1:99999', 'dial tcp: address 99999: invalid port'],
    ['127.0.0.1:foo', 'dial tcp: lookup tcp/foo: unknown port'],
    ['127.0.0.1:-1', 'dial tcp: address -1: invalid port'],
    ['[::1', "dial tcp: address [::1: missing ']' in address"],
    ['[::1]1', 'dial tcp: address [::1]1: missing port in address'],
    ['127.0.0.1:', 'dial tcp 127.0.0.1:0: connect: connection refused'],
    ['127.0.0.1 :1', 'dial tcp: lookup 127.0.0.1 : no such host'],
    ['::1:1', 'dial tcp: address ::1:1: too many colons in address'],
    ['tcp://127.0.0.1:1', 'dial tcp: address tcp://127.0.0.1:1: too many colons in address'],
    ['[::1]:1', /^dial tcp \[::1\]:1: connect: /],
  ])('TCP %s', async (address, output) => {
    const result = await run('tcp', { TCP: address });
    expect(result.status).toBe('critical');
    if (typeof output === 'string') expect(result.output).toBe(output);
    else expect(result.output).toMatch(output);
  });
});

/** A killed process may remain as a zombie until whoever inherited it collects it. */
function isRunning(pid: number): boolean {
  const file = `/proc/${pid}/stat`;
  return existsSync(file) && !/\) [ZX] /.test(readFileSync(file, 'utf8'));
}

describe('scripts', () => {
  const sh = (script: string, more: CheckDefinition = {}) =>
    run('script', { ScriptArgs: ['/bin/sh', '-c', script], ...more });

  it.each([
    ['echo fine', 'passing', 'fine\n'],
    ['echo careful; exit 1', 'warning', 'careful\n'],
    ['echo bad >&2; exit 2', 'critical', 'bad\n'],
    ['kill -9 $$', 'critical', ''],
  ])('%s', async (script, status, output) => {
    expect(await sh(script)).toEqual({ status, output });
  });

  it('keeps the end of a long output', async () => {
    const { output } = await sh('printf "%0100d" 0; printf tail', { OutputMaxSize: 6 });
    expect(output).toBe('Captured 6 of 104 bytes\n...\n00tail');
  });

  it('kills the whole group at the time-out', async () => {
    const started = performance.now();
    const { status, output } = await sh('sleep 30 & echo $!; sleep 30', {
      Timeout: '150ms',
    });
    expect(status).toBe('critical');
    expect(output).toMatch(/^Timed out \(150ms\) running check\n\n\d+\n$/);
    expect(performance.now() - started).toBeLessThan(3000);
    // It closes its files before it is seen to have ended.
    await expect.poll(() => isRunning(Number(/\n(\d+)\n/.exec(output)![1]))).toBe(false);
  });

  it.each([
    ['/no/such', 'fork/exec /no/such: no such file or directory'],
    ['no-such-program-here', 'exec: "no-such-program-here": executable file not found in $PATH'],
    ['', 'exec: no command'],
    ['sh\0', 'fork/exec sh\0: invalid argument'],
    ['/etc/passwd', 'fork/exec /etc/passwd: permission denied'],
  ])('%s cannot be started', async (program, output) => {
    expect(await run('script', { ScriptArgs: [program] })).toEqual({ status: 'critical', output });
  });

  it('ends when the runner stops', async () => {
    const controller = new AbortController();
    const running = run('script', { ScriptArgs: ['/bin/sleep', '30'] }, controller.signal);
    setImmediate(() => controller.abort());
    expect((await running).status).toBe('critical');
  });
});

describe('HTTP/2 and gRPC', () => {
  async function serve(
    onStream: (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void,
  ) {
    const server = http2.createServer();
    server.on('stream', (stream, headers) => {
      stream.on('error', () => {});
      onStream(stream, headers);
    });
    return `127.0.0.1:${await listen(server)}`;
  }
  const health = (status: number) =>
    serve((stream, headers) => {
      expect(headers[':path']).toBe('/grpc.health.v1.Health/Check');
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc' },
        { waitForTrailers: true },
      );
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(Buffer.from([0, 0, 0, 0, 2, 8, status]));
    });

  it('gRPC: serving passes, not serving does not', async () => {
    const serving = await health(1);
    expect(await run('grpc', { GRPC: `${serving}/web` })).toEqual({
      status: 'passing',
      output: `gRPC check ${serving}/web: success`,
    });
    expect(await run('grpc', { GRPC: await health(2) })).toEqual({
      status: 'critical',
      output: expect.stringMatching(/^gRPC 127.0.0.1:\d+ serving status: NOT_SERVING$/),
    });
  });

  it('gRPC: a status other than OK', async () => {
    const address = await serve((stream) =>
      stream.respond(
        {
          ':status': 200,
          'content-type': 'application/grpc',
          'grpc-status': '5',
          'grpc-message': 'unknown%20service',
        },
        { endStream: true },
      ),
    );
    expect((await run('grpc', { GRPC: `${address}/x` })).output).toBe(
      'rpc error: code = NotFound desc = unknown service',
    );
  });

  it('gRPC: nothing listens', async () => {
    expect((await run('grpc', { GRPC: '127.0.0.1:1' })).output).toContain(
      'code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:1',
    );
  });

  it('HTTP/2 ping', async () => {
    const address = await serve(() => {});
    expect(await run('h2ping', { H2PING: address, H2PingUseTLS: false })).toEqual({
      status: 'passing',
      output: 'HTTP2 ping was successful',
    });
    expect((await run('h2ping', { H2PING: address, Timeout: '1s' })).status).toBe('critical');
    expect((await run('h2ping', { H2PING: '127.0.0.1:1', H2PingUseTLS: false })).output).toBe(
      'Failed to dial to 127.0.0.1:1: dial tcp 127.0.0.1:1: connect: connection refused',
    );
  });

  it('writes the request as protobuf', () => {
    expect([...renderRequest('')]).toEqual([0, 0, 0, 0, 0]);
    expect([...renderRequest('ab')]).toEqual([0, 0, 0, 0, 4, 0x0a, 2, 97, 98]);
    expect([...renderRequest('x'.repeat(200)).subarray(0, 8)]).toEqual([
      0, 0, 0, 0, 203, 0x0a, 0xc8, 0x01,
    ]);
  });
});

describe('Docker and OS services', () => {
  it('Docker is not there', async () => {
    const { status, output } = await run('docker', { DockerContainerID: 'c1', ScriptArgs: ['x'] });
    expect(status).toBe('critical');
    expect(output).toContain(
      'container c1: dial unix /nowhere/docker.sock: connect: no such file or directory',
    );
  });

  it.each([
    ['LoadState=loaded\nActiveState=active\n', 'passing'],
    ['LoadState=loaded\nActiveState=activating\n', 'warning'],
    ['LoadState=loaded\nActiveState=failed\n', 'critical'],
    ['LoadState=not-found\nActiveState=inactive\n', 'critical'],
    ['', 'critical'],
  ])('%j', (properties, status) => {
    expect(judgeUnit('ssh', properties).status).toBe(status);
  });
});
