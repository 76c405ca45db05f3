import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { DNSMetrics } from './metrics.ts';
import { DEFAULT_DNS_OPTIONS } from './options.ts';
import type { DNSOptions } from './options.ts';
import { DNSServer } from './server.ts';
import { FakeSource, makeInstance, makeInstances, silentLog } from './testing/fake-source.ts';
import { FakeRecursor, TCPClient, askUDP } from './testing/client.ts';
import { makeQuery, readAnswer } from './testing/packets.ts';
import { ResponseRateLimiter } from './transport/rate-limit.ts';
import { DEFAULT_TCP_LIMITS, TCPListener } from './transport/tcp-listener.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function startServer(options: Partial<DNSOptions> = {}, host = '127.0.0.1') {
  const source = new FakeSource()
    .setService('web-frontend', [makeInstance('web-frontend', 1), makeInstance('web-frontend', 2)])
    .setService('lots', makeInstances('lots', 100))
    .setNode('plain', '10.11.0.1');
  const server = new DNSServer(source, { ...DEFAULT_DNS_OPTIONS, ...options }, silentLog);
  await server.start([{ host, port: 0 }]);
  cleanups.push(() => server.stop());
  return { server, source, port: server.ports[0]! };
}

function connectTo(port: number): TCPClient {
  const client = new TCPClient(port);
  cleanups.push(() => client.close());
  return client;
}

const frontend = makeQuery('web-frontend.service.consul', 'ANY');
const twoAddresses = [
  'web-frontend.service.consul 0 A 10.0.0.1',
  'web-frontend.service.consul 0 A 10.0.0.2',
];

describe('DNSServer', () => {
  it('answers over UDP, first from the source and then from its cache', async () => {
    const { server, port } = await startServer();
    for (let round = 0; round < 3; round++) {
      expect(readAnswer(await askUDP(port, frontend)).answer).toEqual(twoAddresses);
    }
    expect(server.metrics).toMatchObject({ udpQueries: 3, cacheHits: 2 });
    expect(server.metrics.responses[0]).toBe(3);
  });

  it('answers many queries on one TCP connection', async () => {
    const { server, port } = await startServer();
    const client = connectTo(port);
    const queries = Array.from({ length: 500 }, (_, id) =>
      makeQuery('lots.service.consul', 'SRV', { id }),
    );
    const answers = await client.ask(...queries);
    const ids = answers.map((answer) => answer.readUInt16BE(0)).toSorted((a, b) => a - b);
    expect(ids).toEqual(queries.map((_, id) => id));
    expect(answers.every((answer) => readAnswer(answer).answer.length === 100)).toBe(true);
    expect((await client.ask(frontend)).map((a) => readAnswer(a).answer)).toEqual([twoAddresses]);
    expect(server.metrics).toMatchObject({ tcpQueries: 501, tcpConnections: 1 });
  });

  it('answers over IPv6', async () => {
    const { port } = await startServer({}, '::1');
    expect(readAnswer(await askUDP(port, frontend, '::1')).answer).toEqual(twoAddresses);
  });

  it('ignores what is no query and goes on', async () => {
    const { server, port } = await startServer();
    const socket = createSocket('udp4');
    cleanups.push(() => socket.close());
    for (const junk of [Buffer.alloc(0), Buffer.from('junk'), Buffer.alloc(600, 0xff)]) {
      socket.send(junk, port, '127.0.0.1');
    }
    expect(readAnswer(await askUDP(port, makeQuery('a', 'A', { flags: 0x2800 }))).rcode).toBe(
      'NOTIMP',
    );
    expect(readAnswer(await askUDP(port, frontend)).answer).toEqual(twoAddresses);
    expect(server.metrics.ignored).toBe(3);
  });

  it.each(['udp', 'tcp'] as const)('a taken %s port is named', async (transport) => {
    const other =
      transport === 'udp'
        ? createSocket('udp4').bind(0, '127.0.0.1')
        : createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    cleanups.push(() => other.close());
    const { port } = other.address() as AddressInfo;
    const server = new DNSServer(new FakeSource(), DEFAULT_DNS_OPTIONS, silentLog);
    const address = { host: '127.0.0.1', port };
    await expect(server.start([{ host: '127.0.0.1', port: 0 }, address])).rejects.toMatchObject({
      name: 'DNSListenError',
      host: '127.0.0.1',
      port,
      transport,
      code: 'EADDRINUSE',
    });
    // Nothing is left listening.
    expect(server.ports).toEqual([]);
  });

  it('a reload changes options and refuses bad ones', async () => {
    const { server, port } = await startServer();
    await askUDP(port, frontend);
    server.reload({ ...DEFAULT_DNS_OPTIONS, serviceTTLSeconds: { '*': 9 } });
    expect(readAnswer(await askUDP(port, frontend)).answer[0]).toContain(' 9 A ');
    expect(() => server.reload({ ...DEFAULT_DNS_OPTIONS, recursors: ['x:y:z'] })).toThrow(
      /recursor/,
    );
    expect(readAnswer(await askUDP(port, frontend)).answer[0]).toContain(' 9 A ');
  });

  it('recursors can be added by a reload', async () => {
    const recursor = new FakeRecursor((query) => {
      const answer = Buffer.from(query);
      answer.writeUInt16BE(0x8183, 2);
      return answer;
    });
    const recursors = [await recursor.start()];
    cleanups.push(() => recursor.stop());
    const { server, port } = await startServer();
    const foreign = makeQuery('example.org');
    expect(readAnswer(await askUDP(port, foreign)).rcode).toBe('REFUSED');
    server.reload({ ...DEFAULT_DNS_OPTIONS, recursors });
    expect(readAnswer(await askUDP(port, foreign))).toMatchObject({
      rcode: 'NXDOMAIN',
      flags: 'rd ra',
    });
    expect((await connectTo(port).ask(foreign)).map((a) => readAnswer(a).rcode)).toEqual([
      'NXDOMAIN',
    ]);
    expect(recursor.asked).toEqual(['udp', 'tcp']);
  });

  it('is no amplifier: above the limit answers are as small as the question, and TCP is not limited', async () => {
    const source = new FakeSource().setService('lots', makeInstances('lots', 100));
    const limit = 5;
    const options = { ...DEFAULT_DNS_OPTIONS, udpResponsesPerSecond: limit };
    // The clock stands, and loopback, where the test sends from, is limited as well.
    const server = new DNSServer(
      source,
      options,
      silentLog,
      (perSecond) =>
        new ResponseRateLimiter(
          perSecond,
          () => 0,
          () => false,
        ),
    );
    await server.start([{ host: '127.0.0.1', port: 0 }]);
    cleanups.push(() => server.stop());
    const port = server.ports[0]!;
    const query = makeQuery('lots.service.consul', 'SRV', { edns: 4096 });
    for (let sent = 0; sent < limit; sent++) {
      expect((await askUDP(port, query)).length).toBeGreaterThan(query.length * 10);
    }
    const small = await askUDP(port, query);
    expect(small.length).toBeLessThanOrEqual(query.length);
    expect(readAnswer(small)).toMatchObject({ rcode: 'NOERROR', flags: 'tc rd', answer: [] });
    expect(server.metrics.rateLimited).toBe(1);
    const [whole] = await connectTo(port).ask(query);
    expect(readAnswer(whole!).answer).toHaveLength(100);
  });

  it('stop closes connections', async () => {
    const { server, port } = await startServer();
    const client = connectTo(port);
    await client.ask(frontend);
    const closed = once(client.socket, 'close');
    await server.stop();
    await closed;
  });
});

async function startListener(limits: Partial<typeof DEFAULT_TCP_LIMITS>) {
  const metrics = new DNSMetrics();
  const listener = new TCPListener(
    { host: '127.0.0.1', port: 0 },
    (packet) => Buffer.from(packet),
    metrics,
    { limits: { ...DEFAULT_TCP_LIMITS, ...limits } },
  );
  await listener.start();
  cleanups.push(() => listener.stop());
  return { listener, metrics };
}

describe('TCPListener', () => {
  it('closes idle connections', async () => {
    const { listener } = await startListener({ idleTimeoutMs: 20 });
    const client = connectTo(listener.port);
    await client.ask(frontend);
    await once(client.socket, 'close');
  });

  it('refuses connections above the limit', async () => {
    const { listener, metrics } = await startListener({ maxConnections: 1 });
    const first = connectTo(listener.port);
    await first.ask(frontend);
    const second = connectTo(listener.port);
    await once(second.socket, 'close');
    expect(metrics.refusedConnections).toBe(1);
    expect(await first.ask(frontend)).toHaveLength(1);
  });

  it('does not read from a client that does not read, and goes on when it does', async () => {
    const { listener, metrics } = await startListener({ maxUnsentBytes: 1000 });
    const client = connectTo(listener.port);
    client.socket.pause();
    const queries = Array.from({ length: 300 }, () => Buffer.alloc(60_000, 1));
    const answers = client.ask(...queries);
    await new Promise((resolve) => setImmediate(resolve));
    client.socket.resume();
    expect(await answers).toHaveLength(300);
    expect(metrics.tcpConnections).toBe(1);
  });
});
