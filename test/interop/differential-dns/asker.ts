/** Many questions to one server, a bounded number at a time. */
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import type { AskedQuestion } from './questions.ts';

/** More under way at once would overrun a socket's buffer on a small machine. */
const CONCURRENCY = 64;
const ANSWER_LIMIT_MS = 5000;
/** Consul hangs up after 128. */
const QUESTIONS_PER_CONNECTION = 100;

/** @returns in the order of the questions; undefined for what was not answered */
export async function askAll(
  port: number,
  questions: readonly AskedQuestion[],
  limitMs = ANSWER_LIMIT_MS,
): Promise<(Buffer | undefined)[]> {
  const udp = await UDPAsker.open(port, limitMs);
  const tcp = new TCPAsker(port, limitMs);
  const answers: (Buffer | undefined)[] = Array.from({ length: questions.length });
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < questions.length; index = next++) {
      const { transport, packet } = questions[index]!;
      answers[index] = await (transport === 'udp' ? udp : tcp).ask(packet);
    }
  };
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
  } finally {
    udp.close();
    tcp.close();
  }
  return answers;
}

/** Gives each question an id of its own and finds its answer by it. */
class Pending {
  readonly #waiting = new Map<number, (answer: Buffer | undefined) => void>();
  readonly #limitMs: number;
  #id = 0;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  ask(packet: Buffer, send: (packet: Buffer) => void): Promise<Buffer | undefined> {
    this.#id = (this.#id + 1) % 0xffff;
    const id = this.#id;
    const stamped = Buffer.from(packet);
    stamped.writeUInt16BE(id, 0);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(id, undefined), this.#limitMs);
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      send(stamped);
    });
  }

  take(answer: Buffer): void {
    this.#settle(answer.readUInt16BE(0), answer);
  }

  #settle(id: number, answer: Buffer | undefined): void {
    const resolve = this.#waiting.get(id);
    this.#waiting.delete(id);
    resolve?.(answer);
  }
}

class UDPAsker {
  readonly #pending: Pending;
  readonly #socket = dgram.createSocket('udp4');
  readonly #port: number;

  private constructor(port: number, limitMs: number) {
    this.#port = port;
    this.#pending = new Pending(limitMs);
    this.#socket.on('message', (answer) => this.#pending.take(answer));
  }

  static async open(port: number, limitMs: number): Promise<UDPAsker> {
    const asker = new UDPAsker(port, limitMs);
    asker.#socket.bind(0, '127.0.0.1');
    await once(asker.#socket, 'listening');
    return asker;
  }

  ask(packet: Buffer): Promise<Buffer | undefined> {
    return this.#pending.ask(packet, (bytes) => this.#socket.send(bytes, this.#port, '127.0.0.1'));
  }

  close(): void {
    this.#socket.close();
  }
}

/** A connection for each share of the questions. */
class TCPAsker {
  readonly #port: number;
  readonly #open: TCPConnection[] = [];
  readonly #limitMs: number;
  #asked = 0;

  constructor(port: number, limitMs: number) {
    this.#port = port;
    this.#limitMs = limitMs;
  }

  async ask(packet: Buffer): Promise<Buffer | undefined> {
    if (this.#asked++ % QUESTIONS_PER_CONNECTION === 0) {
      this.#open.push(new TCPConnection(this.#port, this.#limitMs));
    }
    return this.#open.at(-1)!.ask(packet);
  }

  close(): void {
    for (const connection of this.#open) connection.close();
  }
}

class TCPConnection {
  readonly #pending: Pending;
  readonly #socket: net.Socket;
  #received: Buffer = Buffer.alloc(0);

  constructor(port: number, limitMs: number) {
    this.#pending = new Pending(limitMs);
    this.#socket = net.connect(port, '127.0.0.1');
    this.#socket.on('error', () => {});
    this.#socket.on('data', (chunk) => this.#read(chunk));
  }

  ask(packet: Buffer): Promise<Buffer | undefined> {
    const length = Buffer.from([packet.length >> 8, packet.length & 0xff]);
    return this.#pending.ask(packet, (bytes) => this.#socket.write(Buffer.concat([length, bytes])));
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    let left = Buffer.concat([this.#received, chunk]);
    while (left.length >= 2 && left.length >= 2 + left.readUInt16BE(0)) {
      const end = 2 + left.readUInt16BE(0);
      this.#pending.take(left.subarray(2, end));
      left = left.subarray(end);
    }
    this.#received = left;
  }
}
