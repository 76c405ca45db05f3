/** Hostile packets to a server that listens: each is answered as it must be, nothing is kept of it, and the next query is answered. */
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_DNS_OPTIONS } from './options.ts';
import { DNSServer } from './server.ts';
import { TCPClient, askUDP } from './testing/client.ts';
import { FakeSource, makeInstance, silentLog } from './testing/fake-source.ts';
import { judgeHeader, mutatedPacket } from './testing/hostile-packets.ts';
import { makeQuery, readAnswer } from './testing/packets.ts';
import { FrameReader, frame } from './transport/frames.ts';
import { ResponseCode } from './wire/codes.ts';

/** Of each transport; `PACKETS=1000000` plays longer. */
const PACKETS = Number(process.env['PACKETS'] ?? 50_000);
/** On the wire at once: what a socket's buffer holds on any system. */
const BATCH = 250;
const BATCHES_PER_SOCKET = 20;
/** fast-check takes longer to make a packet than the server to answer it. */
const GENERATED = 5000;
/** What may be left after them: the engine's own tables of compiled code and shapes grow a little. */
const MAX_GROWTH_BYTES = 4 << 20;
const WAIT_LIMIT_MS = 10_000;
const SEED = 20_261_128;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Of the heap and of buffers, once what is garbage is gone: of closed sockets not before their events are over. */
async function usedBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 3; round++) {
    await setImmediate();
    collect();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function startServer(): Promise<{ server: DNSServer; port: number }> {
  const source = new FakeSource()
    .setService('web', [makeInstance('web', 1), makeInstance('web', 2)])
    .setNode('meta', '10.11.0.1');
  const server = new DNSServer(source, DEFAULT_DNS_OPTIONS, silentLog);
  await server.start([{ host: '127.0.0.1', port: 0 }]);
  cleanups.push(() => server.stop());
  return { server, port: server.ports[0]! };
}

/** A way to the server. */
interface Carrier {
  send(packets: readonly Buffer[]): void;
  close(): void;
}
type Open = (port: number, receive: (answer: Buffer) => void) => Promise<Carrier>;

const openUDP: Open = async (port, receive) => {
  const socket = dgram.createSocket('udp4').on('message', receive);
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return {
    send: (packets) => packets.forEach((packet) => socket.send(packet)),
    close: () => socket.close(),
  };
};

const openTCP: Open = async (port, receive) => {
  const socket = net.connect(port, '127.0.0.1');
  const frames = new FrameReader();
  socket.on('data', (chunk) => frames.push(chunk).forEach(receive));
  await once(socket, 'connect');
  return {
    send: (packets) => socket.write(Buffer.concat(packets.map(frame))),
    close: () => socket.destroy(),
  };
};

/** Packets with ids of their own, each of which must get its answer, or none. */
class Exchange {
  readonly #waiting = new Map<number, Buffer>();
  readonly #ended = Promise.withResolvers<void>();

  readonly receive = (answer: Buffer): void => {
    const packet = this.#waiting.get(answer.readUInt16BE(0));
    this.#waiting.delete(answer.readUInt16BE(0));
    const problem = packet === undefined ? 'nobody waits for it' : problemOf(packet, answer);
    if (problem !== undefined) {
      this.#ended.reject(new Error(`${answer.toString('hex')}: ${problem}`));
    } else if (this.#waiting.size === 0) this.#ended.resolve();
  };

  async play(packets: readonly Buffer[], carrier: Carrier): Promise<void> {
    packets.forEach((packet, id) => {
      if (packet.length >= 2) packet.writeUInt16BE(id, 0);
      if (judgeHeader(packet) !== 'silence') this.#waiting.set(id, packet);
    });
    const timer = setTimeout(() => {
      const [missed] = this.#waiting.values();
      this.#ended.reject(new Error(`no answer to ${missed?.toString('hex')}`));
    }, WAIT_LIMIT_MS);
    carrier.send(packets);
    try {
      await this.#ended.promise;
    } finally {
      clearTimeout(timer);
    }
  }
}

function problemOf(packet: Buffer, answer: Buffer): string | undefined {
  const verdict = judgeHeader(packet);
  const code = answer.readUInt16BE(2) & 0x0f;
  const fits =
    verdict === 'body'
      ? code <= ResponseCode.REFUSED
      : verdict !== 'silence' && code === ResponseCode[verdict];
  const isResponse = (answer.readUInt16BE(2) & 0x8000) !== 0;
  return fits && isResponse ? undefined : `the answer to ${packet.toString('hex')}`;
}

/** `count` packets out of fewer that were generated: each time round other bits of them are turned over. */
function* batches(count: number, seed: number): Generator<Buffer[]> {
  const generated = fc.sample(mutatedPacket, { numRuns: Math.min(GENERATED, count), seed });
  const random = fc.sample(fc.nat(), { numRuns: GENERATED, seed });
  let batch: Buffer[] = [];
  for (let index = 0; index < count; index++) {
    const packet = Buffer.from(generated[index % generated.length]!);
    const round = Math.floor(index / generated.length);
    const bit = random[(index + round) % GENERATED]! % (packet.length * 8 + 1);
    if (round > 0 && bit < packet.length * 8) packet[bit >> 3]! ^= 1 << (bit & 7);
    batch.push(packet);
    if (batch.length === BATCH || index === count - 1) {
      yield batch;
      batch = [];
    }
  }
}

/** A new socket now and then, as many clients have. */
async function play(open: Open, port: number, count: number, seed: number): Promise<void> {
  let played = 0;
  let exchange = new Exchange();
  let carrier: Carrier | undefined;
  for (const batch of batches(count, seed)) {
    if (played++ % BATCHES_PER_SOCKET === 0) {
      carrier?.close();
      carrier = await open(port, (answer) => exchange.receive(answer));
    }
    exchange = new Exchange();
    await exchange.play(batch, carrier!);
  }
  carrier?.close();
}

describe('hostile traffic', () => {
  it.each([
    ['UDP', openUDP],
    ['TCP', openTCP],
  ])(
    `${PACKETS} packets over %s`,
    async (_, open) => {
      const { server, port } = await startServer();
      // What a first use allocates for good is no leak.
      await play(open, port, BATCH * 8, 1);
      server.reload(DEFAULT_DNS_OPTIONS);
      const before = await usedBytes();
      await play(open, port, PACKETS, SEED);
      // Answers that are kept on purpose go with the options.
      server.reload(DEFAULT_DNS_OPTIONS);
      expect((await usedBytes()) - before).toBeLessThan(MAX_GROWTH_BYTES);
      expect(server.metrics.failedLookups).toBe(0);
      const good = makeQuery('web.service.consul');
      expect(readAnswer(await askUDP(port, good)).answer).toHaveLength(2);
      const client = new TCPClient(port);
      cleanups.push(() => client.close());
      expect((await client.ask(good)).map((answer) => readAnswer(answer).rcode)).toEqual([
        'NOERROR',
      ]);
    },
    120_000,
  );

  it('frames without end, of nothing, and cut short', async () => {
    const { port } = await startServer();
    for (const bytes of [
      Buffer.from([0xff, 0xff]),
      Buffer.alloc(5000),
      Buffer.from([0, 20, 1, 2]),
      Buffer.alloc(70_000, 0xff),
    ]) {
      const client = new TCPClient(port);
      client.socket.end(bytes);
      await once(client.socket, 'close');
    }
    expect(readAnswer(await askUDP(port, makeQuery('web.service.consul'))).answer).toHaveLength(2);
  });
});
