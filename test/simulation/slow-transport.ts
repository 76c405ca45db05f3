/**
 * A member whose process does not get to its sockets for a while: what it sends stays inside, what comes waits outside, while
 * its timers run. This is how the Lifeguard paper makes members slow (section V).
 */
import type { Clock } from '../../sidecar/gossip/clock.ts';
import type { MockTransport } from '../../sidecar/gossip/testing/mock-network.ts';
import type {
  Endpoint,
  GossipStream,
  PeerAddress,
  Transport,
  TransportHandler,
} from '../../sidecar/gossip/transport.ts';

/** As many small packets as the kernel's receive buffer of 2 MB holds, at some 800 bytes each. */
const MAX_WAITING_PACKETS = 2600;

export class SlowTransport implements Transport {
  readonly #inner: MockTransport;
  readonly #clock: Clock;
  #handler: TransportHandler | undefined;
  #blocked = false;
  #incoming: { packet: Uint8Array; from: Endpoint }[] = [];
  #waiting: (() => void)[] = [];

  constructor(inner: MockTransport, clock: Clock) {
    this.#inner = inner;
    this.#clock = clock;
  }

  get bound(): Endpoint {
    return this.#inner.bound;
  }

  block(): void {
    this.#blocked = true;
  }

  unblock(): void {
    this.#blocked = false;
    for (const { packet, from } of this.#incoming.splice(0)) {
      this.#handler?.onPacket(packet, from, this.#clock.now());
    }
    for (const action of this.#waiting.splice(0)) action();
  }

  start(handler: TransportHandler): Promise<void> {
    this.#handler = handler;
    return this.#inner.start({
      onPacket: (packet, from, receivedAtMs) => {
        if (!this.#blocked) handler.onPacket(packet, from, receivedAtMs);
        else if (this.#incoming.length < MAX_WAITING_PACKETS) this.#incoming.push({ packet, from });
      },
      onStream: (stream) => this.#whenUnblocked(() => handler.onStream(stream)),
    });
  }

  sendPacket(to: PeerAddress, packet: Uint8Array): void {
    this.#whenUnblocked(() => this.#inner.sendPacket(to, packet));
  }

  dial(
    to: PeerAddress,
    timeoutMs: number,
    done: (error: Error | undefined, stream: GossipStream | undefined) => void,
  ): void {
    this.#whenUnblocked(() => this.#inner.dial(to, timeoutMs, done));
  }

  stop(): Promise<void> {
    this.#handler = undefined;
    this.#incoming = [];
    this.#waiting = [];
    return this.#inner.stop();
  }

  #whenUnblocked(action: () => void): void {
    if (this.#blocked) this.#waiting.push(action);
    else action();
  }
}
