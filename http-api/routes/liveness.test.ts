import { beforeEach, expect, it } from 'vitest';
import { RecordingRPC, serve } from '../testing/recording-rpc.ts';
import { livenessRoutes } from './liveness.ts';

let rpc: RecordingRPC;
let send: ReturnType<typeof serve>;

beforeEach(() => {
  rpc = new RecordingRPC();
  send = serve(livenessRoutes, rpc);
});

it('shows the status, with its index', async () => {
  const status = { Doubted: ['n1'], Brake: null };
  rpc.answer = { index: 7, body: JSON.stringify(status) };
  const response = await send('GET', '/v1/operator/liveness');
  expect(await response.json()).toEqual(status);
  expect(response.headers.get('x-consul-index')).toBe('7');
});

it('releases what is held, and says how many', async () => {
  rpc.answer = { index: 8, body: '3' };
  const response = await send('PUT', '/v1/operator/liveness/release');
  expect(await response.json()).toEqual({ Released: 3 });
});

it('takes no release by mistake', async () => {
  expect((await send('GET', '/v1/operator/liveness/release')).status).toBe(405);
});
