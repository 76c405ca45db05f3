/** A TCP proxy that counts, and can hold back, what the server says: it makes the moment between commit and reply last. */
import net from 'node:net';

export class HoldingProxy {
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();
  #target: () => number;
  #holding = false;
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

  /** Cuts every connection, drops what was held, and lets the next ones pass. */
  cut(): void {
    this.#holding = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #connect(client: net.Socket): void {
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
      if (!this.#holding) client.write(data);
    });
  }
}
