import { describe, expect, it } from 'vitest';
import { normalizeProxy } from './node-service.ts';

describe("an upstream's mesh gateway", () => {
  const gatewayOf = (own: object | undefined, proxys: object | undefined) =>
    normalizeProxy({
      Upstreams: [{ DestinationName: 'db', ...(own && { MeshGateway: own }) }],
      ...(proxys && { MeshGateway: proxys as Record<string, unknown> }),
    }).Upstreams![0]!['MeshGateway'];

  it.each([
    ['its own', { Mode: 'none' }, { Mode: 'local' }, { Mode: 'none' }],
    ["the proxy's when it has none", undefined, { Mode: 'local' }, { Mode: 'local' }],
    ["the proxy's when it is empty", {}, { Mode: 'local' }, { Mode: 'local' }],
    ['none at all', undefined, undefined, {}],
  ])('%s', (_what, own, proxys, wanted) => {
    expect(gatewayOf(own, proxys)).toEqual(wanted);
  });
});
