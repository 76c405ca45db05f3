import { beforeEach, describe, expect, it } from 'vitest';
import type { DeregisterRequest, RegisterRequest } from '../../protocol/types/catalog.ts';
import { CatalogFixture } from '../testing/catalog-fixture.ts';

let catalog: CatalogFixture;

const service = (Node: string, ID: string, Service: string, rest = {}): RegisterRequest => ({
  Node,
  Address: '1',
  Service: { ID, Service, ...rest },
});
const check = (
  Node: string,
  CheckID: string,
  Status: 'passing' | 'critical',
  ServiceID = '',
): RegisterRequest => ({
  Node,
  SkipNodeUpdate: true,
  Check: { CheckID, Name: CheckID, Status, ServiceID },
});

/** n1 carries web and db, n2 carries web and a proxy of db. */
beforeEach(() => {
  catalog = new CatalogFixture();
  catalog.register(service('n1', 'web1', 'web'));
  catalog.register(service('n1', 'db1', 'db'));
  catalog.register(service('n2', 'web2', 'web'));
  const Proxy = { DestinationServiceName: 'db' };
  catalog.register(service('n2', 'proxy', 'db-proxy', { Kind: 'connect-proxy', Port: 1, Proxy }));
  catalog.register(check('n1', 'c-web1', 'passing', 'web1'));
  catalog.register(check('n2', 'disk', 'passing'));
  catalog.takeTopics();
});

describe('a registration touches', () => {
  it.each<[string, RegisterRequest, string[]]>([
    [
      'the lists and its own topics for a new node',
      { Node: 'n3', Address: '1' },
      ['instances', 'node/n3', 'nodes'],
    ],
    [
      'everything on the node for a change of the node',
      { Node: 'n2', Address: '2' },
      ['connect/db', 'instances', 'node/n2', 'nodes', 'service/db-proxy', 'service/web'],
    ],
    [
      'the list of services for a new instance',
      service('n1', 'app', 'app'),
      ['instances', 'node/n1', 'service/app', 'services'],
    ],
    [
      'only the list of all instances for a new port',
      service('n1', 'db1', 'db', { Port: 5 }),
      ['instances', 'node/n1', 'service/db'],
    ],
    [
      'the list for new tags',
      service('n1', 'db1', 'db', { Tags: ['t'] }),
      ['instances', 'node/n1', 'service/db', 'services'],
    ],
    [
      'both names for a renamed instance',
      service('n1', 'db1', 'sql'),
      ['instances', 'node/n1', 'service/db', 'service/sql', 'services'],
    ],
    [
      'only its service for a check of a service',
      check('n1', 'c-web1', 'critical', 'web1'),
      ['checks', 'node-checks/n1', 'service/web'],
    ],
    [
      'every service of the node for a check of the node',
      check('n2', 'disk', 'critical'),
      ['checks', 'connect/db', 'node-checks/n2', 'service/db-proxy', 'service/web'],
    ],
    [
      'both services for a check that moves',
      check('n1', 'c-web1', 'passing', 'db1'),
      ['checks', 'node-checks/n1', 'service/db', 'service/web'],
    ],
    ['nothing when it says what stands there', check('n1', 'c-web1', 'passing', 'web1'), []],
  ])('%s', (_what, request, topics) => {
    catalog.register(request);
    expect(catalog.takeTopics()).toEqual(topics);
  });
});

describe('a removal touches', () => {
  it.each<[string, DeregisterRequest, string[]]>([
    [
      "a check's readers",
      { Node: 'n1', CheckID: 'c-web1' },
      ['checks', 'node-checks/n1', 'service/web'],
    ],
    [
      "a service's readers",
      { Node: 'n1', ServiceID: 'db1' },
      ['instances', 'node/n1', 'service/db', 'services'],
    ],
    [
      'readers of a node and of everything on it',
      { Node: 'n2' },
      [
        'checks',
        'connect/db',
        'instances',
        'node-checks/n2',
        'node/n2',
        'nodes',
        'service/db-proxy',
        'service/web',
        'services',
      ],
    ],
    ['nobody when there is nothing', { Node: 'n9' }, []],
  ])('%s', (_what, request, topics) => {
    catalog.deregister(request);
    expect(catalog.takeTopics()).toEqual(topics);
  });
});

describe('rows', () => {
  const writtenBy = (work: () => void) => {
    const total = () =>
      catalog.storage.sql.exec<{ n: number }>('SELECT total_changes() AS n').toArray()[0]!.n;
    const before = total();
    work();
    return total() - before;
  };

  it('a change of a check writes two, and one for each service that it affects', () => {
    // The check and the change log; and `service/web`.
    expect(writtenBy(() => catalog.register(check('n1', 'c-web1', 'critical', 'web1')))).toBe(3);
    catalog.register({ Node: 'alone', Address: '1', Check: { CheckID: 'x', Name: 'x' } });
    expect(writtenBy(() => catalog.register(check('alone', 'x', 'passing')))).toBe(2);
  });

  it('a topic is written once in a registration, however many rows concern it', () => {
    const Checks = ['a', 'b', 'c'].map((id) => ({ CheckID: id, Name: id, ServiceID: 'many' }));
    // Node, service and three checks with their changes: 10. Nodes, node, services, service: 4.
    expect(writtenBy(() => catalog.register({ ...service('new', 'many', 'many'), Checks }))).toBe(
      14,
    );
  });
});

describe('tombstones', () => {
  const goneTopics = () =>
    catalog.storage.sql
      .exec<{ name: string }>('SELECT name FROM topics WHERE gone_at IS NOT NULL ORDER BY name')
      .toArray()
      .map((row) => row.name);

  it('are left by the last instance, the last proxy and the node, and lifted by their return', () => {
    catalog.deregister({ Node: 'n1', ServiceID: 'web1' });
    expect(goneTopics()).toEqual([]);
    catalog.deregister({ Node: 'n2' });
    expect(goneTopics()).toEqual([
      'connect/db',
      'node-checks/n2',
      'node/n2',
      'service/db-proxy',
      'service/web',
    ]);
    catalog.register(service('n2', 'web2', 'web'));
    expect(goneTopics()).toEqual(['connect/db', 'node-checks/n2', 'service/db-proxy']);
  });

  it('keep the index of a name that is gone from sliding back', () => {
    const index = catalog.deregister({ Node: 'n1', ServiceID: 'db1' });
    catalog.register({ Node: 'elsewhere', Address: '1' });
    expect(catalog.indexOf('catalog.service', { service: 'db' })).toBe(index);
    expect(catalog.indexOf('catalog.service', { service: 'never' })).toBe(1);
  });
});
