/** A network in memory: packets and streams with latency and loss, on a virtual clock. */
import type { Clock } from '../clock.ts';
import { GossipError } from '../errors.ts';
import type {
  Endpoint,
  GossipStream,
  PeerAddress,
  Transport,
  TransportHandler,
} from '../transport.ts';
import { connectStreams } from './mock-stream.ts';

/** How the network treats what is sent from one endpoint to another. */
export interface LinkModel {
  /** @returns how long the packet travels; undefined when it is lost */
  packetDelayMs(from: Endpoint, to: Endpoint): number | undefined;
  /** @returns how long each chunk of a stream travels; undefined when the two cannot reach one another */
  streamDelayMs(from: Endpoint, to: Endpoint): number | undefined;
}

/** Everything arrives, at once. */
export const PERFECT_LINKS: LinkModel = {
  packetDelayMs: () => 0,
  streamDelayMs: () => 0,
};

/** As UDP: beyond this a send fails on the sender's own machine. */
const MAX_PACKET_BYTES = 65_507;

export class MockNetwork {
  readonly clock: Clock;
  links: LinkModel;
  readonly #transports = new Map<string, Map<number, MockTransport>>();
  packets = 0;
  packetBytes = 0;
  streams = 0;
  streamBytes = 0;

  constructor(clock: Clock, links: LinkModel = PERFECT_LINKS) {
    this.clock = clock;
    this.links = links;
  }

  transport(endpoint: Endpoint): MockTransport {
    return new MockTransport(this, endpoint);
  }

  attach(transport: MockTransport): void {
    const { address, port } = transport.bound;
    const ports = this.#transports.get(address) ?? new Map<number, MockTransport>();
    if (ports.has(port)) throw new GossipError('listen_failed', `${address}:${port} is in use`);
    this.#transports.set(address, ports.set(port, transport));
  }

  detach({ bound }: MockTransport): void {
    this.#transports.get(bound.address)?.delete(bound.port);
  }

  find(endpoint: Endpoint): MockTransport | undefined {
    return this.#transports.get(endpoint.address)?.get(endpoint.port);
  }
}

export class MockTransport implements Transport {
  readonly bound: Endpoint;
  readonly #network: MockNetwork;
  readonly #streams = new Set<GossipStream>();
  #handler: TransportHandler | undefined;

  constructor(network: MockNetwork, endpoint: Endpoint) {
    this.#network = network;
    this.bound = endpoint;
  }

  start(handler: TransportHandler): Promise<void> {
    this.#network.attach(this);
    this.#handler = handler;
    return Promise.resolve();
  }

  sendPacket(to: PeerAddress, packet: Uint8Array): void {
    if (packet.length > MAX_PACKET_BYTES) throw new GossipError('send_failed', 'EMSGSIZE');
    const network = this.#network;
    network.packets++;
    network.packetBytes += packet.length;
    const delayMs = network.links.packetDelayMs(this.bound, to);
    if (delayMs === undefined) return;
    network.clock.after(delayMs, () => network.find(to)?.receive(packet, this.bound));
  }

  receive(packet: Uint8Array, from: Endpoint): void {
    this.#handler?.onPacket(packet, from, this.#network.clock.now());
  }

  dial(
    to: PeerAddress,
    timeoutMs: number,
    done: (error: Error | undefined, stream: GossipStream | undefined) => void,
  ): void {
    const network = this.#network;
    const delayMs = network.links.streamDelayMs(this.bound, to);
    const fail = (text: string): void => done(new GossipError('dial_failed', text), undefined);
    if (delayMs === undefined || delayMs > timeoutMs) {
      network.clock.after(timeoutMs, () => fail(`dial tcp ${to.address}:${to.port}: i/o timeout`));
      return;
    }
    network.clock.after(delayMs, () => {
      const target = network.find(to);
      if (target?.accepts === true) done(undefined, this.#connect(target));
      else fail(`dial tcp ${to.address}:${to.port}: connection refused`);
    });
  }

  get accepts(): boolean {
    return this.#handler !== undefined;
  }

  accept(stream: GossipStream): void {
    this.#streams.add(stream);
    this.#handler?.onStream(stream);
  }

  stop(): Promise<void> {
    if (this.#handler !== undefined) this.#network.detach(this);
    this.#handler = undefined;
    for (const stream of this.#streams) stream.close();
    this.#streams.clear();
    return Promise.resolve();
  }

  #connect(target: MockTransport): GossipStream {
    const network = this.#network;
    network.streams++;
    const [mine, theirs] = connectStreams({
      near: this.bound,
      far: target.bound,
      clock: network.clock,
      delayMs: (from, to) => network.links.streamDelayMs(from, to),
      onBytes: (bytes) => {
        network.streamBytes += bytes;
      },
    });
    this.#streams.add(mine);
    target.accept(theirs);
    return mine;
  }
}
