/** The sidecar's connection to its datacenter, put together: transport, batcher, replica, RPC. */
import type { HelloReply } from '../../protocol/frames.ts';
import { Batcher } from './batcher.ts';
import { LinkRPC } from './link-rpc.ts';
import { LinkTransport, type LinkTransportOptions } from './link-transport.ts';
import { Replica } from './replica.ts';
import type { WatchedAnswer } from './watched-answer.ts';

export interface ServerLinkOptions extends LinkTransportOptions {
  readonly datacenter: string;
  readonly now: () => number;
}

export interface ServerLinkEvents {
  /** After every connect, the first included. */
  connected(hello: HelloReply): void;
  disconnected(): void;
  refused(reason: string): void;
  /** An answer of the replica changed. */
  changed?(answer: WatchedAnswer): void;
}

export class ServerLink {
  readonly batcher: Batcher;
  readonly replica: Replica;
  readonly rpc: LinkRPC;
  readonly #transport: LinkTransport;
  #incarnation = '';
  #connects = 0;

  constructor(options: ServerLinkOptions, events: ServerLinkEvents) {
    this.batcher = new Batcher({ send: (text) => this.#transport.send(text), now: options.now });
    this.replica = new Replica(this.batcher, options.now, (answer) => events.changed?.(answer));
    this.rpc = new LinkRPC(this.batcher, this.replica, options.datacenter, options.now);
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

  get connects(): number {
    return this.#connects;
  }

  start(): void {
    this.#transport.start();
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
  }
}
