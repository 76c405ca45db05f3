import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { API } from '../../http-api/api.ts';
import type { APIContext } from '../../http-api/route.ts';
import { HTTPListener } from './http-listener.ts';

let listener: HTTPListener | undefined;
const sockets: net.Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await listener?.stop();
});

async function listen(
  settings: Partial<ConstructorParameters<typeof HTTPListener>[0]>,
): Promise<number> {
  const answer = { status: 200, headers: {}, body: 'ok' };
  listener = new HTTPListener({
    addresses: [{ kind: 'tcp', host: '127.0.0.1', port: 0 }],
    maxConnectionsPerClient: 0,
    maxHeaderBytes: 0,
    socketPermissions: { user: '', group: '', mode: '' },
    ...settings,
  });
  await listener.reserve();
  listener.serve(
    new API([{ path: '/v1/x', methods: { GET: () => ({ ...answer, headers: {} }) } }], {
      context: {} as APIContext,
    }),
  );
  const [bound] = listener.bound;
  return bound?.kind === 'tcp' ? bound.port : 0;
}

/** @returns what has come when the head of an answer is there, or the connection ends */
function ask(port: number, request: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = net.connect(port, '127.0.0.1');
  sockets.push(socket);
  let text = '';
  socket.on('data', (data) => {
    text += data.toString();
    if (text.startsWith('HTTP/1.1 200')) resolve(text);
  });
  socket.on('close', () => resolve(text));
  socket.on('error', () => resolve(text));
  socket.write(request);
  return promise;
}

const get = (header = ''): string => `GET /v1/x HTTP/1.1\r\nHost: a\r\n${header}\r\n`;

describe('limits of the HTTP interface', () => {
  it('a connection too many hears of it', async () => {
    const port = await listen({ maxConnectionsPerClient: 2 });
    expect(await ask(port, get())).toMatch(/^HTTP\/1\.1 200 /);
    expect(await ask(port, get())).toMatch(/^HTTP\/1\.1 200 /);
    const refused = await ask(port, get());
    expect(refused).toMatch(/^HTTP\/1\.1 429 Too Many Requests\r\n/);
    expect(refused).toContain('Your IP is issuing too many concurrent connections');
    sockets[0]!.destroy();
    await expect.poll(() => ask(port, get())).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each([
    [4000, '200'],
    [6000, '431 Request Header Fields Too Large'],
  ])('of 1,000 bytes of headers, %i are %s', async (bytes, status) => {
    const port = await listen({ maxHeaderBytes: 1000 });
    const answer = await ask(port, get(`X: ${'a'.repeat(bytes)}\r\n`));
    expect(answer).toContain(`HTTP/1.1 ${status}`);
    if (status !== '200') expect(answer).toMatch(/\r\n\r\n431 Request Header Fields Too Large$/);
  });

  it('what is no HTTP is told so', async () => {
    const port = await listen({});
    expect(await ask(port, 'GARBAGE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  });
});
