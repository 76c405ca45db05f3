import { beforeEach, describe, expect, it } from 'vitest';
import { RPCError } from '../../protocol/errors.ts';
import { RecordingRPC, serve } from '../testing/recording-rpc.ts';
import { kvRoutes } from './kv.ts';

let rpc: RecordingRPC;
let send: ReturnType<typeof serve>;

beforeEach(() => {
  rpc = new RecordingRPC();
  send = serve(kvRoutes, rpc);
});

describe('what is asked of the datacenter', () => {
  it.each([
    ['GET', '/v1/kv/a/b?history', 'kv.history', { key: 'a/b' }],
    ['GET', '/v1/kv/a?history&start=7&limit=2', 'kv.history', { key: 'a', start: 7, limit: 2 }],
    ['GET', '/v1/kv/a?at=7', 'kv.at', { key: 'a', form: 'get', at: '7' }],
    ['GET', '/v1/kv/a?at=7&stale&cached', 'kv.at', { key: 'a', form: 'get', at: '7' }],
    ['GET', '/v1/kv/a/?recurse&at=7', 'kv.at', { key: 'a/', form: 'list', at: '7' }],
    [
      'GET',
      '/v1/kv/?keys&separator=%2F&at=2026-01-01T00:00:00Z',
      'kv.at',
      { key: '', form: 'keys', separator: '/', at: '2026-01-01T00:00:00Z' },
    ],
    // The older spelling counts where the other is not given at all.
    ['GET', '/v1/kv/s?keys&seperator=%2F', 'kv.keys', { prefix: 's', separator: '/' }],
    ['GET', '/v1/kv/s?keys&separator=&seperator=%2F', 'kv.keys', { prefix: 's', separator: '' }],
    ['PUT', '/v1/kv/a?rollback=7', 'kv.rollback', { key: 'a', to: '7' }],
    ['PUT', '/v1/kv/a/?rollback=7&recurse', 'kv.rollback', { key: 'a/', to: '7', recurse: true }],
    ['PUT', '/v1/kv/?rollback=7&recurse', 'kv.rollback', { key: '', to: '7', recurse: true }],
  ])('%s %s', async (method, path, name, args) => {
    rpc.answer = { index: 9, body: '[]' };
    expect((await send(method, path)).status).toBe(200);
    expect(rpc.calls).toMatchObject([{ method: name, args }]);
    expect(rpc.calls[0]!.options.consistency).toBe('default');
  });

  it('a history blocks as its key does', async () => {
    await send('GET', '/v1/kv/a?history&index=5');
    expect(rpc.calls).toMatchObject([{ method: 'kv.history', minIndex: 5 }]);
  });
});

describe('refusals', () => {
  it.each([
    ['GET', '/v1/kv/?history', 'Missing key name'],
    ['GET', '/v1/kv/a?history&start=x', 'Invalid start: not a positive number'],
    ['GET', '/v1/kv/a?history&limit=0', 'Invalid limit: not a positive number'],
    ['GET', '/v1/kv/a?at=7&index=3', 'Cannot specify ?index with ?at: the past does not change.'],
    ['PUT', '/v1/kv/?rollback=7', 'Missing key name'],
    ['PUT', '/v1/kv/a?rollback=7&cas=3', 'Cannot specify ?cas with ?rollback.'],
    ['PUT', '/v1/kv/a?rollback=7&ttl=3s', 'Cannot specify ?ttl with ?rollback.'],
  ])('%s %s', async (method, path, message) => {
    const response = await send(method, path);
    expect([response.status, await response.text()]).toEqual([400, message]);
    expect(rpc.calls).toEqual([]);
  });

  it('a moment that the log no longer tells of is 410', async () => {
    rpc.answer = new RPCError('gone', 'the log of changes was trimmed');
    expect((await send('GET', '/v1/kv/a?at=7')).status).toBe(410);
  });

  it('what was absent then is 404, with the index of the moment', async () => {
    rpc.answer = { index: 7, body: '' };
    const response = await send('GET', '/v1/kv/a?at=7');
    expect([response.status, response.headers.get('x-consul-index')]).toEqual([404, '7']);
  });
});

describe('answers', () => {
  it('raw bytes of the past', async () => {
    rpc.answer = { index: 7, body: '[{"Key":"a","Flags":0,"Value":"aGk="}]' };
    expect(await (await send('GET', '/v1/kv/a?at=7&raw')).text()).toBe('hi');
  });
});

describe('?ttl', () => {
  it.each([
    ['30s', 30_000],
    ['1h30m', 5_400_000],
    ['1.5s', 1500],
    ['0', 0],
  ])('%s', async (ttl, ttlMs) => {
    await send('PUT', `/v1/kv/a?ttl=${ttl}`, 'x');
    expect(rpc.calls).toMatchObject([{ method: 'kv.apply', args: { verb: 'set', ttlMs } }]);
  });

  it('goes with check-and-set and locks', async () => {
    await send('PUT', '/v1/kv/a?ttl=5s&acquire=s', 'x');
    await send('PUT', '/v1/kv/a?ttl=5s&cas=3', 'x');
    expect(rpc.calls.map(({ args }) => args)).toMatchObject([
      { verb: 'lock', ttlMs: 5000 },
      { verb: 'cas', ttlMs: 5000 },
    ]);
  });

  it.each(['10', 'soon', ''])('%j is refused', async (ttl) => {
    const response = await send('PUT', `/v1/kv/a?ttl=${ttl}`, 'x');
    expect([response.status, await response.text()]).toEqual([
      400,
      `Invalid ttl: ${JSON.stringify(ttl)} is no duration`,
    ]);
  });
});

describe('notes of the datacenter', () => {
  it('are headers', async () => {
    rpc.answer = { index: 7, body: 'false', notes: { 'Lock-Holder': 's', 'Lock-Delay': '5s' } };
    const refused = await send('PUT', '/v1/kv/a?acquire=x', 'x');
    expect([
      refused.headers.get('x-lictor-lock-holder'),
      refused.headers.get('x-lictor-lock-delay'),
    ]).toEqual(['s', '5s']);
    rpc.answer = { index: 7, body: '[{"Key":"a"}]', notes: { Expires: 'then' } };
    expect((await send('GET', '/v1/kv/a')).headers.get('x-lictor-expires')).toBe('then');
  });
});
