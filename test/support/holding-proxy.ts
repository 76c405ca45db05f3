/**
 * A TCP proxy that counts, and can hold back, what the server says: it makes the moment between commit and reply last, and
 * steps through a handshake one answer at a time.
 */
import net from 'node:net';

/** Longer than any step of a handshake takes on a busy machine. */
const HELD_LIMIT_MS = 20_000;

export class HoldingProxy {
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();
  readonly #held: { readonly client: net.Socket; readonly data: Buffer }[] = [];
  #target: () => number;
  #holding = false;
  #refusing = false;
  #whenHeld: (() => void) | null = null;
  /** Bytes that the server sent since the start, whether they were let pass or not. */
  received = 0;

  private constructor(server: net.Server, target: () => number) {
    this.#server = server;
    this.#target = target;
  }

  static async start(target: () => number): Promise<HoldingProxy> {
    const server = net.createServer();
    const proxy = new HoldingProxy(server, target);
    server.on('connection', (client) => proxy.#connect(client));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as net.AddressInfo).port}`;
  }

  /** From now on nothing that the server sends arrives; what the client sends does. */
  hold(): void {
    this.#holding = true;
  }

  /** Resolves once something is held. @throws when the server says nothing */
  async untilHeld(): Promise<void> {
    if (this.#held.length > 0) return;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#whenHeld = resolve;
        timer = setTimeout(() => reject(new Error('the server said nothing')), HELD_LIMIT_MS);
      });
    } finally {
      clearTimeout(timer);
      this.#whenHeld = null;
    }
  }

  /** Lets pass what is held, and goes on holding what comes. */
  pass(): void {
    for (const { client, data } of this.#held.splice(0)) client.write(data);
  }

  /** Lets everything pass again, what was held first. */
  release(): void {
    this.#holding = false;
    this.pass();
  }

  /** Cuts every connection, drops what was held, and lets the next ones pass. */
  cut(): void {
    this.#holding = false;
    this.#held.length = 0;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Cuts every connection, and every new one at once, until `admit`. */
  refuse(): void {
    this.#refusing = true;
    this.cut();
  }

  admit(): void {
    this.#refusing = false;
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #connect(client: net.Socket): void {
    if (this.#refusing) {
      client.destroy();
      return;
    }
    const server = net.connect(this.#target(), '127.0.0.1');
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.on('data', (data) => server.write(data));
    server.on('data', (data) => {
      this.received += data.length;
      if (!this.#holding) {
        client.write(data);
        return;
      }
      this.#held.push({ client, data });
      this.#whenHeld?.();
    });
  }
}
