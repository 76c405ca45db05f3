import type { Context } from 'hono';
import { JSON_BODY_MAX_BYTES } from '../protocol/limits.ts';
import { HTTPError } from './http-error.ts';
import { Query } from './query.ts';
import type { APIRequest } from './route.ts';

/** An APIRequest over Hono's context. Parts are made when they are asked for: most requests need few of them. */
export class HonoRequest implements APIRequest {
  readonly method: string;
  readonly rest: string;
  readonly #context: Context;
  readonly #remoteAddress: ((env: unknown) => string) | undefined;
  #query: Query | undefined;

  constructor(context: Context, routePath: string, remoteAddress?: (env: unknown) => string) {
    this.#context = context;
    this.#remoteAddress = remoteAddress;
    this.method = context.req.method;
    const raw = context.req.path.slice(routePath.length);
    this.rest = raw.includes('%') ? decodePath(raw) : raw;
  }

  get query(): Query {
    if (this.#query === undefined) {
      const { url } = this.#context.req;
      const at = url.indexOf('?');
      const end = url.indexOf('#', at);
      this.#query = new Query(at < 0 ? '' : url.slice(at + 1, end < 0 ? undefined : end));
    }
    return this.#query;
  }

  header(name: string): string | undefined {
    return this.#context.req.header(name);
  }

  get signal(): AbortSignal {
    return this.#context.req.raw.signal;
  }

  get remoteAddress(): string {
    return this.#remoteAddress?.(this.#context.env) ?? '';
  }

  async body(maxBytes = JSON_BODY_MAX_BYTES, limitName = 'http_max_body'): Promise<Uint8Array> {
    const declared = this.header('content-length');
    if (declared !== undefined) {
      if (Number(declared) > maxBytes) throw tooLarge(Number(declared), maxBytes, limitName);
      return new Uint8Array(await this.#context.req.arrayBuffer());
    }
    const stream = this.#context.req.raw.body;
    return stream === null ? new Uint8Array(0) : readBounded(stream, maxBytes, limitName);
  }
}

async function readBounded(
  stream: ReadableStream<Uint8Array>,
  maxBytes: number,
  limitName: string,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > maxBytes) {
      await reader.cancel();
      throw tooLarge(length, maxBytes, limitName);
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function tooLarge(bytes: number, maxBytes: number, limitName: string): HTTPError {
  return new HTTPError(
    413,
    `Request body(${bytes} bytes) too large, max size: ${maxBytes} bytes. ` +
      `The agent's configuration raises it with limits.${limitName}.`,
  );
}

function decodePath(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    throw new HTTPError(400, `malformed percent-encoding in the path`);
  }
}
