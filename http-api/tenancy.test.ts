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

  it.each(['/v1/kv/a?ns=', '/v1/kv/a?ns', '/v1/catalog/nodes?ns=x', '/v1/status/leader?ns=x'])(
    '%s means nothing',
    async (path) => {
      expect((await send('GET', path)).status).not.toBe(400);
    },
  );
});
