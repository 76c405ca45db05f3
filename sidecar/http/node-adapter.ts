/**
 * Node's HTTP server to the API and back.
 *
 * Written against Node's own messages: making a standard Request and Response for each call costs as much as the rest
 * of it (measured: 15,000 against 31,000 requests a second on one core), and loses the case of header names.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { API, IncomingRequest } from '../../http-api/api.ts';
import { BodyCollector, refuseTooLarge } from '../../http-api/body.ts';
import type { APIResponse } from '../../http-api/route.ts';
import { JSON_BODY_MAX_BYTES } from '../../protocol/limits.ts';

export function serveWith(api: API): (message: IncomingMessage, response: ServerResponse) => void {
  return (message, response) => {
    // A client that goes away in the middle of its answer is no error of ours.
    response.on('error', () => {});
    void api
      .handle(new NodeRequest(message, response))
      .then((answer) => send(message, response, answer))
      // An answer that Node will not write costs its own connection, never the agent.
      .catch(() => response.destroy());
  };
}

class NodeRequest implements IncomingRequest {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  #signal: AbortSignal | undefined;

  constructor(message: IncomingMessage, response: ServerResponse) {
    this.#message = message;
    this.#response = response;
    this.method = message.method ?? 'GET';
    const target = originForm(message.url ?? '/');
    const question = target.indexOf('?');
    this.path = question < 0 ? target : target.slice(0, question);
    this.search = question < 0 ? '' : target.slice(question + 1);
  }

  get remoteAddress(): string {
    return this.#message.socket.remoteAddress ?? '';
  }

  get signal(): AbortSignal {
    if (this.#signal === undefined) {
      const controller = new AbortController();
      // It may have gone before anybody asked.
      if (this.#response.destroyed) controller.abort();
      else {
        // It closes after its answer as well. Nobody is left to be told then, and the exception that an abort makes costs as
        // much as the answer of a blocking query.
        this.#response.once('close', () => {
          if (!this.#response.writableFinished) controller.abort();
        });
      }
      this.#signal = controller.signal;
    }
    return this.#signal;
  }

  header(name: string): string | undefined {
    const value = this.#message.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  async body(maxBytes = JSON_BODY_MAX_BYTES, limitName?: string): Promise<Uint8Array> {
    const declared = this.#message.headers['content-length'];
    if (declared !== undefined) refuseTooLarge(Number(declared), maxBytes, limitName);
    return readWhole(this.#message, new BodyCollector(maxBytes, limitName));
  }

  stream(): ReadableStream<Uint8Array> {
    return toStream(this.#message);
  }
}

/** By events: an async iterator costs a tenth of a small write. @throws HTTPError 413, Error when the client is gone */
function readWhole(message: IncomingMessage, body: BodyCollector): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (message.readableEnded) resolve(body.whole());
    if (message.destroyed) reject(new Error('the client broke off'));
    message.on('data', (chunk: Uint8Array) => {
      if (!body.take(chunk)) message.destroy();
    });
    message.once('error', reject);
    message.once('close', () => reject(new Error('the client broke off')));
    message.once('end', () => {
      try {
        resolve(body.whole());
      } catch (error) {
        reject(error as Error);
      }
    });
  });
}

/**
 * The body as a stream that may be given up: what is left is then read away by whoever answers. Node's own conversion
 * would destroy the message and with it the connection, and the client would never see why it was refused.
 */
function toStream(message: IncomingMessage): ReadableStream<Uint8Array> {
  let isOpen = true;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      message.on('data', (chunk: Uint8Array) => {
        if (!isOpen) return;
        controller.enqueue(chunk);
        if ((controller.desiredSize ?? 0) <= 0) message.pause();
      });
      const end = (error?: Error): void => {
        if (!isOpen) return;
        isOpen = false;
        if (message.complete) controller.close();
        else controller.error(error ?? new Error('the client broke off'));
      };
      message.once('end', end);
      message.once('error', end);
      message.once('close', end);
    },
    pull: () => void message.resume(),
    cancel() {
      isOpen = false;
      message.resume();
    },
  });
}

/** Proxies send the absolute form (RFC 9112, section 3.2.2). */
function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const scheme = target.indexOf('://');
  const slash = scheme < 0 ? -1 : target.indexOf('/', scheme + 3);
  return slash < 0 ? '/' : target.slice(slash);
}

function send(
  message: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: APIResponse,
): void {
  if (response.destroyed) {
    // Whoever makes a stream waits for it to be taken.
    if (body instanceof ReadableStream) void body.cancel().catch(() => {});
    return;
  }
  // A body that was not read (a refusal) would be taken for the next request on the connection.
  if (!message.complete) message.resume();
  if (body instanceof ReadableStream) {
    response.writeHead(status, headers);
    // The first piece may be long in coming, and the client may wait for the headers before it does what brings it.
    response.flushHeaders();
    const source = Readable.fromWeb(body as never);
    source.on('error', () => response.destroy());
    response.on('close', () => source.destroy());
    source.pipe(response);
    return;
  }
  const length =
    body === null ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  headers['Content-Length'] = String(length);
  response.writeHead(status, headers);
  if (body === null) response.end();
  else response.end(body);
}
