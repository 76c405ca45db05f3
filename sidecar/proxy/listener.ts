/** A listening socket with its connections: counted, bounded, and ended in order. */
import fs from 'node:fs';
import type net from 'node:net';
import type { Counters } from './counters.ts';
import { endOf } from './end.ts';
import type { Log } from './interfaces.ts';

export interface ListenerOptions {
  readonly name: string;
  readonly at: { readonly host: string; readonly port: number } | { readonly path: string };
  /** Of the socket file, where it listens on one. */
  readonly socketMode?: number | undefined;
  readonly maxConnections: number;
  readonly counters: Counters;
  readonly log: Log;
}

export class Listener {
  readonly #server: net.Server;
  readonly #options: ListenerOptions;
  readonly #sockets = new Set<net.Socket>();
  #closed: Promise<void> | undefined;

  constructor(server: net.Server, options: ListenerOptions) {
    this.#server = server;
    this.#options = options;
    const { counters, log, name, maxConnections } = options;
    server.maxConnections = maxConnections;
    server.on('connection', (socket) => {
      counters.accepted++;
      counters.active++;
      this.#sockets.add(socket);
      socket.once('close', () => {
        counters.active--;
        this.#sockets.delete(socket);
      });
    });
    server.on('drop', () => {
      counters.failed++;
      log.warn(`connection refused: ${maxConnections} are open: listener=${name}`);
    });
    server.on('error', (error) => {
      log.error(
        `listener stopped with error: listener=${quoted(name)} error=${JSON.stringify(error.message)}`,
      );
    });
  }

  /** A port that is taken is logged, and the other listeners go on, as in Consul. */
  start(): void {
    const { at, name, log, socketMode } = this.#options;
    const bound = 'path' in at ? at.path : `${at.host}:${at.port}`;
    log.info(`Starting listener: listener=${quoted(name)} bind_addr=${bound}`);
    try {
      if ('path' in at) removeSocket(at.path);
      this.#server.listen(at, () => {
        if ('path' in at && socketMode !== undefined) fs.chmodSync(at.path, socketMode);
      });
    } catch (error) {
      this.#server.emit('error', error);
    }
  }

  /**
   * Takes no more, and gives those that are there so long to end, or as long as they like. It may be called again to be less
   * patient.
   */
  async stop(drainMs: number | undefined): Promise<void> {
    this.#closed ??= this.#close();
    const timer =
      drainMs === undefined
        ? undefined
        : setTimeout(() => {
            for (const socket of this.#sockets) endOf(socket).reset();
          }, drainMs);
    await this.#closed;
    clearTimeout(timer);
  }

  async #close(): Promise<void> {
    const { name, log } = this.#options;
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    log.info(`listener stopped: listener=${quoted(name)}`);
  }
}

/** What a proxy that crashed has left behind; nothing else is taken out of the way. */
function removeSocket(path: string): void {
  const found = fs.lstatSync(path, { throwIfNoEntry: false });
  if (found?.isSocket()) fs.rmSync(path, { force: true });
}

/** As Consul's log quotes: only what holds a space. */
function quoted(text: string): string {
  return text.includes(' ') ? JSON.stringify(text) : text;
}
