import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { requestText } from './http-request.ts';

const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(handler: http.RequestListener): Promise<string> {
  const server = http.createServer(handler).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/path?a=b`;
}

const LIMIT = { timeoutMs: 5000 };

describe('requestText', () => {
  it('sends method, headers and body, and reads status, type and text', async () => {
    const url = await serve((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
      request.on('end', () => {
        response.writeHead(201, { 'Content-Type': 'text/x' });
        response.end(`${request.method} ${request.url} ${request.headers['x-a']} ${body} ä`);
      });
    });
    const call = { method: 'PUT', headers: { 'X-A': '1' }, body: 'some', ...LIMIT };
    const expected = { status: 201, ok: true, type: 'text/x', text: 'PUT /path?a=b 1 some ä' };
    expect(await requestText(url, call)).toEqual(expected);
  });

  it.each([404, 500, 302])('gives %i as it is', async (status) => {
    const url = await serve((_, response) => response.writeHead(status, { location: '/' }).end());
    const expected = { status, ok: false, type: null, text: '' };
    expect(await requestText(new URL(url), LIMIT)).toEqual(expected);
  });

  it.each<[string, http.RequestListener]>([
    ['no answer', () => {}],
    ['no end of the answer', (_, response) => response.write('a')],
  ])('fails in time when there is %s', async (_, handler) => {
    const url = await serve(handler);
    await expect(requestText(url, { timeoutMs: 50 })).rejects.toThrow();
  });

  it('fails on an answer without end', async () => {
    const url = await serve((_, response) => {
      const write = (): unknown => response.write('x'.repeat(1000)) && setImmediate(write);
      response.on('drain', write).on('close', () => response.destroy());
      write();
    });
    await expect(requestText(url, { ...LIMIT, maxBytes: 10_000 })).rejects.toThrow('too long');
  });

  it('fails when nobody listens', async () => {
    const url = await serve(() => {});
    const [server] = servers.splice(0);
    server!.close();
    await once(server!, 'close');
    await expect(requestText(url, LIMIT)).rejects.toThrow('ECONNREFUSED');
  });
});
