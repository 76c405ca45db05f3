/** A link that says hello and then nothing but keepalives, each second. */
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import {
  KEEPALIVE_REPLY,
  KEEPALIVE_REQUEST,
  LINK_PATH,
  LINK_PROTOCOL,
} from '../../protocol/frames.ts';
import type { ControlPlane } from '../../sidecar/embedded/control-plane.ts';

const INTERVAL_MS = 1_000;

export class Heartbeats {
  readonly #socket: WebSocket;
  readonly #timer: NodeJS.Timeout;
  sent = 0;
  answered = 0;
  /** Milliseconds since 1970. */
  lastSentAt = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      if (String(data) === KEEPALIVE_REPLY) this.answered++;
    });
    this.#timer = setInterval(() => {
      this.sent++;
      this.lastSentAt = Date.now();
      socket.send(KEEPALIVE_REQUEST);
    }, INTERVAL_MS);
  }

  static async start({ url, secret }: ControlPlane, nodeName: string): Promise<Heartbeats> {
    const socket = new WebSocket(url.replace(/^http/, 'ws') + LINK_PATH, {
      headers: { authorization: `Bearer ${secret}` },
    });
    const welcomed = new Promise((resolve, reject) => {
      socket.once('message', resolve).once('error', reject);
    });
    await new Promise((resolve, reject) => {
      socket.once('open', resolve).once('error', reject);
    });
    const hello = {
      protocolMin: LINK_PROTOCOL,
      protocolMax: LINK_PROTOCOL,
      features: [],
      nodeId: `id-of-${nodeName}`,
      nodeName,
      epoch: crypto.randomUUID(),
      datacenterUUID: '',
      incarnation: '',
    };
    socket.send(JSON.stringify({ hello }));
    await welcomed;
    return new Heartbeats(socket);
  }

  /** No more are sent; resolves when the last had the time to be answered. */
  async pause(): Promise<void> {
    clearInterval(this.#timer);
    await sleep(INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#socket.terminate();
  }
}
