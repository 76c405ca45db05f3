import { beforeEach, describe, expect, it } from 'vitest';
import { RPCError } from '../../protocol/errors.ts';
import { RecordingRPC, serve } from '../testing/recording-rpc.ts';
import { kvSchemaRoutes } from './kv-schema.ts';
import { kvRoutes } from './kv.ts';

let rpc: RecordingRPC;
let send: ReturnType<typeof serve>;

beforeEach(() => {
  rpc = new RecordingRPC();
  send = serve([...kvRoutes, ...kvSchemaRoutes], rpc);
});

describe('/v1/kv-schema/', () => {
  it.each([
    ['GET', '/v1/kv-schema/app/', 'kv-schema.get', { prefix: 'app/' }],
    ['GET', '/v1/kv-schema/', 'kv-schema.get', { prefix: '' }],
    ['GET', '/v1/kv-schemas', 'kv-schema.list', {}],
    ['PUT', '/v1/kv-schema/a%20b/', 'kv-schema.set', { prefix: 'a b/', schema: '{}' }],
    ['DELETE', '/v1/kv-schema/app/', 'kv-schema.delete', { prefix: 'app/' }],
  ])('%s %s', async (method, path, name, args) => {
    const response = await send(method, path, method === 'PUT' ? '{}' : undefined);
    expect(response.status).toBe(200);
    expect(rpc.calls).toMatchObject([{ method: name, args }]);
  });

  it('blocks', async () => {
    await send('GET', '/v1/kv-schema/app/?index=4');
    expect(rpc.calls).toMatchObject([{ minIndex: 4 }]);
  });

  it('a prefix without a schema is 404', async () => {
    rpc.answer = { index: 3, body: '' };
    expect((await send('GET', '/v1/kv-schema/app/')).status).toBe(404);
  });

  it('deleting what is not there is fine', async () => {
    rpc.answer = { index: 3, body: 'false' };
    expect(await (await send('DELETE', '/v1/kv-schema/app/')).text()).toBe('true');
  });

  it('a long body is refused before it is read', async () => {
    expect((await send('PUT', '/v1/kv-schema/app/', 'x'.repeat(65_537))).status).toBe(413);
  });
});

describe('a value that does not fit', () => {
  it('is 422 with the reason', async () => {
    rpc.answer = new RPCError('unprocessable', 'it must be an object');
    const response = await send('PUT', '/v1/kv/app/a', '1');
    expect([response.status, await response.text()]).toEqual([422, 'it must be an object']);
  });
});
