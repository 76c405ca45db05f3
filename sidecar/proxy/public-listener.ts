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

const NAME = 'public listener';

export class PublicListener {
  readonly counters = newCounters();
  readonly #options: PublicListenerOptions;
  readonly #server: tls.Server;
  readonly #listener: Listener;
  /** By the caller's URI. */
  readonly #callers = new Map<
    string,
    { readonly caller: Caller; readonly sockets: Set<tls.TLSSocket> }
  >();

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
    this.#server.on('secureConnection', (socket) => void this.#take(socket));
    this.#server.on('tlsClientError', (error, socket) => {
      this.counters.failed++;
      log.debug(`handshake failed: error=${JSON.stringify(error.message)}`);
      socket.destroy();
    });
    const { bindAddress, bindPort, maxConnections } = config;
    this.#listener = new Listener(this.#server, {
      name: NAME,
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

  /** Closes what is forbidden now; while nobody decides, what is open stays open. */
  async judgeAgain(): Promise<void> {
    const { authorizer, log } = this.#options;
    for (const { caller, sockets } of this.#callers.values()) {
      try {
        const { isAllowed, reason } = await authorizer.authorize(caller);
        if (isAllowed) continue;
        log.info(`closing ${sockets.size} connections: ${reason}`);
        this.counters.denied += sockets.size;
        for (const socket of sockets) socket.destroy();
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
    socket.on('error', () => {});
    const { authorizer, log, service } = this.#options;
    const certificate = socket.getPeerX509Certificate();
    const peer = servicePeer(certificate?.subjectAltName);
    if (!socket.authorized || certificate === undefined || peer === undefined) {
      this.counters.denied++;
      log.error('connection refused: its certificate names no service');
      socket.destroy();
      return;
    }
    const caller = { uri: peer.uri, serial: certificate.serialNumber };
    // Before the decision: a change of intentions in between is to find it.
    this.#remember(caller, socket);
    try {
      const { isAllowed, reason } = await authorizer.authorize(caller);
      if (!isAllowed) {
        this.counters.denied++;
        log.error(`authz call denied: service=${service} reason=${JSON.stringify(reason)}`);
        socket.destroy();
        return;
      }
    } catch (error) {
      this.counters.denied++;
      log.error(
        `authz call failed: service=${service} error=${JSON.stringify((error as Error).message)}`,
      );
      socket.destroy();
      return;
    }
    await this.#connect(socket);
  }

  async #connect(socket: tls.TLSSocket): Promise<void> {
    const { config, log } = this.#options;
    if (socket.destroyed) return;
    try {
      const service = await dial(
        () => net.connect({ ...config.local, ...SOCKET_OPTIONS }),
        'connect',
        config.localConnectTimeoutMs,
      );
      if (socket.destroyed) service.destroy();
      else relay(socket, service, this.counters, () => {});
    } catch (error) {
      this.counters.failed++;
      log.error(`failed to dial: error=${JSON.stringify((error as Error).message)}`);
      socket.destroy();
    }
  }

  #remember(caller: Caller, socket: tls.TLSSocket): void {
    const known = this.#callers.get(caller.uri) ?? { caller, sockets: new Set() };
    this.#callers.set(caller.uri, known);
    known.sockets.add(socket);
    socket.once('close', () => {
      known.sockets.delete(socket);
      if (known.sockets.size === 0) this.#callers.delete(caller.uri);
    });
  }
}
