/** The API on Hono, for runtimes that speak Request and Response: the Worker. */
import { type Context, Hono } from 'hono';
import { API, type APIOptions, type IncomingRequest } from './api.ts';
import { readBounded } from './body.ts';
import { JSON_BODY_MAX_BYTES } from '../protocol/limits.ts';
import type { APIResponse, Route } from './route.ts';

export function createAPI(routes: readonly Route[], options: APIOptions): Hono {
  const api = new API(routes, options);
  const app = new Hono();
  app.all('*', async (c) => toResponse(await api.handle(new FetchRequest(c))));
  return app;
}

class FetchRequest implements IncomingRequest {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly remoteAddress: string;
  readonly #context: Context;

  constructor(context: Context) {
    // Hono's own path is half decoded, which loses the difference between a byte and its escape.
    const { pathname, search } = new URL(context.req.url);
    this.#context = context;
    this.method = context.req.method;
    this.path = pathname;
    this.search = search.slice(1);
    this.remoteAddress = context.req.header('cf-connecting-ip') ?? '';
  }

  get signal(): AbortSignal {
    return this.#context.req.raw.signal;
  }

  header(name: string): string | undefined {
    return this.#context.req.header(name);
  }

  async body(maxBytes = JSON_BODY_MAX_BYTES, limitName?: string): Promise<Uint8Array> {
    const declared = this.header('content-length');
    if (declared !== undefined && Number(declared) <= maxBytes)
      return new Uint8Array(await this.#context.req.arrayBuffer());
    const stream = this.#context.req.raw.body;
    return stream === null ? new Uint8Array(0) : readBounded(stream, maxBytes, limitName);
  }

  stream(): ReadableStream<Uint8Array> {
    return this.#context.req.raw.body ?? new Blob([]).stream();
  }
}

function toResponse({ status, headers, body }: APIResponse): Response {
  return new Response(body as string | null, { status, headers });
}
