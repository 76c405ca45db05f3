import { describe, expect, it } from 'vitest';
import { parseIdentity } from './spiffe-id.ts';

const DEFAULT = { partition: 'default', namespace: 'default', datacenter: 'dc1' };

describe('parseIdentity', () => {
  it.each([
    ['spiffe://x.consul/ns/default/dc/dc1/svc/web', { ...DEFAULT, service: 'web' }],
    ['spiffe://other/ns/default/dc/dc1/svc/a%20b', { ...DEFAULT, service: 'a b' }],
    [
      'spiffe://x/ap/p/ns/n/dc/d/svc/s',
      { partition: 'p', namespace: 'n', datacenter: 'd', service: 's' },
    ],
    ['spiffe://x/agent/client/dc/dc1/id/n1', 'other'],
    ['spiffe://x/gateway/mesh/dc/dc1', 'other'],
    ['spiffe://x/agent/server/dc/dc1', 'other'],
    ['spiffe://x.consul', 'other'],
    ['spiffe://x', undefined],
    ['http://x/ns/default/dc/dc1/svc/web', undefined],
    ['spiffe://x/ns/default/dc/dc1/svc/web/more', undefined],
    ['spiffe://x/ns/default/dc/dc1/svc/%zz', undefined],
    ['', undefined],
  ])('%s', (uri, identity) => {
    expect(parseIdentity(uri)).toEqual(identity);
  });
});
