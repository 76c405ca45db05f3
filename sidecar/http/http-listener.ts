/**
 * The agent's HTTP interface: the API on every configured address, TCP or unix socket.
 *
 * Connections of one client are counted (Consul's limits.http_max_conns_per_client): the connection beyond the limit
 * is closed before it costs a request.
 */
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type net from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContextOptions } from 'node:tls';
import type { API } from '../../http-api/api.ts';
import { type FilePermissions, setFilePermissions } from '../lib/file-permissions.ts';
import { MAX_TIMER_MS } from '../lib/timer-limit.ts';
import { serveWith } from './node-adapter.ts';

export type ListenAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

export interface HTTPListenerOptions {
  readonly addresses: readonly ListenAddress[];
  /** 0 for no limit. */
  readonly maxConnectionsPerClient: number;
  /** 0 leaves Node's own limit. */
  readonly maxHeaderBytes: number;
  readonly socketPermissions: FilePermissions;
  /** Set for HTTPS. */
  readonly tls?: ServerTLS;
}

export interface ServerTLS {
  readonly context: SecureContextOptions;
  /** Clients without a certificate of the CA are refused (Consul's verify_incoming). */
  readonly verifyIncoming: boolean;
  /** A client that is slower is cut off (Consul's limits.https_handshake_timeout); 0 for no limit. */
  readonly handshakeTimeoutMs: number;
}

/** An address that cannot be listened on; the caller words what to do about it. */
export class ListenError extends Error {
  readonly address: ListenAddress;
  readonly code: string;

  constructor(address: ListenAddress, cause: NodeJS.ErrnoException) {
    super(cause.message);
    this.name = 'ListenError';
    this.address = address;
    this.code = cause.code ?? '';
  }
}

/** Enough for an answer that is being written, short enough that nobody notices it at the end. */
const DRAIN_MS = 150;
/** Idle keep-alive connections are closed after this; Consul's clients reuse theirs for about as long. */
const KEEP_ALIVE_MS = 120_000;

export class HTTPListener {
  /** For connections from now on. */
  maxConnectionsPerClient: number;
  readonly #options: HTTPListenerOptions;
  readonly #servers: http.Server[] = [];
  readonly #connections = new Map<string, number>();
  readonly #waiting: [http.IncomingMessage, http.ServerResponse][] = [];
  #listener: http.RequestListener | null = null;

  constructor(options: HTTPListenerOptions) {
    this.#options = options;
    this.maxConnectionsPerClient = options.maxConnectionsPerClient;
  }

  /**
   * Takes every address. Requests that come before `serve` wait: an agent's ports stand before it is ready, and no
   * client sees half an agent.
   *
   * @throws ListenError, or Error for permissions that a unix socket cannot be given; then nothing listens
   */
  async reserve(): Promise<void> {
    try {
      for (const address of this.#options.addresses) await this.#listen(address);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** For connections from now on. Only a listener that was made with TLS has one to replace. */
  setTLS(context: SecureContextOptions): void {
    for (const server of this.#servers)
      if (server instanceof https.Server) server.setSecureContext(context);
  }

  serve(api: API): void {
    this.#listener = serveWith(api);
    for (const [request, response] of this.#waiting.splice(0)) this.#handle(request, response);
  }

  /** Addresses that are listened on, with the port that the system chose where it was 0. */
  get bound(): ListenAddress[] {
    return this.#servers.map((server) => {
      const address = server.address();
      if (typeof address === 'string') return { kind: 'unix', path: address };
      return { kind: 'tcp', host: address?.address ?? '', port: address?.port ?? 0 };
    });
  }

  /**
   * Answers that are about to go out still do; parked requests are cut after that: their clients reconnect to whoever
   * listens next.
   */
  async stop(): Promise<void> {
    await Promise.all(
      this.#servers.splice(0).map(
        (server) =>
          new Promise<void>((resolve) => {
            const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
            server.close(() => {
              clearTimeout(cut);
              resolve();
            });
            server.closeIdleConnections();
          }),
      ),
    );
  }

  async #listen(address: ListenAddress): Promise<void> {
    const server = this.#createServer();
    // Blocking queries stay silent for up to ten minutes.
    server.requestTimeout = 0;
    server.on('connection', (socket) => this.#count(socket));
    server.on('clientError', refuseUnreadable);
    if (address.kind === 'unix') fs.rmSync(address.path, { force: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(new ListenError(address, error)));
      if (address.kind === 'unix') server.listen(address.path, resolve);
      else
        server.listen({ host: address.host, port: address.port, backlog: LISTEN_BACKLOG }, resolve);
    });
    this.#servers.push(server);
    if (address.kind === 'unix') setFilePermissions(address.path, this.#options.socketPermissions);
  }

  #createServer(): http.Server {
    const { maxHeaderBytes, tls } = this.#options;
    const options = {
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: maxHeaderBytes > 0 ? maxHeaderBytes + HEADER_SLOP_BYTES : DEFAULT_HEADER_BYTES,
    };
    const handle: http.RequestListener = (request, response) => this.#handle(request, response);
    if (tls === undefined) return http.createServer(options, handle);
    const { context, verifyIncoming, handshakeTimeoutMs } = tls;
    const verify = { requestCert: verifyIncoming, rejectUnauthorized: verifyIncoming };
    const handshakeTimeout = handshakeTimeoutMs > 0 ? handshakeTimeoutMs : MAX_TIMER_MS;
    return https.createServer({ ...options, ...context, ...verify, handshakeTimeout }, handle);
  }

  #handle(request: http.IncomingMessage, response: http.ServerResponse): void {
    if (this.#listener !== null) this.#listener(request, response);
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push([request, response]);
    else response.writeHead(503, { 'content-type': 'text/plain' }).end('the agent is starting');
  }

  #count(socket: net.Socket): void {
    const limit = this.maxConnectionsPerClient;
    const client = socket.remoteAddress;
    if (client === undefined) return;
    const open = (this.#connections.get(client) ?? 0) + 1;
    if (limit > 0 && open > limit) {
      // Before a handshake there is nobody to say it to.
      if (this.#options.tls === undefined) socket.end(TOO_MANY_CONNECTIONS);
      socket.destroySoon();
      return;
    }
    this.#connections.set(client, open);
    socket.once('close', () => {
      const left = (this.#connections.get(client) ?? 1) - 1;
      if (left === 0) this.#connections.delete(client);
      else this.#connections.set(client, left);
    });
  }
}

/** As Node does, with Go's words. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
  else
    socket.end(error.code === 'HPE_HEADER_OVERFLOW' ? HEADERS_TOO_LARGE : BAD_REQUEST, () =>
      socket.destroy(),
    );
}

const BAD_REQUEST = rawAnswer('400 Bad Request', 'text/plain; charset=utf-8', '400 Bad Request');
const TOO_MANY_CONNECTIONS = rawAnswer(
  '429 Too Many Requests',
  'text/plain',
  'Your IP is issuing too many concurrent connections, please rate limit your calls\n',
);
const HEADERS_TOO_LARGE = rawAnswer(
  '431 Request Header Fields Too Large',
  'text/plain; charset=utf-8',
  '431 Request Header Fields Too Large',
);

/** For what is answered before there is a request. */
function rawAnswer(status: string, type: string, text: string): string {
  const headers = [`Content-Type: ${type}`, `Content-Length: ${text.length}`, 'Connection: close'];
  return `HTTP/1.1 ${status}\r\n${headers.join('\r\n')}\r\n\r\n${text}`;
}

/** Requests that may wait for a start. */
const MAX_WAITING = 1024;
/** Thousands of pollers connect at once after a restart. */
const LISTEN_BACKLOG = 4096;
/** Go reads so much more than it was told before it refuses (net/http, initialReadLimitSize). */
const HEADER_SLOP_BYTES = 4096;
/** Go's default (1 MiB) lets keys of many kilobytes stand in the path; Node's is 16 KiB. */
const DEFAULT_HEADER_BYTES = 1024 * 1024;
