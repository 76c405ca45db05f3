import http from 'node:http';
import type net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { API } from '../../http-api/api.ts';
import type { APIContext } from '../../http-api/route.ts';
import { serveWith } from './node-adapter.ts';

let server: http.Server | undefined;

/** @returns the port */
async function serve(api: API): Promise<number> {
  server = http.createServer(serveWith(api)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server!.once('listening', resolve));
  return (server.address() as net.AddressInfo).port;
}
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe('a streamed answer', () => {
  // A client of ?loglevel= registers something only once it knows that it listens.
  it('sends its headers before the first piece, and ends when the client leaves', async () => {
    const pieces = Promise.withResolvers<ReadableStreamDefaultController<Uint8Array>>();
    const cancelled = Promise.withResolvers<void>();
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => pieces.resolve(controller),
      cancel: () => cancelled.resolve(),
    });
    const answer = { status: 200, headers: {}, body: stream };
    const api = new API([{ path: '/v1/stream', methods: { GET: () => answer } }], {
      context: {} as APIContext,
    });
    const port = await serve(api);
    const leaving = new AbortController();
    const response = await fetch(`http://127.0.0.1:${port}/v1/stream`, { signal: leaving.signal });
    (await pieces.promise).enqueue(new TextEncoder().encode('late'));
    const { value } = await response.body!.getReader().read();
    expect(new TextDecoder().decode(value)).toBe('late');
    leaving.abort();
    await cancelled.promise;
  });

  it('is cancelled, and the signal aborted, when the client left before it was made', async () => {
    const arrived = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<boolean>();
    const cancelled = Promise.withResolvers<void>();
    const answer = async (request: { signal?: AbortSignal | undefined }) => {
      arrived.resolve();
      await gone.promise;
      aborted.resolve(request.signal!.aborted);
      return {
        status: 200,
        headers: {},
        body: new ReadableStream({ cancel: () => cancelled.resolve() }),
      };
    };
    const api = new API([{ path: '/v1/stream', methods: { GET: (request) => answer(request) } }], {
      context: {} as APIContext,
    });
    const port = await serve(api);
    const leaving = new AbortController();
    server!.once('connection', (socket: net.Socket) => socket.once('close', () => gone.resolve()));
    const request = fetch(`http://127.0.0.1:${port}/v1/stream`, { signal: leaving.signal });
    await arrived.promise;
    leaving.abort();
    await expect(request).rejects.toThrow();
    expect(await aborted.promise).toBe(true);
    await cancelled.promise;
  });
});

it('the signal of a request that was answered is not aborted', async () => {
  const signals: AbortSignal[] = [];
  const answer = (request: { signal?: AbortSignal | undefined }) => {
    signals.push(request.signal!);
    return { status: 200, headers: {}, body: 'whole' };
  };
  const api = new API([{ path: '/v1/x', methods: { GET: answer } }], {
    context: {} as APIContext,
  });
  const port = await serve(api);
  const closed = Promise.withResolvers<void>();
  server!.once('request', (_request, response) => response.once('close', () => closed.resolve()));
  expect(await (await fetch(`http://127.0.0.1:${port}/v1/x`)).text()).toBe('whole');
  await closed.promise;
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
});

describe('a body', () => {
  it('is put together of its pieces, and refused beyond its bound', async () => {
    const echo = async (request: { body(maxBytes?: number): Promise<Uint8Array> }) => ({
      status: 200,
      headers: {},
      body: new TextDecoder().decode(await request.body(10)),
    });
    const api = new API([{ path: '/v1/echo', methods: { PUT: (request) => echo(request) } }], {
      context: {} as APIContext,
    });
    const url = `http://127.0.0.1:${await serve(api)}/v1/echo`;
    const pieces = (...texts: string[]): RequestInit => ({
      method: 'PUT',
      duplex: 'half',
      body: ReadableStream.from(texts.map((text) => new TextEncoder().encode(text))),
    });
    expect(await (await fetch(url, pieces('one', '-', 'two'))).text()).toBe('one-two');
    expect(await (await fetch(url, { method: 'PUT' })).text()).toBe('');
    expect((await fetch(url, pieces('123456', '123456'))).status).toBe(413);
  });

  it('of a client that leaves in the middle fails, and the next is served', async () => {
    const outcome = Promise.withResolvers<unknown>();
    const take = async (request: { body(): Promise<Uint8Array> }) => {
      await request.body().then(outcome.resolve, outcome.reject);
      return { status: 200, headers: {}, body: 'taken' };
    };
    const api = new API([{ path: '/v1/take', methods: { PUT: (request) => take(request) } }], {
      context: {} as APIContext,
    });
    const port = await serve(api);
    const options = { port, method: 'PUT', path: '/v1/take', headers: { 'content-length': 100 } };
    const leaving = http.request({ host: '127.0.0.1', ...options });
    leaving.on('error', () => {});
    leaving.write('half', () => leaving.destroy());
    await expect(outcome.promise).rejects.toThrow();
    const next = await fetch(`http://127.0.0.1:${port}/v1/take`, { method: 'PUT', body: 'whole' });
    expect(await next.text()).toBe('taken');
  });
});
