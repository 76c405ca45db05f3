/**
 * One WebSocket to the datacenter, kept open: connect, hello, keepalive, reconnect with jitter.
 *
 * It knows nothing of what frames mean. A deploy drops every socket of a datacenter at once, so the wait before a
 * reconnect is random (reconnect-wait.ts).
 */
import type { IncomingMessage } from 'node:http';
import WebSocket from 'ws';
import {
  type Hello,
  type HelloReply,
  KEEPALIVE_REPLY,
  KEEPALIVE_REQUEST,
  LINK_FEATURES,
  LINK_PATH,
  LINK_PROTOCOL,
  MessageJoiner,
  type ServerMessage,
  decodeServerMessage,
  doorPath,
} from '../../protocol/frames.ts';
import { reconnectWaitMs, refusedWaitMs } from './reconnect-wait.ts';

/** Where to open the socket, and what opens it. */
export interface Dial {
  /** Base URL of the control plane, http(s)://host:port. */
  readonly url: string;
  /** A unix socket that leads to the same place, for links of the host itself. */
  readonly localSocket?: string | undefined;
  /** The Authorization header; '' for none. */
  readonly authorization: string;
  /** The datacenter that is meant, where the control plane there leads to several; absent for its own. */
  readonly datacenter?: string;
}

export interface LinkTransportOptions {
  /** Asked before each connection, as either may change. Its rejection is a failed attempt. */
  readonly dial: () => Promise<Dial>;
  readonly nodeId: string;
  readonly nodeName: string;
  readonly epoch: string;
  /** The datacenter that this sidecar is bound to, '' before the first hello. */
  readonly datacenterUUID: string;
  /** Members of the datacenter, by which reconnects are spread; 1 unless given. */
  readonly hosts?: () => number;
  readonly log: { info(text: string): void; warn(text: string): void; error(text: string): void };
}

export interface LinkEvents {
  /** The link is up: everything that was open is to be sent again. */
  connected(hello: HelloReply): void;
  message(message: Exclude<ServerMessage, { type: 'hello' }>): void;
  disconnected(): void;
  /** The datacenter does not take this sidecar. It is asked again, seldom: each time that says so tells here. */
  refused(reason: string): void;
}

const HANDSHAKE_TIMEOUT_MS = 5_000;
/** Below the idle time-outs of proxies on the way; the platform answers without waking the object. */
const KEEPALIVE_INTERVAL_MS = 20_000;
const KEEPALIVE_TIMEOUT_MS = 10_000;
/** A sentence of the Worker's; a proxy's error page is cut. */
const MAX_REFUSAL_CHARS = 300;

export class LinkTransport {
  readonly #options: LinkTransportOptions;
  readonly #events: LinkEvents;
  #socket: WebSocket | null = null;
  #joiner = new MessageJoiner();
  #retry: NodeJS.Timeout | null = null;
  #keepalive: NodeJS.Timeout | null = null;
  #failures = 0;
  /** In a row, the last hello included. */
  #refusals = 0;
  #established = false;
  #stopped = false;
  #datacenterUUID: string;
  #incarnation = '';
  #url = '';

  constructor(options: LinkTransportOptions, events: LinkEvents) {
    this.#options = options;
    this.#events = events;
    this.#datacenterUUID = options.datacenterUUID;
  }

  get isConnected(): boolean {
    return this.#established;
  }

  start(): void {
    if (!this.#stopped) this.#connect();
  }

  /** Where to connect has just become known: a wait for the next attempt ends. */
  hurry(): void {
    if (this.#retry === null || this.#stopped) return;
    clearTimeout(this.#retry);
    this.#failures = 0;
    this.#refusals = 0;
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#stopKeepalive();
    this.#socket?.terminate();
    this.#socket = null;
    this.#established = false;
  }

  /** Only while connected. */
  send(text: string): void {
    this.#socket?.send(text);
  }

  #connect(): void {
    this.#retry = null;
    this.#options
      .dial()
      .then((dial) => {
        if (!this.#stopped) this.#open(dial);
      })
      // Also of a URL that `ws` refuses.
      .catch((error: Error) => this.#retryLater(`no link to the datacenter (${error.message})`));
  }

  #open({ url, localSocket, authorization, datacenter = '' }: Dial): void {
    this.#url = url;
    const base = url.replace(/^http/, 'ws').replace(/\/$/, '');
    // A colon ends the path of the socket, for `ws`: such a data_dir is reached by TCP.
    const isLocal = localSocket !== undefined && !localSocket.includes(':');
    const target = doorPath(LINK_PATH, datacenter);
    const address = isLocal ? `ws+unix:${localSocket}:${target}` : base + target;
    const socket = new WebSocket(address, {
      headers: authorization === '' ? {} : { authorization },
      perMessageDeflate: false,
      skipUTF8Validation: true,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    });
    this.#socket = socket;
    this.#joiner = new MessageJoiner();
    let reason = '';
    socket.on('open', () => socket.send(JSON.stringify({ hello: this.#hello() })));
    socket.on('message', (data) => this.#receive(socket, String(data)));
    socket.on('error', (error) => (reason ||= error.message));
    socket.on('unexpected-response', (_request, response) => {
      void readRefusal(response).then((text) => {
        reason = text;
        socket.terminate();
      });
    });
    socket.on('close', (_code, text) => this.#closed(socket, reason || String(text)));
  }

  #hello(): Hello {
    const { nodeId, nodeName, epoch } = this.#options;
    return {
      protocolMin: LINK_PROTOCOL,
      protocolMax: LINK_PROTOCOL,
      features: [...LINK_FEATURES],
      nodeId,
      nodeName,
      epoch,
      datacenterUUID: this.#datacenterUUID,
      incarnation: this.#incarnation,
    };
  }

  #receive(socket: WebSocket, data: string): void {
    if (data === KEEPALIVE_REPLY) {
      this.#armKeepalive(socket);
      return;
    }
    try {
      const text = this.#joiner.accept(data);
      if (text === null) return;
      const message = decodeServerMessage(text);
      if (message.type === 'hello') this.#welcome(socket, message.hello);
      else this.#events.message(message);
    } catch (error) {
      this.#options.log.error(`link: closing after a bad message: ${(error as Error).message}`);
      socket.terminate();
    }
  }

  #welcome(socket: WebSocket, hello: HelloReply): void {
    if (hello.refused !== undefined) {
      this.#refusals++;
      this.#events.refused(hello.refused);
      socket.terminate();
      return;
    }
    this.#refusals = 0;
    this.#datacenterUUID = hello.datacenterUUID;
    this.#incarnation = hello.incarnation;
    this.#failures = 0;
    this.#established = true;
    this.#armKeepalive(socket);
    this.#events.connected(hello);
  }

  #closed(socket: WebSocket, reason: string): void {
    if (socket !== this.#socket) return;
    this.#socket = null;
    this.#stopKeepalive();
    const wasEstablished = this.#established;
    this.#established = false;
    if (wasEstablished) this.#events.disconnected();
    if (this.#refusals > 0) {
      this.#retryAfter(
        refusedWaitMs(this.#refusals, Math.random()),
        'the datacenter refused this agent',
      );
      return;
    }
    this.#retryLater(`link to ${this.#url} is closed (${reason || 'no reason given'})`);
  }

  #retryLater(text: string): void {
    const hosts = this.#options.hosts?.() ?? 1;
    this.#retryAfter(
      reconnectWaitMs({ failures: this.#failures++, hosts, random: Math.random() }),
      text,
    );
  }

  #retryAfter(waitMs: number, text: string): void {
    if (this.#stopped) return;
    this.#options.log.warn(`${text}; trying again in ${Math.round(waitMs)} ms`);
    this.#retry = setTimeout(() => this.#connect(), waitMs);
  }

  /** One timer: first until the next ping is due, then until its answer is overdue. */
  #armKeepalive(socket: WebSocket): void {
    this.#stopKeepalive();
    this.#keepalive = setTimeout(() => {
      socket.send(KEEPALIVE_REQUEST);
      this.#keepalive = setTimeout(() => socket.terminate(), KEEPALIVE_TIMEOUT_MS);
    }, KEEPALIVE_INTERVAL_MS);
  }

  #stopKeepalive(): void {
    if (this.#keepalive !== null) clearTimeout(this.#keepalive);
    this.#keepalive = null;
  }
}

/** What the server said instead of opening the socket, e.g. that the token is wrong. */
async function readRefusal(response: IncomingMessage): Promise<string> {
  let text = '';
  try {
    for await (const chunk of response) {
      text += String(chunk);
      if (text.length > MAX_REFUSAL_CHARS) break;
    }
  } catch {
    // The status alone has to do.
  }
  return `${response.statusCode} ${text.trim().slice(0, MAX_REFUSAL_CHARS)}`;
}
