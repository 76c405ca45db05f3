import { beforeEach, describe, expect, it } from 'vitest';
import { type DecodedQuery, toQueryInput } from '../../http-api/prepared-query/query-input.ts';
import { ORIGIN } from '../../protocol/coordinate.ts';
import type { QueryExecuteArgs } from '../../protocol/types/prepared-query.ts';
import type { RegisterRequest } from '../../protocol/types/catalog.ts';
import { DatacenterState } from '../datacenter-state.ts';
import { restoreSubscriptions, storeSubscriptions } from '../link/stored-subscriptions.ts';
import { DatacenterFixture, WatchedForTest } from '../testing/datacenter-fixture.ts';

let datacenter: DatacenterFixture;

const define = (service: DecodedQuery['Service'], Name = 'q') =>
  datacenter.write('query.apply', {
    op: 'create',
    query: toQueryInput({ Name, Service: { Service: 'app', ...service } }),
  });
const execute = (args: Partial<QueryExecuteArgs> = {}) =>
  datacenter.read('query.execute', { nameOrID: 'q', agent: 'n2', ...args })!;
const names = (args: Partial<QueryExecuteArgs> = {}) =>
  execute(args).Nodes.map(({ Node }) => Node.Node);
const place = (Node: string, x: number) =>
  datacenter.write('coordinate.update', {
    Node,
    Segment: '',
    Coord: { ...ORIGIN, Vec: [x, 0, 0, 0, 0, 0, 0, 0] },
  });

/** n1 passes, n2 warns, n3 is critical, n4 has no check; a proxy stands on n5. */
beforeEach(() => {
  datacenter = new DatacenterFixture();
  const statuses = ['passing', 'warning', 'critical', undefined] as const;
  for (const [index, Status] of statuses.entries()) {
    const n = index + 1;
    const ID = `app${n}`;
    datacenter.register({
      Node: `n${n}`,
      Address: `192.0.2.${n}`,
      NodeMeta: { zone: n % 2 === 0 ? 'even' : 'odd' },
      Service: { ID, Service: 'app', Tags: n < 3 ? ['V1', 'blue'] : [], Meta: { ver: `${n}` } },
      ...(Status === undefined
        ? {}
        : { Check: { CheckID: `c${n}`, Name: 'c', Status, ServiceID: ID } }),
    });
  }
  datacenter.register({
    Node: 'n5',
    Address: '192.0.2.5',
    Service: {
      ID: 'proxy',
      Service: 'app-proxy',
      Kind: 'connect-proxy',
      Port: 1,
      Proxy: { DestinationServiceName: 'app' },
    },
  });
});

describe('a query takes', () => {
  it.each<[string, DecodedQuery['Service'], string[]]>([
    ['all but the critical', {}, ['n1', 'n2', 'n4']],
    ['the passing only', { OnlyPassing: true }, ['n1', 'n4']],
    ['those whose check is ignored', { IgnoreCheckIDs: ['c3', 'none'] }, ['n1', 'n2', 'n3', 'n4']],
    ['ignored warnings', { OnlyPassing: true, IgnoreCheckIDs: ['c2'] }, ['n1', 'n2', 'n4']],
    ['those with a tag, whatever the case', { Tags: ['v1', 'BLUE'] }, ['n1', 'n2']],
    ['those without a tag', { Tags: ['!Blue'] }, ['n4']],
    ['nothing for a tag that it also forbids', { Tags: ['v1', '!v1'] }, []],
    ['those with the node’s metadata', { NodeMeta: { zone: 'even' } }, ['n2', 'n4']],
    ['those with the service’s metadata', { ServiceMeta: { ver: '4' } }, ['n4']],
    ['Connect instances', { Connect: true }, ['n5']],
    ['the service in any case', { Service: 'APP' }, ['n1', 'n2', 'n4']],
    ['nothing of a peer', { Peer: 'far' }, []],
  ])('%s', (_what, service, expected) => {
    define(service);
    expect(names()).toEqual(expected);
  });

  it('Connect instances when the caller says so', () => {
    define({});
    expect(names({ connect: true })).toEqual(['n5']);
  });

  it('nothing where a template leaves no name of a service', () => {
    const query = toQueryInput({
      Name: 't-',
      Template: { Type: 'name_prefix_match', Regexp: '^t-(x)$' },
      Service: { Service: '${match(1)}' },
    });
    datacenter.write('query.apply', { op: 'create', query });
    expect(execute({ nameOrID: 't-other' })).toMatchObject({ Service: '', Nodes: [] });
  });
});

it('an instance stands there with null for what it has none of', () => {
  define({});
  const { Nodes } = execute();
  expect(Nodes.at(-1)).toMatchObject({ Service: { ID: 'app4', Tags: null }, Checks: null });
  expect(Nodes[0]).toMatchObject({
    Service: { Tags: ['V1', 'blue'] },
    Checks: [{ CheckID: 'c1' }],
  });
});

describe('the answer', () => {
  it('says where it comes from', () => {
    define({});
    expect(execute()).toMatchObject({ Service: 'app', Datacenter: 'dc1', PeerName: '' });
    expect(execute({ peer: 'far' })).toMatchObject({ Nodes: [], Datacenter: '', PeerName: 'far' });
    expect(datacenter.read('query.execute', { nameOrID: 'none', agent: '' })).toBeUndefined();
  });

  it('carries the query when it is empty and another place may know more', () => {
    define({ Service: 'none', Failover: { NearestN: 1 } });
    define({ Failover: { NearestN: 1 } }, 'found');
    define({ Service: 'none' }, 'alone');
    expect(execute().Rendered).toMatchObject({ Name: 'q', Service: { Service: 'none' } });
    expect(execute({ nameOrID: 'found' }).Rendered).toBeUndefined();
    expect(execute({ nameOrID: 'alone' }).Rendered).toBeUndefined();
  });

  it('is the same for a query that another datacenter sends', () => {
    define({ Tags: ['blue'] });
    const query = datacenter.read('query.explain', { nameOrID: 'q' })!;
    const remote = datacenter.read('query.execute-remote', {
      query: { ...query, Token: '<hidden>' },
    });
    expect(remote).toEqual(execute());
  });
});

describe('the order', () => {
  beforeEach(() => {
    place('n1', 0.03);
    place('n2', 0.01);
    place('n5', 0.02);
  });

  it.each<[string, string, Partial<QueryExecuteArgs>, string[], number[], string]>([
    ['is that of names without a node', '', {}, ['n1', 'n2', 'n4'], [0, 0, 0], ''],
    ['is by distance, the unknown last', 'n1', {}, ['n1', 'n2', 'n4'], [0, 1, 2], 'n1'],
    ['is the agent’s for _agent', '_agent', {}, ['n2', 'n1', 'n4'], [0, 1, 2], 'n2'],
    ['is the client’s for _ip', '_ip', { ip: '192.0.2.2' }, ['n2', 'n1', 'n4'], [0, 1, 2], 'n2'],
    [
      'is none for an unknown client',
      '_ip',
      { ip: '203.0.113.1' },
      ['n1', 'n2', 'n4'],
      [0, 0, 0],
      '',
    ],
    [
      'is the caller’s before the query’s',
      'n1',
      { near: 'n2' },
      ['n2', 'n1', 'n4'],
      [0, 1, 2],
      'n2',
    ],
    ['is none for a node without a place', 'n4', {}, ['n1', 'n2', 'n4'], [0, 0, 0], 'n4'],
  ])('%s', (_what, Near, args, expected, Ranks, near) => {
    define({ Near });
    expect(names(args)).toEqual(expected);
    expect(execute(args)).toMatchObject({ Ranks, Near: near });
  });
});

describe('a watcher of what a query finds', () => {
  const ARGS = { nameOrID: 'q', agent: '' };
  const register = (Service: string, Port: number) => ({
    Node: 'n1',
    SkipNodeUpdate: true,
    Service: { ID: Service, Service, Port },
  });

  it('follows it to another service', () => {
    const ID = define({});
    const watch = datacenter.watch('query.execute', ARGS);
    datacenter.register(register('other', 1));
    expect(watch.take()).toEqual([]);
    const query = toQueryInput({ ID, Name: 'q', Service: { Service: 'other' } });
    datacenter.write('query.apply', { op: 'update', query });
    expect(watch.take()).toHaveLength(1);
    datacenter.register(register('other', 2));
    expect(watch.take()).toHaveLength(1);
    datacenter.register(register('app', 3));
    expect(watch.take()).toEqual([]);
  });

  it('wakes after a hibernation of the object, too', () => {
    define({});
    const before = datacenter.watch('query.execute', ARGS);
    storeSubscriptions(datacenter.state, 'link', 'node', before);
    const { now, newUUID } = datacenter.state.context;
    const state = new DatacenterState(datacenter.storage, 'dc1', { now, newUUID });
    const after = new WatchedForTest();
    restoreSubscriptions(state, 'link', after);
    const write = (args: RegisterRequest) =>
      state.callAlone({ method: 'catalog.register', args, token: '', actor: 'test' });
    write(register('other', 1));
    expect(after.take()).toEqual([]);
    write(register('app', 2));
    expect(after.take()).toHaveLength(1);
  });
});
