/** Gossip on the network: UDP for packets, TCP on the same port for streams (memberlist's net_transport.go). */
import { isIP } from 'node:net';
import { systemClock } from '../clock.ts';
import type { Clock } from '../clock.ts';
import { GossipError } from '../errors.ts';
import type { GossipLog } from '../log.ts';
import type {
  Endpoint,
  GossipStream,
  PeerAddress,
  Transport,
  TransportHandler,
} from '../transport.ts';
import { canonicalIP } from '../wire/ip-address.ts';
import { PacketSocket } from './packet-socket.ts';
import { StreamListener } from './stream-listener.ts';

/** A port that TCP was given may be taken for UDP: with port 0, another one is tried this often (as memberlist does). */
const MAX_PORT_TRIES = 10;

export interface UDPTCPTransportOptions {
  /** An IP address; `0.0.0.0` and `::` for all. Port 0 lets the system pick one that is free for both. */
  readonly bind: Endpoint;
  readonly clock?: Clock;
  readonly log?: GossipLog;
}

export class UDPTCPTransport implements Transport {
  readonly #bind: Endpoint;
  readonly #clock: Clock;
  readonly #log: GossipLog | undefined;
  #packets: PacketSocket | undefined;
  #streams: StreamListener | undefined;
  #bound: Endpoint;

  /** @throws GossipError `invalid_address` */
  constructor({ bind, clock = systemClock, log }: UDPTCPTransportOptions) {
    const address = canonicalIP(bind.address);
    if (address === undefined) {
      throw new GossipError('invalid_address', `cannot bind to ${JSON.stringify(bind.address)}`);
    }
    this.#bind = { address, port: bind.port };
    this.#bound = this.#bind;
    this.#clock = clock;
    this.#log = log;
  }

  get bound(): Endpoint {
    return this.#bound;
  }

  async start(handler: TransportHandler): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await this.#listen(handler);
        return;
      } catch (error) {
        await this.stop();
        if (this.#bind.port !== 0 || tries >= MAX_PORT_TRIES) throw error;
      }
    }
  }

  sendPacket(to: PeerAddress, packet: Uint8Array): void {
    if (this.#packets === undefined) throw new GossipError('send_failed', 'not listening');
    this.#packets.send(to, packet);
  }

  dial(
    to: PeerAddress,
    timeoutMs: number,
    done: (error: Error | undefined, stream: GossipStream | undefined) => void,
  ): void {
    if (this.#streams === undefined)
      done(new GossipError('dial_failed', 'not listening'), undefined);
    else this.#streams.dial(to, timeoutMs, done);
  }

  async stop(): Promise<void> {
    const [packets, streams] = [this.#packets, this.#streams];
    this.#packets = undefined;
    this.#streams = undefined;
    await Promise.all([packets?.stop(), streams?.stop()]);
  }

  async #listen(handler: TransportHandler): Promise<void> {
    const [clock, log] = [this.#clock, this.#log];
    const ipv6 = isIP(this.#bind.address) === 6;
    this.#streams = new StreamListener({ clock, onStream: (stream) => handler.onStream(stream) });
    const port = await this.#streams.start(this.#bind);
    this.#bound = { address: this.#bind.address, port };
    this.#packets = new PacketSocket({
      ipv6,
      log,
      onPacket: (packet, from) => handler.onPacket(packet, from, clock.now()),
    });
    await this.#packets.start(this.#bound);
  }
}
