/** The sidecar's connection to its datacenter, put together: transport, batcher, replica, RPC. */
import type { HelloReply } from '../../protocol/frames.ts';
import { Batcher } from './batcher.ts';
import { LinkRPC } from './link-rpc.ts';
import { LinkTransport, type LinkTransportOptions } from './link-transport.ts';
import { ReplicaKeeper } from './replica-keeper.ts';
import type { ReplicaStore } from './replica-store.ts';
import { Replica } from './replica.ts';
import { SnapshotForwarder } from './snapshot-forwarder.ts';

export interface ServerLinkOptions extends LinkTransportOptions {
  readonly datacenter: string;
  readonly now: () => number;
  /** Where the replica is kept; null for one that does not outlive the process. */
  readonly store?: ReplicaStore | null;
}

export interface ServerLinkEvents {
  /** After every connect, the first included. */
  connected(hello: HelloReply): void;
  disconnected(): void;
  refused(reason: string): void;
}

/** A restore ends the link, which is back within milliseconds; nobody's restore should hang on one that is not. */
const RESTORED_LINK_TIMEOUT_MS = 5_000;

export class ServerLink {
  readonly batcher: Batcher;
  readonly replica: Replica;
  readonly rpc: LinkRPC;
  readonly snapshots: SnapshotForwarder;
  readonly #transport: LinkTransport;
  readonly #hasKeptReplica: boolean;
  readonly #arrivals = new Set<() => void>();
  #incarnation = '';
  #connects = 0;

  constructor(options: ServerLinkOptions, events: ServerLinkEvents) {
    this.batcher = new Batcher({ send: (text) => this.#transport.send(text), now: options.now });
    const { store = null, now } = options;
    const keeper =
      store === null
        ? null
        : new ReplicaKeeper({ store, now, warn: (text) => options.log.warn(text) });
    this.#incarnation = store?.incarnation ?? '';
    this.#hasKeptReplica = this.#incarnation !== '';
    this.replica = new Replica(this.batcher, now, keeper);
    this.rpc = new LinkRPC(
      this.batcher,
      this.replica,
      options.datacenter,
      options.now,
      options.dial,
    );
    this.snapshots = new SnapshotForwarder({
      ...options,
      untilRestored: (incarnation) => this.untilIncarnation(incarnation, RESTORED_LINK_TIMEOUT_MS),
    });
    this.#transport = new LinkTransport(options, {
      connected: (hello) => this.#connected(hello, events),
      message: (message) => {
        if (message.type === 'reply') this.batcher.receive(message.frame);
        else this.replica.receive(message.pushes);
      },
      disconnected: () => {
        this.batcher.disconnected();
        this.replica.disconnected();
        events.disconnected();
      },
      refused: (reason) => events.refused(reason),
    });
  }

  get isConnected(): boolean {
    return this.#transport.isConnected;
  }

  /** Whether an earlier run left answers that can be given while the datacenter is away. */
  get hasKeptReplica(): boolean {
    return this.#hasKeptReplica;
  }

  get connects(): number {
    return this.#connects;
  }

  start(): void {
    this.#transport.start();
  }

  /** Where the datacenter is has just become known. */
  hurry(): void {
    this.#transport.hurry();
  }

  /** Resolves once the link has said hello to this incarnation of the datacenter, or after `timeoutMs`. */
  untilIncarnation(incarnation: string, timeoutMs: number): Promise<void> {
    if (this.#incarnation === incarnation) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#arrivals.delete(arrived);
        resolve();
      };
      const arrived = (): void => {
        if (this.#incarnation === incarnation) finish();
      };
      const timer = setTimeout(finish, timeoutMs);
      this.#arrivals.add(arrived);
    });
  }

  stop(): void {
    this.#transport.stop();
    this.batcher.stop();
    this.replica.stop();
  }

  /** A changed incarnation means a restored state: what was seen of the old one is void. */
  #connected(hello: HelloReply, events: ServerLinkEvents): void {
    const sameState = this.#incarnation === '' || this.#incarnation === hello.incarnation;
    this.#incarnation = hello.incarnation;
    this.#connects++;
    this.batcher.connected(sameState);
    this.replica.connected(hello, sameState);
    events.connected(hello);
    for (const arrived of this.#arrivals) arrived();
  }
}
