import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv4 } from 'node:net';
import { GossipError } from '../errors.ts';
import type { GossipLog } from '../log.ts';
import type { Endpoint } from '../transport.ts';
import { canonicalIP } from '../wire/ip-address.ts';
import { MAX_PACKET_BYTES } from '../wire/limits.ts';

/**
 * Bursts wait in the kernel while JavaScript is busy. memberlist's size (udpRecvBufSize); the system's net.core.rmem_max may
 * grant less.
 */
const RECEIVE_BUFFER_BYTES = 2 * 1024 * 1024;

export interface PacketSocketOptions {
  readonly ipv6: boolean;
  readonly log: GossipLog | undefined;
  readonly onPacket: (packet: Uint8Array, from: Endpoint) => void;
}

/** One UDP socket. */
export class PacketSocket {
  readonly #options: PacketSocketOptions;
  readonly #socket: Socket;

  constructor(options: PacketSocketOptions) {
    this.#options = options;
    const family = options.ipv6 ? 6 : 4;
    this.#socket = createSocket({
      type: `udp${family}`,
      // All destinations are addresses: the default would queue each for a look-up of that "host name".
      lookup: (host, _options, done) => done(null, host, family),
    });
  }

  /** Rejects with a GossipError `listen_failed`. */
  async start({ address, port }: Endpoint): Promise<void> {
    const listening = once(this.#socket, 'listening');
    try {
      this.#socket.bind({ address, port, exclusive: true });
      await listening;
    } catch (cause) {
      const reason = (cause as Error).message;
      throw new GossipError('listen_failed', `UDP on ${address}:${port}: ${reason}`, { cause });
    }
    this.#socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
    this.#socket.on('error', this.#onError);
    this.#socket.on('message', this.#onMessage);
  }

  /** @throws GossipError `send_failed`; what fails later, in the system, is a lost packet like any other */
  send(to: Endpoint, packet: Uint8Array): void {
    if (packet.length > MAX_PACKET_BYTES) {
      throw new GossipError('send_failed', `a packet of ${packet.length} bytes is too long`);
    }
    try {
      this.#socket.send(packet, to.port, this.#reachable(to.address), this.#onSent);
    } catch (cause) {
      throw new GossipError('send_failed', (cause as Error).message, { cause });
    }
  }

  async stop(): Promise<void> {
    this.#socket.off('message', this.#onMessage);
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  /** An IPv6 socket reaches IPv4 hosts by their mapped addresses. */
  #reachable(address: string): string {
    return this.#options.ipv6 && isIPv4(address) ? `::ffff:${address}` : address;
  }

  readonly #onMessage = (packet: Buffer, { address, port }: RemoteInfo): void => {
    // Nobody can be answered there.
    if (port === 0) return;
    const canonical = this.#options.ipv6 ? (canonicalIP(address) ?? address) : address;
    this.#options.onPacket(packet, { address: canonical, port });
  };

  readonly #onSent = (error: Error | null): void => {
    if (error !== null) this.#options.log?.debug(`a packet was not sent: ${error.message}`);
  };

  /** ICMP's "port unreachable" and the like: one destination's problem, never the socket's. */
  readonly #onError = (error: Error): void => {
    this.#options.log?.debug(`UDP: ${error.message}`);
  };
}
