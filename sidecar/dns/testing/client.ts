/** A DNS client for the tests that need real sockets, and a recursor for it to be sent to. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { FrameReader, frame } from '../transport/frames.ts';

/** The test's own timeout is the limit of the wait. */
export async function askUDP(port: number, packet: Buffer, host = '127.0.0.1'): Promise<Buffer> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  try {
    socket.send(packet, port, host);
    const [answer] = (await once(socket, 'message')) as [Buffer];
    return answer;
  } finally {
    socket.close();
  }
}

export class TCPClient {
  readonly socket: Socket;
  readonly #frames = new FrameReader();
  readonly #answers: Buffer[] = [];

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('error', () => {});
    this.socket.on('data', (chunk) => {
      this.#answers.push(...this.#frames.push(chunk));
      this.socket.emit('answer');
    });
  }

  async ask(...packets: Buffer[]): Promise<Buffer[]> {
    this.socket.write(Buffer.concat(packets.map(frame)));
    while (this.#answers.length < packets.length) await once(this.socket, 'answer');
    return this.#answers.splice(0);
  }

  close(): void {
    this.socket.destroy();
  }
}

/** Answers every query with what `respond` makes of it, over UDP and TCP on one port; undefined for silence. */
export class FakeRecursor {
  readonly #udp = createSocket('udp4');
  readonly #tcp = createServer((socket) => {
    const frames = new FrameReader();
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      for (const query of frames.push(chunk)) {
        const answer = this.#handle(query, 'tcp');
        if (answer) socket.write(frame(answer));
      }
    });
  });
  readonly asked: string[] = [];
  readonly #respond: (query: Buffer) => Buffer | undefined;

  constructor(respond: (query: Buffer) => Buffer | undefined) {
    this.#respond = respond;
    this.#udp.on('message', (query, from) => {
      const answer = this.#handle(query, 'udp');
      if (answer) this.#udp.send(answer, from.port, from.address);
    });
  }

  /** @returns its address, as the option `recursors` takes it. */
  async start(): Promise<string> {
    this.#tcp.listen(0, '127.0.0.1');
    await once(this.#tcp, 'listening');
    const { port } = this.#tcp.address() as AddressInfo;
    this.#udp.bind(port, '127.0.0.1');
    await once(this.#udp, 'listening');
    return `127.0.0.1:${port}`;
  }

  stop(): void {
    this.#udp.close();
    this.#tcp.close();
  }

  #handle(query: Buffer, transport: string): Buffer | undefined {
    this.asked.push(transport);
    return this.#respond(query);
  }
}
