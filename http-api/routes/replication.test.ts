import { beforeEach, expect, it } from 'vitest';
import { RecordingRPC, serve } from '../testing/recording-rpc.ts';
import { replicationRoutes } from './replication.ts';

let rpc: RecordingRPC;
let send: ReturnType<typeof serve>;

beforeEach(() => {
  rpc = new RecordingRPC();
  rpc.answer = { index: 3, body: 'true' };
  send = serve(replicationRoutes, rpc);
});

it.each([
  ['GET', '/v1/replication', 'replication.list', {}],
  ['PUT', '/v1/replication/kv/a/?force', 'replication.force', { name: 'kv/a/' }],
  ['PUT', '/v1/replication/kv%2Fa%2F?force', 'replication.force', { name: 'kv/a/' }],
  ['DELETE', '/v1/replication/config', 'replication.forget', { name: 'config' }],
])('%s %s', async (method, path, name, args) => {
  expect((await send(method, path)).status).toBe(200);
  expect(rpc.calls).toMatchObject([{ method: name, args }]);
});

it('nothing is forced by accident', async () => {
  expect((await send('PUT', '/v1/replication/config')).status).toBe(400);
  expect(rpc.calls).toEqual([]);
});

it('an unknown stream is 404', async () => {
  rpc.answer = { index: 3, body: 'false' };
  expect((await send('DELETE', '/v1/replication/kv/b')).status).toBe(404);
});
