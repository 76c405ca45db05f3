import http from 'node:http';
import type net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { API } from '../../http-api/api.ts';
import type { APIContext } from '../../http-api/route.ts';
import { serveWith } from './node-adapter.ts';

let server: http.Server | undefined;
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
    server = http.createServer(serveWith(api)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server!.once('listening', resolve));
    const { port } = server.address() as net.AddressInfo;
    const leaving = new AbortController();
    const response = await fetch(`http://127.0.0.1:${port}/v1/stream`, { signal: leaving.signal });
    (await pieces.promise).enqueue(new TextEncoder().encode('late'));
    const { value } = await response.body!.getReader().read();
    expect(new TextDecoder().decode(value)).toBe('late');
    leaving.abort();
    await cancelled.promise;
  });
});
