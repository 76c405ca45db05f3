import { canonicalJSON, compareUTF8 } from '../../protocol/canonical-json.ts';
import { describe, expect, it } from 'vitest';
import type { ConnectProxyConfig, HealthCheckDefinition } from '../../protocol/types/catalog.ts';
import { renderCheckDefinition } from './catalog-definition.ts';
import { renderProxy } from './catalog-proxy.ts';

describe('canonicalJSON', () => {
  it.each([
    [{ b: 1, a: { d: 2, c: [3, null] } }, '{"a":{"c":[3,null],"d":2},"b":1}'],
    [{ z: undefined, y: 'ü"' }, '{"y":"ü\\""}'],
    [[undefined, 'x'], '[null,"x"]'],
    [null, 'null'],
  ])('%j is %s', (value, text) => {
    expect(canonicalJSON(value)).toBe(text);
  });

  it('sorts keys as Go and SQLite do, by the bytes of UTF-8', () => {
    const highPlane = '\u{1F600}';
    const highBMP = '\uFF5E';
    // UTF-16 would put the surrogates of the first before the second.
    expect([highPlane, highBMP, 'a', ''].toSorted(compareUTF8)).toEqual([
      '',
      'a',
      highBMP,
      highPlane,
    ]);
  });
});

describe('renderCheckDefinition', () => {
  const I = { Interval: '10s' };
  it.each<[HealthCheckDefinition & Record<string, unknown>, string, string]>([
    [{}, '{}', ''],
    [{ HTTP: 'h' }, '{"HTTP":"h"}', ''],
    [{ HTTP: 'h', ...I }, '{"Interval":"10s","HTTP":"h"}', 'http'],
    [{ TTL: '5s' }, '{"TTL":5000000000}', 'ttl'],
    [{ HTTP: 'h', GRPC: 'g', ...I }, '{"Interval":"10s","HTTP":"h","GRPC":"g"}', 'grpc'],
    [{ AliasNode: 'n' }, '{"AliasNode":"n"}', 'alias'],
    [
      { OSService: 'o', H2PING: 'p', ...I },
      '{"Interval":"10s","H2PING":"p","OSService":"o"}',
      'h2ping',
    ],
    [{ Header: { b: ['1'], a: [] } }, '{"Header":{"a":[],"b":["1"]}}', ''],
    [{ Interval: 1.5e9 as never, Timeout: '90m' }, '{"Interval":"1.5s","Timeout":"1h30m0s"}', ''],
    [{ HTTP: '', TLSSkipVerify: false, ScriptArgs: [], Interval: '0s', Nope: 1 }, '{}', ''],
  ])('%j', (definition, json, type) => {
    expect(renderCheckDefinition(definition)).toEqual({ json, type });
  });

  it('refuses a duration that is none', () => {
    expect(() => renderCheckDefinition({ Interval: '' })).toThrow('time: invalid duration ""');
  });
});

describe('renderProxy', () => {
  const tail = '"MeshGateway":{},"Expose":{}}';
  it.each<[string, ConnectProxyConfig | undefined, string]>([
    ['nothing', undefined, `{"Mode":"",${tail}`],
    [
      'empty parts',
      { Config: {}, Upstreams: [], TransparentProxy: {}, Expose: {} },
      `{"Mode":"",${tail}`,
    ],
    [
      'a sidecar, its opaque parts with sorted keys',
      {
        Mode: 'transparent',
        DestinationServiceName: 'w',
        LocalServicePort: 8,
        Config: { b: 1, a: 0 },
      },
      `{"DestinationServiceName":"w","LocalServicePort":8,"Mode":"transparent","Config":{"a":0,"b":1},${tail}`,
    ],
    [
      'upstreams with the fields that are always there',
      { Upstreams: [{ DestinationName: 'db', LocalBindPort: 9191, Nope: 1 }] },
      `{"Mode":"","Upstreams":[{"DestinationType":"","DestinationName":"db","Datacenter":"","LocalBindPort":9191,"MeshGateway":{}}],${tail}`,
    ],
    [
      'exposed paths',
      {
        Expose: { Checks: true, Paths: [{ Path: '/m', ListenerPort: 1 }] },
        MeshGateway: { Mode: 'local' },
      },
      '{"Mode":"","MeshGateway":{"Mode":"local"},"Expose":{"Checks":true,"Paths":[{"ListenerPort":1,"Path":"/m"}]}}',
    ],
  ])('%s', (_what, proxy, json) => {
    expect(renderProxy(proxy)).toBe(json);
  });
});
