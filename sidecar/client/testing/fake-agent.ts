/** An HTTP server in place of an agent: answers what a test sets, and records what it was asked. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeRequest {
  readonly method: string;
  /** Without the query, still escaped. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** An object is sent as JSON. */
  readonly body?: unknown;
}

type Handler = (request: FakeRequest, response: ServerResponse) => FakeAnswer | Promise<FakeAnswer>;

export class FakeAgent {
  readonly requests: FakeRequest[] = [];
  readonly #routes = new Map<string, Handler>();
  readonly #prefixes: [string, Handler][] = [];
  #server: Server | undefined;

  /** `GET /v1/kv/a`, or with `*` at the end every path that begins so. */
  on(route: string, answer: FakeAnswer | Handler): this {
    const handler: Handler = typeof answer === 'function' ? answer : () => answer;
    if (route.endsWith('*')) this.#prefixes.push([route.slice(0, -1), handler]);
    else this.#routes.set(route, handler);
    return this;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  /** `127.0.0.1:port`. */
  get address(): string {
    return `127.0.0.1:${(this.#server!.address() as AddressInfo).port}`;
  }

  /** `METHOD path?query` of every request so far. */
  get log(): string[] {
    return this.requests.map(({ method, path, query }) => {
      const text = query.toString();
      return `${method} ${path}${text === '' ? '' : `?${text}`}`;
    });
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const url = new URL(incoming.url ?? '/', 'http://agent');
    const request = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body: Buffer.concat(chunks),
    };
    this.requests.push(request);
    const name = `${request.method} ${request.path}`;
    const handler =
      this.#routes.get(name) ?? this.#prefixes.find(([prefix]) => name.startsWith(prefix))?.[1];
    const answer = (await handler?.(request, response)) ?? { status: 404 };
    if (response.headersSent || response.destroyed) return;
    const { status = 200, headers = {}, body = '' } = answer;
    const isText = typeof body === 'string' || Buffer.isBuffer(body);
    response.writeHead(status, headers);
    response.end(isText ? body : JSON.stringify(body));
  }
}
