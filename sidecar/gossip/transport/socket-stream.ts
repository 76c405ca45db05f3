import type { Socket } from 'node:net';
import type { Endpoint, GossipStream, StreamHandler } from '../transport.ts';

/** A TCP connection as gossip sees it. */
export class SocketStream implements GossipStream {
  readonly remote: Endpoint;
  readonly #socket: Socket;
  #handler: StreamHandler | undefined;
  #isAttached = false;

  constructor(socket: Socket, remote: Endpoint) {
    this.#socket = socket;
    this.remote = remote;
  }

  listen(handler: StreamHandler): void {
    this.#handler = handler;
    if (this.#isAttached) return;
    this.#isAttached = true;
    // Nothing is read before this, so nothing is missed.
    this.#socket.on('data', (chunk) => this.#handler?.onData(chunk));
    this.#socket.on('end', () => this.#finish(undefined));
    this.#socket.on('error', (error) => this.#finish(error));
    this.#socket.on('close', () => this.#finish(new Error('closed')));
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  end(onFlushed?: () => void): void {
    this.#socket.end(onFlushed);
  }

  close(): void {
    this.#handler = undefined;
    this.#socket.destroy();
  }

  #finish(error: Error | undefined): void {
    const handler = this.#handler;
    this.#handler = undefined;
    handler?.onEnd(error);
  }
}
