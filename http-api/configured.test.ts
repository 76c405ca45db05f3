/** What an agent's http_config and its like make of answers. */
import { describe, expect, it } from 'vitest';
import { API, type APIOptions, type IncomingRequest } from './api.ts';
import type { APIContext } from './route.ts';
import { coreRoutes } from './routes.ts';
import { NO_SNAPSHOTS, RecordingRPC } from './testing/recording-rpc.ts';

const limits = {
  kvMaxValueBytes: 1024,
  txnMaxBytes: 8192,
  defaultQueryTimeMs: 300_000,
  maxQueryTimeMs: 600_000,
};

function setUp(options: Partial<APIOptions>, settings: Partial<APIContext> = {}) {
  const rpc = new RecordingRPC();
  rpc.answer = { index: 7, body: '[]', cache: 'MISS' };
  const context: APIContext = {
    rpc,
    snapshots: NO_SNAPSHOTS,
    limits,
    datacenter: 'dc1',
    nodeName: 'n1',
    ...settings,
  };
  const api = new API(coreRoutes, { context, ...options });
  const get = async (url: string) => {
    const [path = '', search = ''] = url.split('?');
    const incoming: IncomingRequest = {
      method: 'GET',
      path,
      search,
      remoteAddress: '127.0.0.1',
      header: () => undefined,
      body: () => Promise.resolve(new Uint8Array()),
      stream: () => new ReadableStream(),
      signal: undefined,
    };
    return api.handle(incoming);
  };
  return { rpc, get };
}

describe('configured response headers', () => {
  const { get } = setUp({
    responseHeaders: () => ({ 'X-A': 'b', 'content-type': 'zz', 'X-Consul-Index': '1000' }),
  });

  it('do not replace what an endpoint says', async () => {
    const { headers } = await get('/v1/kv/a');
    expect(headers).toMatchObject({
      'X-A': 'b',
      'Content-Type': 'application/json',
      'X-Consul-Index': '7',
    });
    expect(headers['content-type']).toBeUndefined();
  });

  it('stand on answers of no endpoint, but for redirects', async () => {
    expect((await get('/nope')).headers).toMatchObject({ 'X-A': 'b', 'Content-Type': 'zz' });
    expect((await get('/v1//kv/a')).headers['X-A']).toBeUndefined();
  });
});

describe('the filter of unprintable characters', () => {
  it.each([
    [false, 400],
    [true, 200],
  ])('off: %s, the answer is %i', async (takesUnprintable, status) => {
    const { rpc, get } = setUp({ takesUnprintable });
    expect((await get('/v1/kv/a%01b?keys')).status).toBe(status);
    expect(rpc.calls).toHaveLength(status === 200 ? 1 : 0);
  });
});

describe('discovery_max_stale', () => {
  it.each([
    ['/v1/catalog/nodes', true, 'stale'],
    ['/v1/health/service/web', true, 'stale'],
    ['/v1/catalog/nodes?consistent', true, 'consistent'],
    ['/v1/catalog/nodes', false, 'default'],
    ['/v1/kv/a', true, 'default'],
  ])('%s with %s is %s', async (url, isStale, consistency) => {
    const { rpc, get } = setUp({}, { discoveryStale: () => isStale });
    await get(url);
    expect(rpc.calls[0]!.options.consistency).toBe(consistency);
  });
});

describe('use_cache', () => {
  it.each([
    [true, true, 'streaming'],
    [false, false, 'blocking-query'],
  ])('%s', async (usesCache, cached, backend) => {
    const { rpc, get } = setUp({}, { usesCache: () => usesCache });
    const { headers } = await get('/v1/health/service/web?cached');
    expect(rpc.calls[0]!.options.cached).toBe(cached);
    expect(headers['X-Consul-Query-Backend']).toBe(backend);
  });
});
