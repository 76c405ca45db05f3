import type { Clock } from '../clock.ts';
import type { Endpoint, GossipStream, StreamHandler } from '../transport.ts';

interface Connection {
  readonly near: Endpoint;
  readonly far: Endpoint;
  readonly clock: Clock;
  /** undefined while the two cannot reach one another: what is sent then is lost, and so is the connection. */
  readonly delayMs: (from: Endpoint, to: Endpoint) => number | undefined;
  readonly onBytes: (bytes: number) => void;
}

/** Two ends of one connection in memory. */
export function connectStreams(connection: Connection): [GossipStream, GossipStream] {
  const near = new MockStream(connection.far, connection.near, connection);
  const far = new MockStream(connection.near, connection.far, connection);
  near.peer = far;
  far.peer = near;
  return [near, far];
}

class MockStream implements GossipStream {
  readonly remote: Endpoint;
  peer: MockStream | undefined;
  readonly #local: Endpoint;
  readonly #connection: Connection;
  #handler: StreamHandler | undefined;
  /** What came before anybody listened. */
  #early: (() => void)[] = [];
  #closed = false;
  #ended = false;

  constructor(remote: Endpoint, local: Endpoint, connection: Connection) {
    this.remote = remote;
    this.#local = local;
    this.#connection = connection;
  }

  listen(handler: StreamHandler): void {
    this.#handler = handler;
    for (const event of this.#early.splice(0)) event();
  }

  write(bytes: Uint8Array): void {
    if (this.#closed || this.#ended) return;
    this.#connection.onBytes(bytes.length);
    const copy = bytes.slice();
    this.#later((peer) => peer.#deliver(() => peer.#handler?.onData(copy)));
  }

  end(onFlushed?: () => void): void {
    if (this.#closed || this.#ended) return;
    this.#ended = true;
    if (onFlushed !== undefined) this.#connection.clock.after(0, onFlushed);
    this.#later((peer) => peer.#finish(undefined));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#ended) this.#later((peer) => peer.#finish(new Error('connection reset by peer')));
  }

  #later(action: (peer: MockStream) => void): void {
    const { clock, delayMs } = this.#connection;
    const delay = delayMs(this.#local, this.remote);
    const { peer } = this;
    if (delay !== undefined && peer !== undefined) clock.after(delay, () => action(peer));
  }

  #deliver(event: () => void): void {
    if (this.#closed) return;
    if (this.#handler === undefined) this.#early.push(event);
    else event();
  }

  #finish(error: Error | undefined): void {
    this.#deliver(() => {
      const handler = this.#handler;
      this.#handler = { onData: () => {}, onEnd: () => {} };
      handler?.onEnd(error);
    });
  }
}
