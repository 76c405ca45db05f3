/**
 * Requests to the agent's HTTP API over one keep-alive pool.
 *
 * Nothing is retried here: a write that got no answer may have happened, and only the caller knows whether it may be
 * sent twice. A body is read whole, up to a limit; `stream` is for those that have no end or no bound.
 */
import type http from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { renderAgentURL } from './address.ts';
import type { ClientConfig } from './client-config.ts';
import { AbortedError, StatusError, TransportError } from './errors.ts';
import { parseJSON } from './json.ts';

/** `true` is a parameter without a value (`?recurse`); a list repeats the parameter. */
export type QueryParameters = Readonly<
  Record<string, string | number | bigint | true | readonly string[] | undefined>
>;

export interface ClientRequest {
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** From `/v1`, already escaped: see `escapePath`. */
  readonly path: string;
  readonly query?: QueryParameters;
  readonly body?: string | Buffer | AsyncIterable<Buffer>;
  /** Statuses beside 2xx that are answers and no errors. */
  readonly accept?: readonly number[];
  readonly signal?: AbortSignal;
  /** Told how many bytes of the answer's body have come so far. */
  readonly onBytes?: (bytes: number) => void;
}

export interface ClientResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** A larger answer cannot become one JavaScript string. */
const MAX_RESPONSE_BYTES = 500 * 1024 * 1024;
/** Of a refusal only the beginning is shown to anybody. */
const MAX_ERROR_BYTES = 1024 * 1024;
/** As Go's dialer: a host that swallows packets must not hold a command for ever. */
const CONNECT_TIMEOUT_MS = 30_000;
/** As Go's client. Redirects come from paths with double slashes. */
const MAX_REDIRECTS = 10;

export class ConsulClient {
  readonly config: ClientConfig;
  #pool: http.Agent | undefined;

  constructor(config: ClientConfig) {
    this.config = config;
  }

  /** Throws StatusError, TransportError or AbortedError. */
  async request(request: ClientRequest): Promise<ClientResponse> {
    const message = await this.stream(request);
    const url = this.#url(request);
    try {
      const body = await readBody(message, MAX_RESPONSE_BYTES, request.onBytes);
      return { status: message.statusCode ?? 0, headers: message.headers, body };
    } catch (error) {
      if (request.signal?.aborted) throw new AbortedError();
      throw new TransportError(request.method ?? 'GET', url, error as NodeJS.ErrnoException);
    }
  }

  /** The answer's body as JSON; undefined when the body is empty. */
  async json<Body>(request: ClientRequest): Promise<Body> {
    const { body } = await this.request(request);
    return (body.length === 0 ? undefined : parseJSON(body.toString('utf8'))) as Body;
  }

  /** The answer as soon as its headers stand; the caller reads or destroys it. */
  async stream(request: ClientRequest): Promise<IncomingMessage> {
    let path = this.#path(request);
    for (let redirects = 0; ; redirects++) {
      const message = await this.#send(request, path);
      const status = message.statusCode ?? 0;
      const location = message.headers.location;
      if (isRedirect(status) && location !== undefined && redirects < MAX_REDIRECTS) {
        message.resume();
        path = new URL(location, this.#url(request)).href.replace(/^[a-z]+:\/\/[^/]*/, '');
        continue;
      }
      if ((status >= 200 && status < 300) || request.accept?.includes(status)) return message;
      throw new StatusError(status, (await readBody(message, MAX_ERROR_BYTES)).toString('utf8'));
    }
  }

  /** Closes kept connections. The client may be used again afterwards. */
  close(): void {
    this.#pool?.destroy();
    this.#pool = undefined;
  }

  async #send(request: ClientRequest, path: string): Promise<IncomingMessage> {
    const method = request.method ?? 'GET';
    const pool = await this.#connect();
    const options: RequestOptions = { method, path, headers: this.#headers(request), agent: pool };
    const { address } = this.config;
    if (address.socketPath === undefined) {
      options.host = address.host;
      options.port = address.port;
    } else {
      options.socketPath = address.socketPath;
    }
    if (request.signal !== undefined) options.signal = request.signal;
    const send = address.scheme === 'https' ? loadHTTPS().request : loadHTTP().request;
    return new Promise((resolve, reject) => {
      const outgoing = send(options, resolve);
      outgoing.once('error', (error: NodeJS.ErrnoException) => {
        reject(
          request.signal?.aborted
            ? new AbortedError()
            : new TransportError(method, this.#url(request), error),
        );
      });
      limitConnectTime(outgoing);
      sendBody(outgoing, request.body);
    });
  }

  async #connect(): Promise<http.Agent> {
    if (this.#pool !== undefined) return this.#pool;
    const { address, tls } = this.config;
    const { caFile, caPath, clientCert, clientKey } = tls;
    if (address.scheme === 'http' && !(caFile || caPath || clientCert || clientKey)) {
      this.#pool = new (loadHTTP().Agent)({ keepAlive: true });
      return this.#pool;
    }
    // Files that were named are read for http too: a mistake in them should not wait for the day when TLS comes.
    const { readTLSOptions } = await import('./tls-options.ts');
    const options = readTLSOptions(tls);
    this.#pool =
      address.scheme === 'http'
        ? new (loadHTTP().Agent)({ keepAlive: true })
        : new (loadHTTPS().Agent)({ keepAlive: true, ...options });
    return this.#pool;
  }

  #headers(request: ClientRequest): Record<string, string> {
    const headers: Record<string, string> = {};
    const { token, basicAuth } = this.config;
    if (token !== '') headers['X-Consul-Token'] = token;
    if (basicAuth !== '') {
      headers['Authorization'] = `Basic ${Buffer.from(basicAuth).toString('base64')}`;
    }
    const { body } = request;
    if (typeof body === 'string' || Buffer.isBuffer(body)) {
      headers['Content-Length'] = String(Buffer.byteLength(body));
    }
    return headers;
  }

  /** Writes carry no `?stale`: it would be a parameter without a meaning. */
  #path(request: ClientRequest): string {
    const { datacenter, namespace, partition, stale, address } = this.config;
    const query = renderQuery({
      dc: datacenter || undefined,
      ns: namespace || undefined,
      partition: partition || undefined,
      stale: stale && (request.method ?? 'GET') === 'GET' ? true : undefined,
      // A parameter that the request leaves undefined is not its concern, and does not hide the client's own.
      ...Object.fromEntries(
        Object.entries(request.query ?? {}).filter(([, value]) => value !== undefined),
      ),
    });
    return `${address.pathPrefix}${request.path}${query === '' ? '' : `?${query}`}`;
  }

  /** For messages, with the parameters in order of their names, as Go's client writes them. */
  #url(request: ClientRequest): string {
    const [path = '', query = ''] = this.#path(request).split('?');
    const sorted = query.split('&').toSorted().join('&');
    return renderAgentURL(this.config.address, query === '' ? path : `${path}?${sorted}`);
  }
}

/**
 * An `import` of node:http evaluates every export, and one of them loads undici: 35 ms, twice a bare start of Node. The
 * module as such takes 4.
 */
function loadHTTP(): typeof import('node:http') {
  return process.getBuiltinModule('node:http');
}

function loadHTTPS(): typeof import('node:https') {
  return process.getBuiltinModule('node:https');
}

/** Escapes a name for a path, leaving its slashes: `kv/` takes keys with slashes as they are. */
export function escapePath(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/');
}

function renderQuery(parameters: QueryParameters): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    if (value === true) parts.push(`${name}=`);
    else if (typeof value === 'object') {
      for (const item of value) parts.push(`${name}=${encodeURIComponent(item)}`);
    } else parts.push(`${name}=${encodeURIComponent(String(value))}`);
  }
  return parts.join('&');
}

function isRedirect(status: number): boolean {
  return [301, 302, 307, 308].includes(status);
}

function limitConnectTime(outgoing: http.ClientRequest): void {
  outgoing.once('socket', (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(
      () => socket.destroy(Object.assign(new Error('i/o timeout'), { code: 'ETIMEDOUT' })),
      CONNECT_TIMEOUT_MS,
    );
    const disarm = () => clearTimeout(timer);
    socket.once('connect', disarm);
    socket.once('close', disarm);
  });
}

function sendBody(outgoing: http.ClientRequest, body: ClientRequest['body']): void {
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) {
    outgoing.end(body);
    return;
  }
  const pump = async () => {
    for await (const chunk of body) {
      if (!outgoing.write(chunk)) await new Promise((drained) => outgoing.once('drain', drained));
    }
    outgoing.end();
  };
  // A source that breaks breaks the request: its 'error' event carries the reason to the caller.
  pump().catch((error: Error) => outgoing.destroy(error));
}

/** By events: the iterator of a stream costs a command that reads one short answer more than the answer itself. */
function readBody(
  message: IncomingMessage,
  maxBytes: number,
  onBytes?: (bytes: number) => void,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    message.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      onBytes?.(bytes);
      if (bytes > maxBytes)
        message.destroy(new Error(`the answer is larger than ${maxBytes} bytes`));
      else chunks.push(chunk);
    });
    message.once('end', () => resolve(Buffer.concat(chunks, bytes)));
    // An answer that is cut off ends with this one, as `aborted` with ECONNRESET.
    message.once('error', reject);
    // Comes last whatever happened; by then it has an effect only where neither of the others came.
    message.once('close', () => reject(new Error('unexpected EOF')));
  });
}
