import { beforeEach, describe, expect, it } from 'vitest';
import type { DeregisterRequest, RegisterRequest } from '../../protocol/types/catalog.ts';
import { ALLOW_ALL } from '../acl/authorizer.ts';
import { compileAuthorizer } from '../acl/compile-authorizer.ts';
import { nodeStateReads } from '../endpoints/node-state.ts';
import { CatalogFixture } from '../testing/catalog-fixture.ts';
import { selectionClause } from './catalog-instances.ts';
import { CHECKS_OF_SERVICE, checksOfSelection } from './health-read.ts';

let catalog: CatalogFixture;

beforeEach(() => {
  catalog = new CatalogFixture();
  for (const [n, Status] of [
    [1, 'passing'],
    [2, 'warning'],
    [3, 'critical'],
  ] as const) {
    catalog.register({
      Node: `h${n}`,
      Address: `10.4.0.${n}`,
      NodeMeta: { zone: n % 2 ? 'odd' : 'even' },
      Service: {
        ID: `web${n}`,
        Service: 'web',
        Port: 80 + n,
        Tags: [`t${n}`, n % 2 ? 'odd' : 'even', 'All'],
      },
      Checks: [
        { CheckID: `node${n}`, Name: 'node check', Status: 'passing' },
        { CheckID: `a-web${n}`, Name: 'web check', ServiceID: `web${n}`, Status },
      ],
    });
  }
  catalog.register({
    Node: 'h1',
    Address: '10.4.0.1',
    SkipNodeUpdate: true,
    Service: { Service: 'db' },
  });
});

const ids = (args: { tags?: string[]; nodeMeta?: Record<string, string> }) =>
  catalog.read('health.service', { service: 'web', ...args })!.map((entry) => entry.Service.ID);
const checkIDs = (checks: { CheckID: string }[] | undefined) =>
  checks!.map((check) => check.CheckID);

describe('health.service', () => {
  it('lists the checks of the node before those of the instance, and no others', () => {
    const [first] = catalog.read('health.service', { service: 'web' })!;
    expect(first!.Checks.map((check) => [check.Node, check.CheckID])).toEqual([
      ['h1', 'node1'],
      ['h1', 'a-web1'],
    ]);
    const [db] = catalog.read('health.service', { service: 'db' })!;
    expect(checkIDs(db!.Checks)).toEqual(['node1']);
  });

  it.each([
    [{ tags: ['odd'] }, ['web1', 'web3']],
    [{ tags: ['ODD', 't3'] }, ['web3']],
    [{ tags: ['odd', 'even'] }, []],
    [{ nodeMeta: { zone: 'even' } }, ['web2']],
    [{ nodeMeta: { zone: 'EVEN' } }, []],
    [{ nodeMeta: { absent: '' } }, []],
    [{ tags: ['all'], nodeMeta: { zone: 'odd' } }, ['web1', 'web3']],
  ])('with %j keeps %j', (args, kept) => {
    expect(ids(args)).toEqual(kept);
  });

  it('finds by Connect the proxies of a service and services that speak it themselves', () => {
    catalog.register({
      Node: 'h1',
      Address: '10.4.0.1',
      Service: {
        ID: 'p',
        Service: 'p',
        Kind: 'connect-proxy',
        Port: 1,
        Proxy: { DestinationServiceName: 'Web' },
      },
    });
    const Native = { Service: 'native', Port: 7, Connect: { Native: true } };
    catalog.register({ Node: 'h2', Address: '10.4.0.2', Service: Native });
    const reached = (service: string) =>
      catalog.read('health.service', { service, connect: true })!.map((entry) => entry.Service.ID);
    expect([reached('web'), reached('native'), reached('p'), reached('db')]).toEqual([
      ['p'],
      ['native'],
      [],
      [],
    ]);
    expect(ids({})).toEqual(['web1', 'web2', 'web3']);
  });
});

describe('lists of checks', () => {
  it('are those of a node, of a service, or in a state', () => {
    expect(checkIDs(catalog.read('health.node', { node: 'H1' }))).toEqual(['a-web1', 'node1']);
    expect(checkIDs(catalog.read('health.checks', { service: 'WEB' }))).toEqual([
      'a-web1',
      'a-web2',
      'a-web3',
    ]);
    expect(checkIDs(catalog.read('health.state', { state: 'Warning' }))).toEqual(['a-web2']);
    expect(catalog.read('health.state', { state: 'any' })).toHaveLength(6);
    expect(catalog.read('health.state', { state: 'nonsense' })).toEqual([]);
  });

  it('are filtered by the metadata of their nodes', () => {
    const nodeMeta = { zone: 'even' };
    expect(checkIDs(catalog.read('health.checks', { service: 'web', nodeMeta }))).toEqual([
      'a-web2',
    ]);
    expect(checkIDs(catalog.read('health.state', { state: 'any', nodeMeta }))).toEqual([
      'a-web2',
      'node2',
    ]);
  });
});

describe('what a token may not see', () => {
  it('is left out of every answer', () => {
    catalog.authorizer = {
      ...ALLOW_ALL,
      nodeRead: (node) => node !== 'h2',
      serviceRead: (service) => service !== 'db',
    };
    expect(ids({})).toEqual(['web1', 'web3']);
    expect(catalog.read('health.service', { service: 'db' })).toEqual([]);
    expect(catalog.read('catalog.services', {})).toEqual({ web: ['All', 'odd', 't1', 't3'] });
    expect(catalog.read('catalog.nodes', {})!.map((node) => node.Node)).toEqual(['h1', 'h3']);
    expect(catalog.read('catalog.node', { node: 'h2' })).toBeUndefined();
    expect(catalog.read('catalog.node-services', { node: 'h2' })).toEqual({
      Node: null,
      Services: null,
    });
    expect(Object.keys(catalog.read('catalog.node', { node: 'h1' })!.Services)).toEqual(['web1']);
    expect(checkIDs(catalog.read('health.state', { state: 'any' }))).not.toContain('node2');
    expect(catalog.read('health.node', { node: 'h2' })).toEqual([]);
    expect(catalog.read('node.state', { node: 'h2' })).toBeUndefined();
  });

  it('may not be written either', () => {
    catalog.authorizer = compileAuthorizer({ accessor: 'a', policies: [], defaultPolicy: 'deny' });
    const lacks = (right: string, name: string) =>
      `lacks permission '${right}:write' on ${JSON.stringify(name)}`;
    const { register, deregister } = {
      register: (request: RegisterRequest) => () => catalog.register(request),
      deregister: (request: DeregisterRequest) => () => catalog.deregister(request),
    };
    expect(register({ Node: 'n', Address: '1' })).toThrow(lacks('node', 'n'));
    expect(deregister({ Node: 'h1', CheckID: 'a-web1' })).toThrow(lacks('service', 'web'));
    expect(deregister({ Node: 'h1', ServiceID: 'db' })).toThrow(lacks('service', 'db'));
    expect(deregister({ Node: 'h1' })).toThrow(lacks('node', 'h1'));
  });
});

describe('node.state', () => {
  it('is the whole truth about one node', () => {
    const state = catalog.read('node.state', { node: 'h1' })!;
    expect(state.Node.Node).toBe('h1');
    expect(state.Services.map((service) => service.ID)).toEqual(['db', 'web1']);
    expect(checkIDs(state.Checks)).toEqual(['a-web1', 'node1']);
    expect(catalog.read('node.state', { node: 'none' })).toBeUndefined();
  });
});

describe('node.changed', () => {
  const index = (node: string): number =>
    nodeStateReads['node.changed'].read(catalog.context, { node }, catalog.authorizer).index;

  it('tells of every write to the node, by its index, and of no other', () => {
    const before = index('h1');
    catalog.register({ Node: 'h2', Address: '10.0.0.9', SkipNodeUpdate: true });
    catalog.register({ Node: 'new', Address: '10.0.0.8' });
    expect(index('h1')).toBe(before);
    const check = { CheckID: 'foreign', Name: 'foreign', Status: 'critical' } as const;
    const written = catalog.register({ Node: 'h1', SkipNodeUpdate: true, Check: check });
    expect(index('h1')).toBe(written);
    expect(catalog.deregister({ Node: 'h1', ServiceID: 'db' })).toBe(index('h1'));
    expect(index('h1')).toBeGreaterThan(written);
    expect(catalog.deregister({ Node: 'h1' })).toBe(index('h1'));
  });
});

describe('cost', () => {
  const plan = (query: string, ...bindings: string[]) =>
    catalog.storage.sql
      .exec<{ detail: string }>(`EXPLAIN QUERY PLAN ${query}`, ...bindings)
      .toArray()
      .map((step) => step.detail)
      .join('\n');

  it.each([
    [{ service: 'web' }, 'services_by_name'],
    [{ service: 'web', connect: true }, 'services_by_connect'],
  ])('of %j is that of the answer', (selection, index) => {
    const { where, bindings } = selectionClause(selection);
    const instances = plan(
      `SELECT address FROM services WHERE ${where} ORDER BY node, key`,
      ...bindings,
    );
    expect(instances).toContain(`USING INDEX ${index}`);
    const checks = checksOfSelection(selection);
    const steps = plan(checks.query, ...checks.bindings);
    expect(steps).toContain('USING INDEX checks_by_service (node=? AND service_key=?)');
    expect(steps).toContain(`USING COVERING INDEX ${index}`);
    expect(steps).not.toMatch(/SCAN (c|checks|services)\b/);
  });

  it('of the checks of a service, and of a node by its ID, too', () => {
    expect(plan(CHECKS_OF_SERVICE, 'web')).toContain(
      'checks_by_service (node=? AND service_key=?)',
    );
    expect(plan("SELECT key FROM nodes WHERE lower(id) = 'x' AND id <> ''")).toContain(
      'nodes_by_id',
    );
  });
});
