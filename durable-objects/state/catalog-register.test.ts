import { beforeEach, describe, expect, it } from 'vitest';
import type { RegisterRequest } from '../../protocol/types/catalog.ts';
import { CatalogFixture } from '../testing/catalog-fixture.ts';

let catalog: CatalogFixture;

beforeEach(() => {
  catalog = new CatalogFixture();
});

describe('defaults', () => {
  it('gives a minimal service its ID, weights and empty parts', () => {
    catalog.register({ Node: 'n', Address: '10.0.0.1', Service: { Service: 'web' } });
    expect(catalog.read('catalog.node', { node: 'n' })).toEqual({
      Node: {
        ID: '',
        Node: 'n',
        Address: '10.0.0.1',
        Datacenter: 'dc1',
        TaggedAddresses: null,
        Meta: null,
        CreateIndex: 2,
        ModifyIndex: 2,
      },
      Services: {
        web: {
          ID: 'web',
          Service: 'web',
          Tags: [],
          Address: '',
          Meta: null,
          Weights: { Passing: 1, Warning: 1 },
          EnableTagOverride: false,
          Proxy: { Mode: '', MeshGateway: {}, Expose: {} },
          Connect: {},
          PeerName: '',
          CreateIndex: 2,
          ModifyIndex: 2,
        },
      },
    });
    expect(catalog.read('catalog.service', { service: 'web' })).toMatchObject([
      { ServiceMeta: {}, ServicePort: 0, ServiceLocality: null, NodeMeta: null, ServiceTags: [] },
    ]);
  });

  it.each([
    [
      { Passing: 2, Warning: 0 },
      { Passing: 2, Warning: 0 },
    ],
    [{ Passing: 2 }, { Passing: 2, Warning: 0 }],
    [{ Warning: 3 }, { Passing: 1, Warning: 1 }],
    [
      { Passing: -1, Warning: 2 },
      { Passing: 1, Warning: 1 },
    ],
    [
      { Passing: 65_536, Warning: 1 },
      { Passing: 1, Warning: 1 },
    ],
    [
      { Passing: 1, Warning: 65_536 },
      { Passing: 1, Warning: 1 },
    ],
    [undefined, { Passing: 1, Warning: 1 }],
  ])('takes weights %j as %j', (given, taken) => {
    const Service = { Service: 'w', Weights: given as { Passing: number; Warning: number } };
    catalog.register({ Node: 'n', Address: '1', Service });
    expect(catalog.read('catalog.service', { service: 'w' })![0]!.ServiceWeights).toEqual(taken);
  });

  it('gives a check the ID of its name, state critical, and the name and tags of its service', () => {
    catalog.register({
      Node: 'n',
      Address: '1',
      Service: { ID: 's', Service: 'web', Tags: ['a'] },
      Check: { Name: 'disk' },
      Checks: [
        { CheckID: 'c', Name: 'up', ServiceID: 's', Status: 'passing', ServiceName: 'other' },
      ],
    });
    expect(catalog.read('health.node', { node: 'n' })).toMatchObject([
      { CheckID: 'c', Status: 'passing', ServiceID: 's', ServiceName: 'web', ServiceTags: ['a'] },
      { CheckID: 'disk', Status: 'critical', ServiceID: '', ServiceName: '', ServiceTags: [] },
    ]);
  });

  it('keeps the name and tags of a check when its service changes them, until the check is written', () => {
    const register = (service: string, tag: string) =>
      catalog.register({
        Node: 'n',
        Address: '1',
        Service: { ID: 's', Service: service, Tags: [tag] },
      });
    const check: RegisterRequest = {
      Node: 'n',
      Address: '1',
      Check: { Name: 'c', ServiceID: 's' },
    };
    const seen = () =>
      catalog.read('health.node', { node: 'n' })!.map((c) => [c.ServiceName, ...c.ServiceTags]);
    register('web', 'a');
    catalog.register(check);
    register('app', 'b');
    expect(seen()).toEqual([['web', 'a']]);
    catalog.register(check);
    expect(seen()).toEqual([['app', 'b']]);
  });
});

describe('what changes nothing', () => {
  const request: RegisterRequest = {
    Node: 'n',
    Address: '1',
    NodeMeta: { b: '2', a: '1' },
    Service: {
      Service: 'web',
      Meta: { y: '1', x: '2' },
      TaggedAddresses: { lan: { Address: 'l', Port: 1 } },
    },
    Check: {
      Name: 'c',
      ServiceID: 'web',
      Status: 'passing',
      Definition: { HTTP: 'h', Interval: '10s' },
    },
  };

  it('takes no index, writes no row and wakes nobody', () => {
    const index = catalog.register(request);
    catalog.takeTopics();
    const rows = () =>
      catalog.storage.sql.exec<{ n: number }>('SELECT total_changes() AS n').toArray()[0]!.n;
    const before = rows();
    const shuffled = { ...request, NodeMeta: { a: '1', b: '2' } };
    expect(catalog.register(shuffled)).toBe(index);
    expect(rows()).toBe(before);
    expect(catalog.takeTopics()).toEqual([]);
  });

  it('raises only the ModifyIndex of what differs', () => {
    const first = catalog.register(request);
    const second = catalog.register({ ...request, Service: { ...request.Service, Port: 2 } });
    const { Node, Services } = catalog.read('catalog.node', { node: 'n' })!;
    expect(Node.ModifyIndex).toBe(first);
    expect([Services.web!.CreateIndex, Services.web!.ModifyIndex]).toEqual([first, second]);
  });

  it.each([
    { Node: 'ghost' },
    { Node: 'ghost', ServiceID: 'x' },
    { Node: 'n', ServiceID: 'x' },
    { Node: 'n', CheckID: 'x' },
  ])('deregistering %j is no change', (absent) => {
    const index = catalog.register(request);
    expect(catalog.deregister(absent)).toBe(index);
  });
});

describe('removal', () => {
  it('takes a service with its checks, a check alone, or the node with all of it', () => {
    catalog.register({
      Node: 'n',
      Address: '1',
      Service: { ID: 's', Service: 'web' },
      Checks: [{ Name: 'n1' }, { Name: 'n2' }, { Name: 's1', ServiceID: 's' }],
    });
    const checks = () => catalog.read('health.node', { node: 'n' })!.map((check) => check.CheckID);
    catalog.deregister({ Node: 'n', CheckID: 'N1' });
    expect(checks()).toEqual(['n2', 's1']);
    // A service goes before a check when both are named.
    catalog.deregister({ Node: 'n', ServiceID: 's', CheckID: 'n2' });
    expect(checks()).toEqual(['n2']);
    catalog.deregister({ Node: 'n' });
    expect(catalog.read('catalog.node', { node: 'n' })).toBeUndefined();
    expect(checks()).toEqual([]);
    expect(catalog.read('catalog.services', {})).toEqual({});
  });
});

describe('virtual addresses', () => {
  const proxyOf = (id: string, DestinationServiceName: string): RegisterRequest => ({
    Node: 'n',
    Address: '1',
    Service: {
      ID: id,
      Service: id,
      Kind: 'connect-proxy',
      Port: 20_000,
      Proxy: { DestinationServiceName },
    },
  });

  it('belong to the service that is reached, while something reaches it', () => {
    catalog.register(proxyOf('p1', 'Web'));
    catalog.register(proxyOf('p2', 'web'));
    catalog.register(proxyOf('p3', 'db'));
    const address = (service: string) => catalog.read('catalog.virtual-ip', { service });
    expect([address('web'), address('DB'), address('none')]).toEqual([
      '240.0.0.1',
      '240.0.0.2',
      '',
    ]);
    expect(catalog.read('catalog.service', { service: 'p2' })![0]!.ServiceTaggedAddresses).toEqual({
      'consul-virtual': { Address: '240.0.0.1', Port: 20_000 },
    });
    catalog.deregister({ Node: 'n', ServiceID: 'p1' });
    expect(address('web')).toBe('240.0.0.1');
    catalog.deregister({ Node: 'n', ServiceID: 'p2' });
    expect(address('web')).toBe('');
  });
});
