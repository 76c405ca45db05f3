/**
 * A blocking query on a bare TCP connection of its own.
 *
 * An HTTP library would spend more on five thousand answers than the servers do; here an answer costs the client
 * one read and one search. Any status but 200 is an error. One query at a time; the connection is kept between them.
 */
import net from 'node:net';

export class BlockedReader {
  readonly #socket: net.Socket;
  readonly #host: string;
  #received = '';
  #awaited = '';
  #settle: { resolve: (atNs: bigint) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: net.Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.setEncoding('latin1').on('data', (text) => this.#take(String(text)));
    socket.on('error', (error) => this.#settle?.reject(error));
    socket.on('close', () =>
      this.#settle?.reject(new Error('the connection was closed before the answer')),
    );
  }

  static connect(port: number): Promise<BlockedReader> {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new BlockedReader(socket, `127.0.0.1:${port}`));
      });
    });
  }

  /**
   * Sends the query.
   *
   * @param awaited text that the answer must hold; an answer without it is refused.
   * @returns the `process.hrtime` at which the answer was read, in nanoseconds.
   */
  ask(path: string, awaited: string): Promise<bigint> {
    this.#received = '';
    this.#awaited = awaited;
    this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: ${this.#host}\r\n\r\n`);
    return new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.destroy();
  }

  #take(text: string): void {
    if (this.#settle === undefined) return;
    this.#received += text;
    if (this.#received.includes(this.#awaited)) {
      const { resolve, reject } = this.#settle;
      this.#settle = undefined;
      if (this.#received.startsWith('HTTP/1.1 200')) resolve(process.hrtime.bigint());
      else reject(new Error(this.#received.slice(0, 100)));
    } else if (this.#received.endsWith(']')) {
      // The end of another body than the awaited one: woken with an old value.
      this.#settle.reject(
        new Error(`answered without the new value: ${this.#received.slice(0, 300)}`),
      );
      this.#settle = undefined;
    }
  }
}
