/** Takes this host's connections to a service of the mesh, and makes mutual TLS of them. */
import net from 'node:net';
import tls from 'node:tls';
import { type UpstreamConfig, upstreamName } from './config.ts';
import { newCounters } from './counters.ts';
import { dial } from './dial.ts';
import { type End, endOf } from './end.ts';
import type { Identity } from './identity.ts';
import type { Instance, Instances } from './instances.ts';
import type { Log } from './interfaces.ts';
import { KEEPALIVE_MS, MAX_ATTEMPTS, MAX_CONNECTIONS, SOCKET_OPTIONS } from './limits.ts';
import { Listener } from './listener.ts';
import { relay } from './relay.ts';
import { isService, servicePeer } from './spiffe.ts';

export interface UpstreamListenerOptions {
  readonly upstream: UpstreamConfig;
  readonly service: string;
  readonly identity: Identity;
  readonly instances: Instances;
  readonly log: Log;
}

export class UpstreamListener {
  readonly counters = newCounters();
  readonly #options: UpstreamListenerOptions;
  readonly #listener: Listener;

  constructor(options: UpstreamListenerOptions) {
    this.#options = options;
    const { upstream, log } = options;
    const server = net.createServer({
      ...SOCKET_OPTIONS,
      keepAlive: true,
      keepAliveInitialDelay: KEEPALIVE_MS,
    });
    server.on('connection', (socket) => void this.#take(socket));
    const { bindAddress: host, bindPort: port, socketPath: path, socketMode } = upstream;
    this.#listener = new Listener(server, {
      name: upstreamName(upstream),
      at: path === '' ? { host, port } : { path },
      socketMode,
      maxConnections: MAX_CONNECTIONS,
      counters: this.counters,
      log,
    });
  }

  start(): void {
    this.#listener.start();
  }

  async stop(drainMs: number | undefined): Promise<void> {
    this.#options.instances.stop();
    await this.#listener.stop(drainMs);
  }

  async #take(socket: net.Socket): Promise<void> {
    // It may break at any time before the relay takes it.
    socket.on('error', () => socket.destroy());
    const { log } = this.#options;
    try {
      const remote = await this.#connect(() => socket.destroyed);
      relay(endOf(socket), remote, this.counters);
    } catch (error) {
      this.counters.failed++;
      log.error(`failed to dial: error=${JSON.stringify((error as Error).message)}`);
      if (!socket.destroyed) endOf(socket).reset();
    }
  }

  /** One instance after the other. @throws Error of the last */
  async #connect(isGone: () => boolean): Promise<End> {
    const { instances, upstream } = this.#options;
    const picked = await instances.pick();
    let failure = new Error('no healthy instances found');
    for (const instance of picked.slice(0, MAX_ATTEMPTS)) {
      if (isGone()) throw new Error('the caller has gone');
      try {
        return await this.#dial(instance, upstream.connectTimeoutMs);
      } catch (error) {
        failure = error as Error;
        instances.failed(instance);
      }
    }
    throw failure;
  }

  async #dial(instance: Instance, timeoutMs: number): Promise<End> {
    const { identity, log, service } = this.#options;
    const { context } = identity;
    if (context === undefined) throw new Error('the proxy has no certificate yet');
    const { host, port } = instance;
    log.debug(`resolved service instance: service=${service} address=${host}:${port}`);
    const tcp = net.connect({ host, port, ...SOCKET_OPTIONS });
    // TLS tells of it as well.
    tcp.on('error', () => {});
    tcp.setKeepAlive(true, KEEPALIVE_MS);
    const open = (): tls.TLSSocket =>
      tls.connect({
        socket: tcp,
        secureContext: context,
        servername: '',
        ...SOCKET_OPTIONS,
        // Roots and name are judged here; the mesh has no host names.
        rejectUnauthorized: true,
        checkServerIdentity: (_host, { subjectaltname }) => wrongPeer(subjectaltname, instance),
      });
    try {
      return endOf(await dial(open, 'secureConnect', timeoutMs), tcp);
    } catch (error) {
      // TLS that gives up does not take along what is still connecting.
      tcp.destroy();
      throw error;
    }
  }
}

/** @returns why it is not who was meant, undefined when it is */
function wrongPeer(alternativeNames: string | undefined, wanted: Instance): Error | undefined {
  const peer = servicePeer(alternativeNames);
  if (peer !== undefined && isService(peer, wanted)) return undefined;
  const found = peer?.uri ?? alternativeNames ?? 'no name';
  return new Error(
    `peer certificate mismatch: got ${found}, want service ${wanted.service} in ${wanted.datacenter}`,
  );
}
