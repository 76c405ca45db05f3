import { once } from 'node:events';
import { connect, createServer, isIPv6 } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { GossipError } from '../errors.ts';
import type { Endpoint, GossipStream } from '../transport.ts';
import { canonicalIP } from '../wire/ip-address.ts';
import { SocketStream } from './socket-stream.ts';

/**
 * Connections that are accepted at once. Twice what is served at once, so that a peer is told that this node is busy, rather
 * than left waiting; beyond it the system closes them.
 */
const MAX_CONNECTIONS = 256;

export interface StreamListenerOptions {
  readonly clock: Clock;
  readonly onStream: (stream: GossipStream) => void;
}

/** TCP: accepts on one address, dials from any. Owns every connection of both kinds. */
export class StreamListener {
  readonly #clock: Clock;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor({ clock, onStream }: StreamListenerOptions) {
    this.#clock = clock;
    // Half-open: a peer that has sent all that it has to say still waits for the answer.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#own(socket);
      onStream(new SocketStream(socket, remoteOf(socket)));
    });
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** @returns the port. Rejects with a GossipError `listen_failed`. */
  async start({ address, port }: Endpoint): Promise<number> {
    const listening = once(this.#server, 'listening');
    try {
      this.#server.listen({ host: address, port, exclusive: true });
      await listening;
    } catch (cause) {
      const reason = (cause as Error).message;
      throw new GossipError('listen_failed', `TCP on ${address}:${port}: ${reason}`, { cause });
    }
    return (this.#server.address() as AddressInfo).port;
  }

  dial(
    to: Endpoint,
    timeoutMs: number,
    done: (error: Error | undefined, stream: GossipStream | undefined) => void,
  ): void {
    const socket = connect({
      host: to.address,
      port: to.port,
      family: isIPv6(to.address) ? 6 : 4,
      allowHalfOpen: true,
      noDelay: true,
    });
    this.#own(socket);
    const fail = (reason: string): void => {
      timer.cancel();
      socket.destroy();
      const host = isIPv6(to.address) ? `[${to.address}]` : to.address;
      done(new GossipError('dial_failed', `dial tcp ${host}:${to.port}: ${reason}`), undefined);
    };
    const onError = (error: NodeJS.ErrnoException): void => fail(reasonOf(error));
    const onStop = (): void => fail('gossip has stopped');
    const timer = this.#clock.after(timeoutMs, () => {
      socket.off('error', onError).off('close', onStop);
      fail('i/o timeout');
    });
    socket.once('error', onError).once('close', onStop);
    socket.once('connect', () => {
      timer.cancel();
      socket.off('error', onError).off('close', onStop);
      done(undefined, new SocketStream(socket, to));
    });
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #own(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // A socket without a listener for errors would end the process; the stream's own comes with `listen`.
    socket.on('error', () => {});
  }
}

function remoteOf({ remoteAddress = '', remotePort = 0 }: Socket): Endpoint {
  return { address: canonicalIP(remoteAddress) ?? remoteAddress, port: remotePort };
}

/** As Go words it: users of Consul and Serf search for these. */
function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ECONNREFUSED') return 'connect: connection refused';
  if (code === 'EHOSTUNREACH') return 'connect: no route to host';
  if (code === 'ENETUNREACH') return 'connect: network is unreachable';
  return message;
}
