/** A sidecar's end of the link: batcher and replica, over a socket that is a function call. */
import type { LinkSocket } from '../../durable-objects/link/link.ts';
import {
  LINK_FEATURES,
  LINK_PROTOCOL,
  MessageJoiner,
  decodeServerMessage,
} from '../../protocol/frames.ts';
import type { MethodArgs, MethodName } from '../../protocol/methods.ts';
import { Batcher } from '../../sidecar/server-link/batcher.ts';
import { Replica } from '../../sidecar/server-link/replica.ts';
import type { WatchedAnswer } from '../../sidecar/server-link/watched-answer.ts';
import type { MemoryDatacenter } from './memory-datacenter.ts';

export class MemorySidecar {
  readonly batcher: Batcher;
  readonly replica: Replica;
  /** UTF-16 units that came from the datacenter. */
  received = 0;
  /** Reads that the replica made because a push did not tell it enough. */
  reads = 0;
  readonly #datacenter: MemoryDatacenter;
  readonly #features: readonly string[];
  /** Frames wait here for `flush`, so that a test decides what travels together. */
  readonly #outgoing: string[] = [];
  #socket: LinkSocket | null = null;
  #isDeaf = false;

  constructor(datacenter: MemoryDatacenter, features: readonly string[] = LINK_FEATURES) {
    this.#datacenter = datacenter;
    this.#features = features;
    this.batcher = new Batcher({ send: (text) => this.#outgoing.push(text), now: () => 0 });
    this.replica = new Replica(this.batcher, () => 0);
    this.connect();
  }

  connect(): void {
    const joiner = new MessageJoiner();
    let attachment: unknown = null;
    const socket: LinkSocket = {
      send: (part) => {
        if (this.#socket !== socket || this.#isDeaf) return;
        this.received += part.length;
        const text = joiner.accept(part);
        if (text !== null) this.#receive(text);
      },
      close: () => {},
      serializeAttachment: (value) => (attachment = structuredClone(value)),
      deserializeAttachment: () => attachment,
    };
    this.#socket = socket;
    this.#datacenter.open(socket);
    const hello = {
      protocolMin: LINK_PROTOCOL,
      protocolMax: LINK_PROTOCOL,
      features: this.#features,
      nodeId: 'id-1',
      nodeName: 'n1',
      epoch: 'e',
      datacenterUUID: '',
      incarnation: '',
    };
    this.#datacenter.links.receive(socket, JSON.stringify({ hello }));
  }

  disconnect(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#outgoing.length = 0;
    if (socket !== null) this.#datacenter.close(socket);
    this.batcher.disconnected();
    this.replica.disconnected();
  }

  /** What comes from the datacenter during `work` is lost, which no socket does. */
  losing(work: () => void): void {
    this.#isDeaf = true;
    work();
    this.#isDeaf = false;
  }

  /** Lets everything travel until nothing is left to say. */
  async flush(): Promise<void> {
    do {
      for (const frame of this.#outgoing.splice(0)) {
        this.reads += frame.split('["kv.').length - 1 + frame.split('["catalog.').length - 1;
        if (this.#socket !== null) this.#datacenter.links.receive(this.#socket, frame);
      }
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.#outgoing.length > 0);
  }

  async watch<M extends MethodName>(method: M, args: MethodArgs<M>): Promise<WatchedAnswer> {
    const opening = this.replica.open(method, args, '');
    await this.flush();
    return (await opening).answer;
  }

  stop(): void {
    this.batcher.stop();
    this.replica.stop();
  }

  #receive(text: string): void {
    const message = decodeServerMessage(text);
    if (message.type === 'hello') {
      this.batcher.connected(true);
      this.replica.connected(message.hello, true);
    } else if (message.type === 'reply') this.batcher.receive(message.frame);
    else this.replica.receive(message.pushes);
  }
}
