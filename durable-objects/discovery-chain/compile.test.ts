import { describe, expect, it } from 'vitest';
import { decodeEntry } from '../../protocol/config-entries/decode.ts';
import type { Entry, KindName, KnownEntry } from '../../protocol/config-entries/kinds.ts';
import type { ChainEntries } from './chain-entries.ts';
import { NO_OVERRIDES, type Overrides, compileChain } from './compile.ts';

class GivenEntries implements ChainEntries {
  readonly #entries: readonly KnownEntry[];

  constructor(entries: readonly object[]) {
    this.#entries = entries.map((entry) => decodeEntry(entry));
  }

  find<K extends KindName>(kind: K, name: string): Entry<K> | undefined {
    const found = this.#entries.find((entry) => {
      return entry.Kind === kind && (entry as { Name?: string }).Name === name;
    });
    return found as unknown as Entry<K> | undefined;
  }
}

function compile(entries: readonly object[], service = 'web', overrides: Partial<Overrides> = {}) {
  return compileChain(new GivenEntries(entries), {
    service,
    datacenter: 'dc1',
    trustDomain: 'trust.consul',
    overrides: { ...NO_OVERRIDES, ...overrides },
  });
}

const http = (...names: string[]): object[] =>
  names.map((Name) => ({ Kind: 'service-defaults', Name, Protocol: 'http' }));
const resolver = (Name: string, rest: object) => ({ Kind: 'service-resolver', Name, ...rest });
const splitter = (Name: string, ...Splits: object[]) => ({
  Kind: 'service-splitter',
  Name,
  Splits,
});
const router = (Name: string, ...Routes: object[]) => ({ Kind: 'service-router', Name, Routes });
const subset = (Weight: number, ServiceSubset: string) => ({ Weight, ServiceSubset });

/** What leads where: nodes with their next ones. */
function shape(entries: readonly object[], service = 'web') {
  const { startNode, nodes, targets } = compile(entries, service);
  const edges = [...nodes].map(([key, node]) => {
    if (node.type === 'router') return [key, node.routes.map(({ next }) => next)];
    if (node.type === 'splitter')
      return [key, node.splits.map(({ weight, next }) => [weight, next])];
    return [key, [node.target, ...(node.failover ?? [])]];
  });
  return { start: startNode, edges: Object.fromEntries(edges), targets: [...targets.keys()] };
}

const id = (name: string, dc = 'dc1'): string => `${name}.default.default.${dc}`;
const end = (name: string, dc = 'dc1'): string => `resolver:${id(name, dc)}`;

describe('where a chain leads', () => {
  it('a service of which nothing is said leads to itself', () => {
    const chain = compile([]);
    expect(chain).toMatchObject({ protocol: 'tcp', isDefault: true, startNode: end('web') });
    expect(chain.targets.get(id('web'))).toMatchObject({
      connectTimeoutNs: 5e9,
      sni: 'web.default.dc1.internal.trust.consul',
    });
  });

  it.each([
    ['a redirect', [resolver('web', { Redirect: { Service: 'b' } })], 'b', 'dc1'],
    [
      'two redirects in a row',
      [
        resolver('web', { Redirect: { Service: 'b' } }),
        resolver('b', { Redirect: { Service: 'c' } }),
      ],
      'c',
      'dc1',
    ],
    ['another datacenter', [resolver('web', { Redirect: { Datacenter: 'dc2' } })], 'web', 'dc2'],
    [
      'the default subset',
      [resolver('web', { DefaultSubset: 'v1', Subsets: { v1: {} } })],
      'v1.web',
      'dc1',
    ],
    [
      'a redirect to a peer',
      [resolver('web', { Redirect: { Service: 'b', Peer: 'east' } })],
      'b',
      'external.east',
    ],
  ])('%s', (_name, entries, name, dc) => {
    expect(shape(entries)).toEqual({
      start: end(name, dc),
      edges: { [end(name, dc)]: [id(name, dc)] },
      targets: [id(name, dc)],
    });
    expect(compile(entries).isDefault).toBe(false);
  });

  it.each([
    ['a service', { Service: 'b' }, [id('b')]],
    ['datacenters in order', { Datacenters: ['dc3', 'dc2'] }, [id('web', 'dc3'), id('web', 'dc2')]],
    [
      'targets',
      { Targets: [{ Datacenter: 'dc2' }, { Service: 'b' }] },
      [id('web', 'dc2'), id('b')],
    ],
    ['itself, which is left out', { Targets: [{ Service: 'web' }, { Service: 'b' }] }, [id('b')]],
    ['through a redirect', { Service: 'moved' }, [id('b')]],
    // A peer's service is looked up among the own entries, as in Consul.
    ['a peer', { Targets: [{ Peer: 'east' }] }, [id('web', 'external.east')]],
  ])('failover to %s', (_name, failover, expected) => {
    const entries = [
      resolver('web', { Failover: { '*': failover } }),
      resolver('moved', { Redirect: { Service: 'b' } }),
    ];
    expect(shape(entries).edges).toEqual({ [end('web')]: [id('web'), ...expected] });
  });

  it.each([
    [undefined, undefined, undefined],
    [{ Mode: 'order-by-locality' }, undefined, { Mode: 'order-by-locality' }],
    [{ Mode: 'order-by-locality' }, {}, {}],
  ])('a policy of %j for all and %j for one service is %j', (FailoverPolicy, Policy, expected) => {
    const { nodes } = compile([
      { Kind: 'proxy-defaults', Name: 'global', ...(FailoverPolicy && { FailoverPolicy }) },
      resolver('web', { Failover: { '*': { Service: 'b', ...(Policy && { Policy }) } } }),
    ]);
    const node = nodes.get(end('web'));
    expect(node?.type === 'resolver' && node.failoverPolicy).toEqual(expected);
  });

  it('a stand-in has no failover of its own', () => {
    const entries = [
      resolver('web', { Failover: { '*': { Service: 'b' } } }),
      resolver('b', { Failover: { '*': { Service: 'web' } } }),
    ];
    expect(shape(entries).edges).toEqual({ [end('web')]: [id('web'), id('b')] });
  });

  it('a splitter leads to subsets, itself and others', () => {
    const entries = [
      ...http('web', 'b'),
      resolver('web', { Subsets: { v1: {} } }),
      splitter('web', subset(50, 'v1'), { Weight: 30 }, { Weight: 20, Service: 'b' }),
    ];
    expect(shape(entries).edges).toMatchObject({
      'splitter:web.default.default': [
        [50, end('v1.web')],
        [30, end('web')],
        [20, end('b')],
      ],
    });
  });

  it('splitters below splitters are taken in, through several levels, with their weights multiplied', () => {
    const entries = [
      ...http('web', 'b', 'c', 'd'),
      splitter('c', { Weight: 33.33 }, { Weight: 66.67, Service: 'd' }),
      splitter('b', { Weight: 50 }, { Weight: 50, Service: 'c' }),
      splitter('web', { Weight: 20 }, { Weight: 80, Service: 'b' }),
    ];
    const { edges } = shape(entries);
    expect(Object.keys(edges)).not.toContain('splitter:b.default.default');
    const [own, b, c, d] = edges['splitter:web.default.default'] as [number, string][];
    expect([own, b]).toEqual([
      [20, end('web')],
      [40, end('b')],
    ]);
    expect(c![0]).toBeCloseTo(13.34, 1);
    expect(d![0]).toBeCloseTo(26.66, 1);
  });

  it('headers of shares: the inner one wins on the way in, the outer one on the way out', () => {
    const [outer, inner] = ['outer', 'inner'].map((by) => {
      const headers = { Set: { by }, Remove: [by, 'both'] };
      return { RequestHeaders: headers, ResponseHeaders: headers };
    });
    const { nodes, startNode } = compile([
      ...http('web', 'b'),
      splitter('b', { Weight: 100, ...inner }),
      splitter('web', { Weight: 100, Service: 'b', ...outer }),
    ]);
    const node = nodes.get(startNode)!;
    expect(node.type === 'splitter' && node.splits[0]!.definition).toMatchObject({
      RequestHeaders: { Set: { by: 'inner' }, Remove: ['outer', 'both', 'inner'] },
      ResponseHeaders: { Set: { by: 'outer' }, Remove: ['inner', 'both', 'outer'] },
    });
  });

  it('a router ends with what no route takes', () => {
    const entries = [
      ...http('web', 'admin'),
      splitter('admin', { Weight: 100 }),
      router('web', {
        Match: { HTTP: { PathPrefix: '/admin' } },
        Destination: { Service: 'admin' },
      }),
    ];
    expect(shape(entries)).toMatchObject({
      start: 'router:web.default.default',
      edges: {
        'router:web.default.default': ['splitter:admin.default.default', end('web')],
      },
    });
  });
});

describe('what cannot work', () => {
  const external = { Kind: 'service-defaults', Name: 'web', ExternalSNI: 'x' };
  it.each([
    [
      'an unknown subset',
      [resolver('web', { Redirect: { Service: 'b', ServiceSubset: 'v9' } })],
      'service "b" does not have a subset named "v9"',
    ],
    [
      'redirects in a circle',
      [
        resolver('web', { Redirect: { Service: 'b' } }),
        resolver('b', { Redirect: { Service: 'web' } }),
      ],
      `detected circular resolver redirect: [${id('web')} -> ${id('b')} -> ${id('web')}]`,
    ],
    [
      'splitters in a circle',
      [
        ...http('web', 'b', 'c'),
        splitter('web', { Weight: 100, Service: 'b' }),
        splitter('b', { Weight: 50 }, { Weight: 50, Service: 'web' }),
      ],
      'detected circular reference: [splitter:web.default.default -> splitter:b.default.default -> splitter:web.default.default]',
    ],
    [
      'a splitter over tcp',
      [splitter('web', { Weight: 100 })],
      'discovery chain "web" uses a protocol "tcp" that does not permit advanced routing or splitting behavior',
    ],
    [
      'two protocols',
      [...http('web'), splitter('web', { Weight: 50 }, { Weight: 50, Service: 'b' })],
      'discovery chain "web" uses inconsistent protocols; service "b" has "tcp" which is not "http"',
    ],
    [
      'subsets of what is outside the mesh',
      [external, resolver('web', { Subsets: { v1: {} } })],
      'service "web" has an external SNI set; cannot define subsets for external services',
    ],
  ])('%s', (_name, entries, message) => {
    expect(() => compile(entries)).toThrow(message);
  });
});

describe('overrides', () => {
  const routed = [...http('web', 'b'), router('web', { Destination: { Service: 'b' } })];

  it('over another protocol than HTTP, routers and splitters are left alone', () => {
    expect(compile(routed, 'web', { protocol: 'tcp' })).toMatchObject({
      startNode: end('web'),
      protocol: 'tcp',
      isDefault: true,
    });
    expect(compile(routed, 'web', { protocol: 'grpc' })).toMatchObject({
      startNode: 'router:web.default.default',
      protocol: 'grpc',
    });
  });

  it('what changes nothing customizes nothing', () => {
    expect(compile(routed, 'web', { protocol: 'http' }).customization).toBe('');
    expect(compile([], 'web', { connectTimeoutNs: 5e9 }).customization).toBe('');
  });

  it('different overrides have different names, equal ones the same', () => {
    const names = [
      { protocol: 'grpc' },
      { connectTimeoutNs: 1e9 },
      { meshGatewayMode: 'local' },
      { meshGatewayMode: 'remote' },
    ].map((overrides) => compile([], 'web', overrides).customization);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{8}$/);
    expect(compile([], 'other', { protocol: 'grpc' }).customization).toBe(names[0]);
  });

  it('timeouts and gateways stand on the targets, but what is outside the mesh needs no gateway', () => {
    const overrides = { meshGatewayMode: 'remote', connectTimeoutNs: 33e9 };
    expect(compile([], 'web', overrides).targets.get(id('web'))).toMatchObject(overrides);
    const external = [{ Kind: 'service-defaults', Name: 'web', ExternalSNI: 'x.sni' }];
    const target = compile(external, 'web', overrides).targets.get(id('web'));
    expect(target).toMatchObject({ meshGatewayMode: '', isExternal: true, sni: 'x.sni' });
  });
});
