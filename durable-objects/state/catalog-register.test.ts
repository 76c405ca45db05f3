import { beforeEach, describe, expect, it } from 'vitest';
import type { RegisterRequest } from '../../protocol/types/catalog.ts';
import { CatalogFixture } from '../testing/catalog-fixture.ts';

let catalog: CatalogFixture;

beforeEach(() => {
  catalog = new CatalogFixture();
});

const uuid = (n: number) => `3a1b7c11-0000-4000-8000-${String(n).padStart(12, '0')}`;
const nodes = () => catalog.read('catalog.nodes', {})!.map((node) => [node.Node, node.ID, node.Address]);

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
    [{ Passing: 2, Warning: 0 }, { Passing: 2, Warning: 0 }],
    [{ Passing: 2 }, { Passing: 2, Warning: 0 }],
    [{ Warning: 3 }, { Passing: 1, Warning: 1 }],
    [{ Passing: -1, Warning: 2 }, { Passing: 1, Warning: 1 }],
    [{ Passing: 65_536, Warning: 1 }, { Passing: 1, Warning: 1 }],
    [{ Passing: 1, Warning: 65_536 }, { Passing: 1, Warning: 1 }],
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
      Checks: [{ CheckID: 'c', Name: 'up', ServiceID: 's', Status: 'passing', ServiceName: 'other' }],
    });
    expect(catalog.read('health.node', { node: 'n' })).toMatchObject([
      { CheckID: 'c', Status: 'passing', ServiceID: 's', ServiceName: 'web', ServiceTags: ['a'] },
      { CheckID: 'disk', Status: 'critical', ServiceID: '', ServiceName: '', ServiceTags: [] },
    ]);
  });

  it('keeps the name and tags of a check when its service changes them, until the check is written', () => {
    const register = (service: string, tag: string) =>
      catalog.register({ Node: 'n', Address: '1', Service: { ID: 's', Service: service, Tags: [tag] } });
    const check: RegisterRequest = { Node: 'n', Address: '1', Check: { Name: 'c', ServiceID: 's' } };
    const seen = () => catalog.read('health.node', { node: 'n' })!.map((c) => [c.ServiceName, ...c.ServiceTags]);
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
    Service: { Service: 'web', Meta: { y: '1', x: '2' }, TaggedAddresses: { lan: { Address: 'l', Port: 1 } } },
    Check: { Name: 'c', ServiceID: 'web', Status: 'passing', Definition: { HTTP: 'h', Interval: '10s' } },
  };

  it('takes no index, writes no row and wakes nobody', () => {
    const index = catalog.register(request);
    catalog.takeTopics();
    const rows = () => catalog.storage.sql.exec<{ n: number }>('SELECT total_changes() AS n').toArray()[0]!.n;
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

describe('names and IDs', () => {
  it('compare without regard to case, and keep the last spelling', () => {
    catalog.register({ Node: 'Host', Address: '1', Service: { ID: 'S1', Service: 'Web' } });
    catalog.register({ Node: 'host', Address: '1', Service: { ID: 's1', Service: 'web' } });
    expect(nodes()).toEqual([['host', '', '1']]);
    expect(catalog.read('catalog.service', { service: 'WEB' })!.map((s) => s.ServiceID)).toEqual(['s1']);
    catalog.deregister({ Node: 'HOST', ServiceID: 'S1' });
    expect(catalog.read('catalog.service', { service: 'web' })).toEqual([]);
  });

  it('sort by node, then by ID, in any case', () => {
    for (const [node, id] of [['oB', 'z'], ['oa', 'M'], ['oa', 'a'], ['o-x', 'q'], ['oa', 'B']] as const) {
      catalog.register({ Node: node, Address: '1', Service: { ID: id, Service: 'ord' } });
    }
    const order = catalog.read('catalog.service', { service: 'ord' })!.map((s) => `${s.Node}/${s.ServiceID}`);
    expect(order).toEqual(['o-x/q', 'oa/a', 'oa/B', 'oa/M', 'oB/z']);
  });
});

describe('identity of nodes', () => {
  const alive = { CheckID: 'serfHealth', Name: 'serf', Status: 'passing' } as const;

  it('renames a node by its ID; what stood on the old name goes', () => {
    catalog.register({ Node: 'a', Address: '1', ID: uuid(1), Service: { Service: 'web' } });
    catalog.register({ Node: 'b', Address: '2', ID: uuid(1).toUpperCase() });
    expect(nodes()).toEqual([['b', uuid(1).toUpperCase(), '2']]);
    expect(catalog.read('catalog.nodes', {})![0]).toMatchObject({ CreateIndex: 2, ModifyIndex: 3 });
    expect(catalog.read('catalog.service', { service: 'web' })).toEqual([]);
  });

  it('refuses a name whose node is alive under another ID', () => {
    catalog.register({ Node: 'a', Address: '1', ID: uuid(1), Check: alive });
    catalog.register({ Node: 'b', Address: '2', ID: uuid(2) });
    expect(() => catalog.register({ Node: 'a', Address: '2', ID: uuid(2) })).toThrow(
      `failed inserting node: Error while renaming Node ID: "${uuid(2)}" (2): ` +
        `Node name a is reserved by node ${uuid(1)} with name a (1)`,
    );
    expect(() => catalog.register({ Node: 'A', Address: '3', ID: uuid(3) })).toThrow(/Node name A is reserved/);
    expect(nodes()).toEqual([
      ['a', uuid(1), '1'],
      ['b', uuid(2), '2'],
    ]);
  });

  it.each([
    ['is failed', { ID: uuid(1), Check: { ...alive, Status: 'critical' as const } }],
    ['was never watched', { ID: uuid(1) }],
    ['has no ID', { Check: alive }],
  ])('gives the name to a new ID when its node %s', (_what, old) => {
    catalog.register({ Node: 'a', Address: '1', ...old });
    catalog.register({ Node: 'a', Address: '2', ID: uuid(2) });
    expect(nodes()).toEqual([['a', uuid(2), '2']]);
  });

  it('leaves a known node alone with SkipNodeUpdate, and makes an unknown one', () => {
    catalog.register({ Node: 'a', Address: '1', NodeMeta: { k: 'v' } });
    catalog.register({ Node: 'a', Address: '9', SkipNodeUpdate: true, Service: { Service: 'web' } });
    catalog.register({ Node: 'new', SkipNodeUpdate: true });
    expect(nodes()).toEqual([
      ['a', '', '1'],
      ['new', '', ''],
    ]);
    expect(catalog.read('catalog.service', { service: 'web' })).toHaveLength(1);
  });
});

describe('refusals', () => {
  const base = { Node: 'n', Address: '1' };
  const proxy = { Service: 'p', Kind: 'connect-proxy', Port: 1 } as const;
  it.each<[string, RegisterRequest]>([
    ['Must provide node', { Node: '', Address: '1' }],
    ['Must provide address if SkipNodeUpdate is not set', { Node: 'n' }],
    ['Bad node ID: uuid string is wrong length', { ...base, ID: 'x' }],
    ['Bad node ID: uuid is improperly formatted', { ...base, ID: uuid(1).replaceAll('-', '_') }],
    ['Bad node ID: encoding/hex: invalid byte', { ...base, ID: uuid(1).replace('3a', 'zz') }],
    ['Must provide service name', { ...base, Service: { ID: 'x' } }],
    ['Invalid service address', { ...base, Service: { Service: 'x', Address: '0.0.0.0' } }],
    ["Unknown service ID 'x' for check ID 'c'", { ...base, Check: { Name: 'c', ServiceID: 'x' } }],
    ["Node 'm' for check 'c' doesn't match register request node 'n'", { ...base, Check: { Name: 'c', Node: 'm' } }],
    ['a check needs an ID or a name', { ...base, Check: { Status: 'passing' } }],
    ['No path to datacenter', { ...base, Datacenter: 'dc9' }],
    ['time: invalid duration "x"', { ...base, Check: { Name: 'c', Definition: { Interval: 'x' } } }],
    ['\t* Proxy.DestinationServiceName must be non-empty', { ...base, Service: proxy }],
    ['\t* Port or SocketPath must be set', { ...base, Service: { Service: 'x', Connect: { Native: true } } }],
    ['\t* zone cannot be set without region', { ...base, Service: { Service: 'x', Locality: { Zone: 'z' } } }],
    ["('a b', 'v'): Key contains invalid characters", { ...base, Service: { Service: 'x', Meta: { 'a b': 'v' } } }],
  ])('%s', (text, request) => {
    expect(() => catalog.register(request)).toThrow(text);
    expect(catalog.read('catalog.nodes', {})).toEqual([]);
    expect(catalog.takeTopics()).toEqual([]);
  });

  it.each([
    [{ DestinationName: '' }, 'upstream destination name cannot be empty'],
    [{ DestinationName: '*', LocalBindPort: 1 }, 'upstream destination name cannot be a wildcard'],
    [{ DestinationName: 'a' }, 'upstream local bind port or local socket path must be defined'],
    [{ DestinationName: 'a', LocalBindPort: 1, DestinationType: 'z' }, 'unknown upstream destination type: "z"'],
    [{ DestinationName: 'a', LocalBindPort: 1, LocalBindSocketPath: '/s' }, 'only one of upstream local bind port'],
    [{ DestinationName: 'a', LocalBindPort: 7001 }, 'by local bind address and port or unix path; "127.0.0.1:7001"'],
    [{ DestinationName: 'first', LocalBindPort: 1 }, 'upstreams cannot contain duplicates of [type="", name="first"'],
  ])('of the upstream %j', (upstream, text) => {
    const Upstreams = [{ DestinationName: 'first', LocalBindPort: 7001 }, upstream];
    const Service = { ...proxy, Proxy: { DestinationServiceName: 'web', Upstreams } };
    expect(() => catalog.register({ ...base, Service })).toThrow(text);
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
    Service: { ID: id, Service: id, Kind: 'connect-proxy', Port: 20_000, Proxy: { DestinationServiceName } },
  });

  it('belong to the service that is reached, while something reaches it', () => {
    catalog.register(proxyOf('p1', 'Web'));
    catalog.register(proxyOf('p2', 'web'));
    catalog.register(proxyOf('p3', 'db'));
    const address = (service: string) => catalog.read('catalog.virtual-ip', { service });
    expect([address('web'), address('DB'), address('none')]).toEqual(['240.0.0.1', '240.0.0.2', '']);
    expect(catalog.read('catalog.service', { service: 'p2' })![0]!.ServiceTaggedAddresses).toEqual({
      'consul-virtual': { Address: '240.0.0.1', Port: 20_000 },
    });
    catalog.deregister({ Node: 'n', ServiceID: 'p1' });
    expect(address('web')).toBe('240.0.0.1');
    catalog.deregister({ Node: 'n', ServiceID: 'p2' });
    expect(address('web')).toBe('');
  });
});
