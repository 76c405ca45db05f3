import { beforeEach, describe, expect, it } from 'vitest';
import { RPCError } from '../../protocol/errors.ts';
import type { CallOptions } from '../server-rpc.ts';
import type { SnapshotStore } from '../snapshot-store.ts';
import { RecordingRPC, serve } from '../testing/recording-rpc.ts';
import { snapshotRoutes } from './snapshot.ts';

class FakeStore implements SnapshotStore {
  restored = '';
  asked: CallOptions | null = null;
  failure: Error | null = null;

  async save(options: CallOptions) {
    this.asked = options;
    if (this.failure !== null) throw this.failure;
    return { index: 42, archive: new Blob(['archive']).stream() };
  }

  async restore(archive: ReadableStream<Uint8Array>, options: CallOptions) {
    this.asked = options;
    if (this.failure !== null) throw this.failure;
    this.restored = await new Response(archive).text();
  }
}

let store: FakeStore;
let rpc: RecordingRPC;
let send: ReturnType<typeof serve>;

beforeEach(() => {
  store = new FakeStore();
  rpc = new RecordingRPC();
  send = serve(snapshotRoutes, rpc, store);
});

describe('/v1/snapshot', () => {
  it('GET streams the archive with the index that it is of', async () => {
    const response = await send('GET', '/v1/snapshot?stale&dc=dc2&token=secret');
    expect(await response.text()).toBe('archive');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/x-gzip',
      'x-consul-index': '42',
      'x-consul-knownleader': 'true',
      'x-consul-lastcontact': '0',
    });
    expect(store.asked).toMatchObject({ token: 'secret', datacenter: 'dc2', consistency: 'stale' });
  });

  it('PUT of whoever may not restore is refused before the archive is looked at', async () => {
    rpc.answer = new RPCError('forbidden', 'Permission denied');
    const response = await send('PUT', '/v1/snapshot?token=secret', 'no archive');
    expect([response.status, await response.text()]).toEqual([403, 'Permission denied']);
    expect(store.asked).toBeNull();
    expect(rpc.calls[0]).toMatchObject({
      method: 'acl.require',
      args: { requests: [{ Resource: 'acl', Access: 'write' }] },
      options: { token: 'secret' },
    });
  });

  it('PUT hands the body on and answers nothing', async () => {
    const response = await send('PUT', '/v1/snapshot?dc=dc2', 'some archive');
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(store.restored).toBe('some archive');
    expect(store.asked).toMatchObject({ datacenter: 'dc2' });
  });

  it.each([
    ['GET', new RPCError('overloaded', 'too many'), 429],
    ['GET', new RPCError('forbidden', 'Permission denied'), 403],
    ['PUT', new RPCError('invalid', 'it is damaged'), 500],
    ['PUT', new RPCError('conflict', 'one is under way'), 409],
  ])('%s: a failure is an answer', async (method, failure, status) => {
    store.failure = failure;
    const response = await send(method, '/v1/snapshot', method === 'PUT' ? 'x' : undefined);
    expect([response.status, await response.text()]).toEqual([status, failure.message]);
  });

  it('takes no other method', async () => {
    const response = await send('POST', '/v1/snapshot');
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'OPTIONS,GET,PUT']);
  });
});
