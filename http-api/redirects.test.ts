import { describe, expect, it } from 'vitest';
import { kvRoutes } from './routes/kv.ts';
import { RecordingRPC, serve } from './testing/recording-rpc.ts';

describe('a path that is not clean is redirected, in one step, to where Go would', () => {
  it.each([
    ['/v1/kv', '/v1/kv/'],
    ['/v1/kv?keys', '/v1/kv/?keys'],
    ['//v1/kv', '/v1/kv/'],
    ['/v1//kv?pretty', '/v1/kv/?pretty'],
    ['/v1/kv//a', '/v1/kv/a'],
    ['/v1//nope', '/v1/nope'],
  ])('%s to %s', async (path, location) => {
    const response = await serve(kvRoutes, new RecordingRPC())('GET', path);
    expect([response.status, response.headers.get('location')]).toEqual([307, location]);
  });
});
