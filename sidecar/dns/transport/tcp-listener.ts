/**
 * DNS over TCP on one address: any number of queries on a connection, answered as they get ready (RFC 7766 section
 * 6.2.1.1: the client matches them by id).
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { DNSMetrics } from '../metrics.ts';
import { FrameReader, frame } from './frames.ts';
import { DNSListenError } from './listener.ts';
import type { AnswerPacket, ListenAddress } from './listener.ts';

export interface TCPLimits {
  readonly maxConnections: number;
  /** A connection without a query for this long is closed (RFC 7766 section 6.2.3 suggests seconds). */
  readonly idleTimeoutMs: number;
  /** A client that reads slower than it asks is not read from while this much waits for it; never less than Node's own mark. */
  readonly maxUnsentBytes: number;
  /** Queries of one connection under way at a time; reading pauses above. */
  readonly maxPending: number;
}

export const DEFAULT_TCP_LIMITS: TCPLimits = {
  // Each holds a descriptor, of which many systems grant a process 1,024 in all.
  maxConnections: 512,
  idleTimeoutMs: 10_000,
  maxUnsentBytes: 1 << 20,
  maxPending: 256,
};

export class TCPListener {
  readonly #address: ListenAddress;
  readonly #answer: AnswerPacket;
  readonly #metrics: DNSMetrics;
  readonly #limits: TCPLimits;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #ipv6Only: boolean;

  constructor(
    address: ListenAddress,
    answer: AnswerPacket,
    metrics: DNSMetrics,
    {
      limits = DEFAULT_TCP_LIMITS,
      ipv6Only = false,
    }: { limits?: TCPLimits; ipv6Only?: boolean } = {},
  ) {
    this.#address = address;
    this.#answer = answer;
    this.#metrics = metrics;
    this.#limits = limits;
    this.#ipv6Only = ipv6Only;
    this.#server = createServer({ noDelay: true }, this.#onConnection);
    this.#server.maxConnections = limits.maxConnections;
    this.#server.on('drop', () => metrics.refusedConnections++);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** @throws DNSListenError */
  async start(): Promise<void> {
    const { host, port } = this.#address;
    try {
      this.#server.listen({ host, port, ipv6Only: this.#ipv6Only, exclusive: true });
      await once(this.#server, 'listening');
    } catch (error) {
      throw new DNSListenError(this.#address, 'tcp', error as NodeJS.ErrnoException);
    }
  }

  /** Closes the connections too: an idle client would hold the process for the rest of its timeout. */
  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  readonly #onConnection = (socket: Socket): void => {
    this.#metrics.tcpConnections++;
    this.#sockets.add(socket);
    const frames = new FrameReader();
    const address = socket.remoteAddress ?? '';
    let pending = 0;
    // A failing connection is its client's matter; 'close' follows.
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    socket.setTimeout(this.#limits.idleTimeoutMs, () => socket.destroy());
    const throttle = (): void => {
      // Only past Node's own mark comes a 'drain': a pause below it would last until the connection is idle for too long.
      const isBehind =
        socket.writableNeedDrain && socket.writableLength > this.#limits.maxUnsentBytes;
      const busy = pending >= this.#limits.maxPending || isBehind;
      if (busy !== socket.isPaused()) {
        if (busy) socket.pause();
        else socket.resume();
      }
    };
    socket.on('drain', throttle);
    const answerLater = async (later: Promise<Buffer | undefined>): Promise<void> => {
      pending++;
      const answer = await later;
      pending--;
      if (answer && socket.writable) socket.write(frame(answer));
      throttle();
    };
    socket.on('data', (chunk) => {
      // One write for all cached answers of a chunk.
      socket.cork();
      for (const query of frames.push(chunk)) {
        const answer = this.#answer(query, address);
        if (answer instanceof Promise) void answerLater(answer);
        else if (answer) socket.write(frame(answer));
      }
      socket.uncork();
      throttle();
    });
  };
}
