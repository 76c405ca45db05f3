import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { LINK_PROTOCOL, encodeHelloReply } from '../../protocol/frames.ts';
import { LinkTransport } from './link-transport.ts';

const REFUSAL = 'this sidecar belongs to another datacenter';
const HELLO = {
  protocol: LINK_PROTOCOL,
  features: [],
  datacenter: 'dc1',
  datacenterUUID: 'ours',
  incarnation: 'first',
};

let server: WebSocketServer;
/** What the datacenter says to the next hello. */
let refused: string | undefined;
let hellos: number;
let transport: LinkTransport;
let told: string[];
let warnings: string[];

beforeEach(async () => {
  [refused, hellos, told, warnings] = [REFUSAL, 0, [], []];
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    socket.on('message', () => {
      hellos++;
      socket.send(encodeHelloReply(refused === undefined ? HELLO : { ...HELLO, refused }));
      if (refused !== undefined) socket.close(1008, 'refused');
    });
  });
  const { port } = server.address() as AddressInfo;
  transport = new LinkTransport(
    {
      dial: async () => ({ url: `http://127.0.0.1:${port}`, authorization: '' }),
      nodeId: 'id',
      nodeName: 'a',
      epoch: 'epoch',
      datacenterUUID: '',
      log: { info: () => {}, warn: (text) => warnings.push(text), error: () => {} },
    },
    {
      connected: () => told.push('connected'),
      disconnected: () => told.push('disconnected'),
      refused: (reason) => told.push(reason),
      message: () => {},
    },
  );
});
afterEach(() => {
  transport.stop();
  for (const socket of server.clients) socket.terminate();
  server.close();
});

it('a datacenter that refuses is asked again, seldom, and the log says when', async () => {
  transport.start();
  await vi.waitFor(() => expect(warnings).toHaveLength(1));
  expect(told).toEqual([REFUSAL]);
  expect(transport.isConnected).toBe(false);
  const [, wait] = /^the datacenter refused this agent; trying again in (\d+) ms$/.exec(
    warnings[0]!,
  )!;
  expect(Number(wait)).toBeGreaterThanOrEqual(5_000);
});

it('is taken at the next attempt, once it is mended over there', async () => {
  transport.start();
  await vi.waitFor(() => expect(warnings).toHaveLength(1));
  refused = undefined;
  transport.hurry();
  await vi.waitFor(() => expect(transport.isConnected).toBe(true));
  expect(told).toEqual([REFUSAL, 'connected']);
  expect(hellos).toBe(2);
});
