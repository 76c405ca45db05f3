import { describe, expect, it } from 'vitest';
import { coreRoutes } from './routes.ts';
import { RecordingRPC, serve } from './testing/recording-rpc.ts';

const send = serve(coreRoutes, new RecordingRPC());
const refusal = (what: string, feature: string): string =>
  `Invalid ${what} - ${feature} are a Consul Enterprise feature`;

describe('namespaces and partitions', () => {
  it.each([
    ['/v1/kv/a?ns=x', refusal('query parameter: "ns"', 'Namespaces')],
    ['/v1/kv/a?partition=x', refusal('query parameter: "partition"', 'Partitions')],
    ['/v1/session/list?ns=x&partition=y', refusal('query parameter: "ns"', 'Namespaces')],
    ['/v1/catalog/nodes?partition=x', refusal('query parameter: "partition"', 'Partitions')],
    ['/v1/coordinate/nodes?partition=x', refusal('query parameter: "partition"', 'Partitions')],
  ])('%s is refused by name', async (path, text) => {
    const response = await send('GET', path);
    expect([response.status, await response.text()]).toEqual([400, text]);
  });

  it.each([
    ['GET', '/v1/kv/a?ns=x&index=x', 'Invalid index'],
    ['PUT', '/v1/kv/a?ns=x&wait=x', 'Invalid wait time'],
    ['GET', '/v1/kv/?ns=x', 'Missing key name'],
    ['GET', '/v1/session/list?ns=x&max_stale=x', 'Invalid max_stale value "x"'],
    ['PUT', '/v1/session/create?ns=x&index=x', refusal('query parameter: "ns"', 'Namespaces')],
    ['GET', '/v1/discovery-chain/?ns=x', 'Missing chain name'],
    ['DELETE', '/v1/config/x/y?partition=x', 'invalid config entry kind: x'],
    ['GET', '/v1/session/list?index=x&wait=x', 'Invalid wait time'],
    ['GET', '/v1/session/list?max_stale=x&wait=x&index=x', 'Invalid max_stale value "x"'],
  ])(
    '%s %s: of two faults the one that Consul finds first is named',
    async (method, path, text) => {
      const response = await send(method, path);
      expect([response.status, await response.text()]).toEqual([400, text]);
    },
  );

  it.each(['/v1/kv/a?ns=', '/v1/kv/a?ns', '/v1/catalog/nodes?ns=x', '/v1/status/leader?ns=x'])(
    '%s means nothing',
    async (path) => {
      expect((await send('GET', path)).status).not.toBe(400);
    },
  );
});
