/**
 * Takes the mesh's connections for the service: mutual TLS, then the intentions, then the service itself.
 *
 * Connections that an intention comes to forbid are closed. Consul's proxy judges a connection once, when it is made.
 */
import net from 'node:net';
import tls from 'node:tls';
import type { Authorizer, Caller } from './authorizer.ts';
import type { PublicListenerConfig } from './config.ts';
import { newCounters } from './counters.ts';
import { dial } from './dial.ts';
import { type End, endOf } from './end.ts';
import type { Log } from './interfaces.ts';
import { KEEPALIVE_MS, SOCKET_OPTIONS } from './limits.ts';
import { Listener } from './listener.ts';
import { relay } from './relay.ts';
import { servicePeer } from './spiffe.ts';

export interface PublicListenerOptions {
  readonly config: PublicListenerConfig;
  readonly service: string;
  readonly context: tls.SecureContextOptions;
  readonly authorizer: Authorizer;
  readonly log: Log;
}

/** What it is called in the log, and among a proxy's listeners. */
export const PUBLIC_LISTENER = 'public listener';

export class PublicListener {
  readonly counters = newCounters();
  readonly #options: PublicListenerOptions;
  readonly #server: tls.Server;
  readonly #listener: Listener;
  /** By the caller's URI. */
  readonly #callers = new Map<string, { readonly caller: Caller; readonly ends: Set<End> }>();

  /** By address and port. */
  readonly #tcp = new Map<string, net.Socket>();

  constructor(options: PublicListenerOptions) {
    this.#options = options;
    const { config, context, log } = options;
    this.#server = tls.createServer({
      ...context,
      requestCert: true,
      rejectUnauthorized: true,
      handshakeTimeout: config.handshakeTimeoutMs,
      ...SOCKET_OPTIONS,
      keepAlive: true,
      keepAliveInitialDelay: KEEPALIVE_MS,
    });
    this.#server.on('connection', (socket) => this.#rememberTCP(socket));
    this.#server.on('secureConnection', (socket) => void this.#take(socket));
    this.#server.on('tlsClientError', (error, socket) => {
      this.counters.failed++;
      log.debug(`handshake failed: error=${JSON.stringify(error.message)}`);
      // Who was told why is to read that; who said nothing in time is cut.
      const isLate = (error as NodeJS.ErrnoException).code === 'ERR_TLS_HANDSHAKE_TIMEOUT';
      if (isLate && !socket.destroyed) endOf(socket, this.#tcp.get(peerOf(socket))).reset();
      else socket.destroy();
    });
    const { bindAddress, bindPort, maxConnections } = config;
    this.#listener = new Listener(this.#server, {
      name: PUBLIC_LISTENER,
      at: { host: bindAddress, port: bindPort },
      maxConnections,
      counters: this.counters,
      log,
    });
  }

  start(): void {
    this.#listener.start();
  }

  /** Connections that are there keep the certificate that they were made with. */
  renew(context: tls.SecureContextOptions): void {
    this.#server.setSecureContext(context);
  }

  /** Cuts what is forbidden now; while nobody decides, what is open stays open. */
  async judgeAgain(): Promise<void> {
    const { authorizer, log } = this.#options;
    for (const { caller, ends } of this.#callers.values()) {
      try {
        const { isAllowed, reason } = await authorizer.authorize(caller);
        if (isAllowed) continue;
        log.info(`closing ${ends.size} connections: reason=${JSON.stringify(reason)}`);
        this.counters.denied += ends.size;
        for (const end of ends) end.reset();
      } catch (error) {
        log.warn(`open connections cannot be judged again: ${(error as Error).message}`);
        return;
      }
    }
  }

  stop(drainMs: number | undefined): Promise<void> {
    return this.#listener.stop(drainMs);
  }

  async #take(socket: tls.TLSSocket): Promise<void> {
    // It may break at any time before the relay takes it.
    socket.on('error', () => socket.destroy());
    const end = endOf(socket, this.#tcp.get(peerOf(socket)));
    try {
      await this.#judge(socket, end);
    } catch (error) {
      this.counters.denied++;
      this.#options.log.error((error as Error).message);
      if (!socket.destroyed) end.reset();
      return;
    }
    if (!socket.destroyed) await this.#connect(socket, end);
  }

  /** @throws Error that says why the connection is refused */
  async #judge(socket: tls.TLSSocket, end: End): Promise<void> {
    const { authorizer, service } = this.#options;
    const certificate = socket.getPeerX509Certificate();
    const peer = servicePeer(certificate?.subjectAltName);
    if (!socket.authorized || certificate === undefined || peer === undefined) {
      throw new Error('connection refused: its certificate names no service');
    }
    const caller = { uri: peer.uri, serial: certificate.serialNumber };
    // Before the decision: a change of intentions in between is to find it.
    this.#remember(caller, socket, end);
    const decision = await authorizer.authorize(caller).catch((error: Error) => {
      throw new Error(
        `authz call failed: service=${service} error=${JSON.stringify(error.message)}`,
      );
    });
    if (decision.isAllowed) return;
    throw new Error(
      `authz call denied: service=${service} reason=${JSON.stringify(decision.reason)}`,
    );
  }

  async #connect(socket: tls.TLSSocket, end: End): Promise<void> {
    const { config, log } = this.#options;
    try {
      const service = await dial(
        () => net.connect({ ...config.local, ...SOCKET_OPTIONS }),
        'connect',
        config.localConnectTimeoutMs,
      );
      relay(end, endOf(service), this.counters);
    } catch (error) {
      this.counters.failed++;
      log.error(`failed to dial: error=${JSON.stringify((error as Error).message)}`);
      if (!socket.destroyed) end.reset();
    }
  }

  #remember(caller: Caller, socket: tls.TLSSocket, end: End): void {
    const known = this.#callers.get(caller.uri) ?? { caller, ends: new Set() };
    this.#callers.set(caller.uri, known);
    known.ends.add(end);
    socket.once('close', () => {
      known.ends.delete(end);
      if (known.ends.size === 0) this.#callers.delete(caller.uri);
    });
  }

  /** TLS hides what it is carried by. */
  #rememberTCP(socket: net.Socket): void {
    const peer = peerOf(socket);
    this.#tcp.set(peer, socket);
    socket.once('close', () => this.#tcp.delete(peer));
  }
}

function peerOf({ remoteAddress, remotePort }: net.Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
