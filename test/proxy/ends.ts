/** Programs at both ends of a mesh: a service that answers, and callers. */
import { once } from 'node:events';
import net from 'node:net';

export interface Service {
  readonly port: number;
  /** Connections that are open. */
  readonly sockets: Set<net.Socket>;
  stop(): void;
}

/** Answers in capitals, and at the caller's end with `bye`. */
export async function startShout(port: number): Promise<Service> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.on('data', (data) => socket.write(data.toString().toUpperCase()));
    socket.on('end', () => socket.end('bye'));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port,
    sockets,
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A connection that says and hears. */
export class Caller {
  readonly socket: net.Socket;
  readonly closed: Promise<void>;
  #heard = '';
  #isEnded = false;
  #wake: () => void = () => {};

  constructor(port: number) {
    this.socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.socket.on('error', () => {});
    this.socket.on('data', (data) => {
      this.#heard += data.toString();
      this.#wake();
    });
    this.socket.on('end', () => {
      this.#isEnded = true;
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      this.socket.once('close', () => {
        this.#wake();
        resolve();
      });
    });
  }

  get heard(): string {
    return this.#heard;
  }

  /** @returns the answer, as long as `text` is; less when that ends before */
  async ask(text: string): Promise<string> {
    this.#heard = '';
    this.socket.write(text);
    while (this.#heard.length < text.length && !this.#isEnded && !this.socket.closed) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.#heard;
  }

  stop(): void {
    this.socket.destroy();
  }
}
