import { describe, expect, it } from 'vitest';
import { parseIdentity, serviceURI } from './spiffe-id.ts';

const PLACE = { partition: 'default', datacenter: 'dc1' };

describe('parseIdentity', () => {
  it.each([
    [
      'spiffe://x.consul/ns/default/dc/dc1/svc/web',
      { kind: 'service', host: 'x.consul', ...PLACE, namespace: 'default', service: 'web' },
    ],
    [
      'spiffe://other/ns/default/dc/dc1/svc/a%20b',
      { kind: 'service', host: 'other', ...PLACE, namespace: 'default', service: 'a b' },
    ],
    [
      'spiffe://x/ap/p/ns/n/dc/d/svc/s',
      { kind: 'service', host: 'x', partition: 'p', namespace: 'n', datacenter: 'd', service: 's' },
    ],
    ['spiffe://x/agent/client/dc/dc1/id/n1', { kind: 'agent', host: 'x', ...PLACE, agent: 'n1' }],
    ['spiffe://x/gateway/mesh/dc/dc1', { kind: 'mesh-gateway', host: 'x', ...PLACE }],
    ['spiffe://x/agent/server/dc/dc1', { kind: 'server', host: 'x', ...PLACE }],
    ['spiffe://x.consul', { kind: 'signing', host: 'x.consul' }],
    ['spiffe://x', undefined],
    ['http://x/ns/default/dc/dc1/svc/web', undefined],
    ['spiffe://x/ns/default/dc/dc1/svc/web/more', undefined],
    ['spiffe://x/ns/default/dc/dc1/svc/%zz', undefined],
    ['', undefined],
  ])('%s', (uri, identity) => {
    expect(parseIdentity(uri)).toEqual(identity);
  });

  it('reads what is rendered, whatever the name holds', () => {
    const uri = serviceURI('x.consul', 'dc1', 'a&b c');
    expect(parseIdentity(uri)).toMatchObject({ kind: 'service', service: 'a&b c' });
  });
});
