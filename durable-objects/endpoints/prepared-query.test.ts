import { beforeEach, describe, expect, it } from 'vitest';
import { toQueryInput, type DecodedQuery } from '../../http-api/prepared-query/query-input.ts';
import { ALLOW_ALL, type Authorizer } from '../acl/authorizer.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';
import { preparedQueryReads } from './prepared-query.ts';

let datacenter: DatacenterFixture;

const create = (query: DecodedQuery): string =>
  datacenter.write('query.apply', { op: 'create', query: toQueryInput(query) });
const update = (ID: string, query: DecodedQuery): string =>
  datacenter.write('query.apply', { op: 'update', query: toQueryInput({ ...query, ID }) });
const remove = (id: string) => datacenter.write('query.apply', { op: 'delete', id });
const web = (Name: string, more: DecodedQuery = {}): DecodedQuery => ({
  Name,
  Service: { Service: 'web' },
  ...more,
});
const template = (Name: string, Service = 'web', Regexp = ''): DecodedQuery => ({
  Name,
  Template: { Type: 'name_prefix_match', Regexp },
  Service: { Service },
});

beforeEach(() => {
  datacenter = new DatacenterFixture();
  datacenter.register({ Node: 'n1', Address: '192.0.2.1' });
});

describe('a query', () => {
  it('is read back with every field, in the form of Consul', () => {
    const id = create({
      ...web('Full', { DNS: { TTL: '10s' } }),
      Service: { Service: 'web', NodeMeta: { b: '2', a: '1' }, Tags: [], Connect: true },
    });
    const [query] = datacenter.read('query.get', { id: id.toUpperCase() })!;
    expect(query).toMatchObject({ ID: id, Name: 'Full', Session: '', DNS: { TTL: '10s' } });
    expect(query!.Service).toMatchObject({ Tags: [], IgnoreCheckIDs: null, Connect: true });
    expect(Object.keys(query!.Service.NodeMeta!)).toEqual(['a', 'b']);
    expect(datacenter.read('query.list', {})).toEqual([query]);
    expect(datacenter.read('query.explain', { nameOrID: 'full' })).toEqual(query);
  });

  it('keeps its first index when it is replaced, and an equal one changes nothing', () => {
    const id = create(web('q'));
    const [before] = datacenter.read('query.get', { id })!;
    expect(datacenter.rowsWrittenBy(() => update(id, web('q')))).toBe(0);
    update(id, web('renamed'));
    const [after] = datacenter.read('query.get', { id })!;
    expect(after).toMatchObject({ Name: 'renamed', CreateIndex: before!.CreateIndex });
    expect(after!.ModifyIndex).toBe(datacenter.lastIndex);
  });

  it('that is gone is absent, and its index moves on', () => {
    const id = create(web('q'));
    const before = datacenter.indexOf('query.get', { id });
    remove(id);
    expect(datacenter.read('query.get', { id })).toBeUndefined();
    expect(datacenter.indexOf('query.get', { id })).toBeGreaterThan(before);
  });

  it('costs a row, a change and a topic', () => {
    expect(datacenter.rowsWrittenBy(() => create(web('q')))).toBe(3);
  });

  it.each<[string, DecodedQuery, string]>([
    [
      'without name, session or template',
      { Service: { Service: 'web' } },
      'Must be bound to a session',
    ],
    ['without a service', { Name: 'q' }, 'Must provide a Service name to query'],
    ['with an ID', web('q', { ID: 'x' }), 'ID must be empty when creating a new prepared query'],
    ['with a hidden token', web('q', { Token: '<hidden>' }), "Bad Token '<hidden>'"],
    [
      'with NearestN below zero',
      web('q', { Service: { Service: 'x', Failover: { NearestN: -1 } } }),
      "Bad NearestN '-1', must be >= 0",
    ],
    [
      'with targets beside datacenters',
      web('q', {
        Service: { Service: 'x', Failover: { NearestN: 1, Targets: [{ Datacenter: 'dc2' }] } },
      }),
      'Targets cannot be populated',
    ],
    [
      'with node metadata of a bad key',
      web('q', { Service: { Service: 'x', NodeMeta: { 'a b': '' } } }),
      'Key contains invalid characters',
    ],
    [
      'with a sameness group',
      web('q', { Service: { Service: 'x', SamenessGroup: 'g' } }),
      'sameness-groups are an enterprise-only feature',
    ],
    [
      'with a TTL that is none',
      web('q', { DNS: { TTL: '10' } }),
      `Bad DNS TTL '10': time: missing unit in duration "10"`,
    ],
    [
      'with a TTL below zero',
      web('q', { DNS: { TTL: '-1s' } }),
      "DNS TTL '-1000000000', must be >=0",
    ],
    [
      'of an unknown session',
      web('q', { Session: 'none' }),
      'raft apply failed: invalid session "none"',
    ],
    [
      'with a bad template type',
      web('q', { Template: { Type: 'no' } }),
      "failed compiling template: Bad Template.Type 'no'",
    ],
    ['with a bad pattern', template('q', 'web', '('), 'Bad Regexp: error parsing regexp'],
    ['with a bad text', template('q', '${nope}'), 'unknown variable accessed: nope'],
  ])('%s is refused', (_what, query, message) => {
    const { lastIndex } = datacenter;
    expect(() => create(query)).toThrow(message);
    expect(datacenter.lastIndex).toBe(lastIndex);
  });

  it('may ask for Consul’s own node metadata', () => {
    create(web('q', { Service: { Service: 'x', NodeMeta: { 'consul-network-segment': '' } } }));
  });

  it.each([
    ['nonsense', 'UUID must be 36 characters'],
    [
      '11111111-1111-4111-8111-111111111111',
      "Cannot modify non-existent prepared query: '11111111",
    ],
  ])('called %s cannot be changed or deleted', (id, message) => {
    expect(() => update(id, web('q'))).toThrow(message);
    expect(() => remove(id)).toThrow(message);
  });

  it('from a sidecar that sends nonsense is refused', () => {
    for (const query of [null, 5, { Service: 'web' }, { Service: { Tags: [{}] } }, { Bogus: 1 }]) {
      expect(() => datacenter.write('query.apply', { op: 'create', query } as never)).toThrow();
    }
    expect(datacenter.read('query.list', {})).toEqual([]);
  });
});

describe('a name', () => {
  it('is one query’s, whatever its case, and free again after it', () => {
    const id = create(web('Taken'));
    expect(() => create(web('tAKEN'))).toThrow("name 'tAKEN' aliases an existing query name");
    const other = create(web('other'));
    expect(() => update(other, web('taken'))).toThrow('aliases an existing query name');
    update(id, web('TAKEN'));
    remove(id);
    create(web('taken'));
  });

  it('is no query’s ID', () => {
    const id = create(web('q'));
    expect(() => create(web(id.toUpperCase()))).toThrow('aliases an existing query ID');
    create(web('11111111-1111-4111-8111-111111111111'));
  });

  it('is empty for one template only, and for any number of bound queries', () => {
    const id = create(template(''));
    expect(() => create(template(''))).toThrow(
      'a query template with an empty name already exists',
    );
    update(id, template('', 'changed'));
    const Session = datacenter.write('session.create', { Node: 'n1', LockDelayMs: 0 }).ID;
    create(web('', { Session }));
    create(web('', { Session }));
    remove(id);
    create(template(''));
  });
});

describe('a session', () => {
  it('takes its queries along, and no others', () => {
    const Session = datacenter.write('session.create', { Node: 'n1', LockDelayMs: 0 }).ID;
    create(web('mortal', { Session: Session.toUpperCase() }));
    create(web('', { Session }));
    create(web('immortal'));
    const list = datacenter.watch('query.list', {});
    datacenter.write('session.destroy', { id: Session });
    expect(datacenter.read('query.list', {})!.map(({ Name }) => Name)).toEqual(['immortal']);
    expect(list.take()).toHaveLength(1);
  });
});

describe('a captured token', () => {
  const DENY: Authorizer = {
    ...ALLOW_ALL,
    identity: 'denied',
    serviceRead: () => false,
    queryRead: (name) => name !== 'secret-query',
    secretsRead: () => false,
  };
  const contextWith = (known: string) => ({
    ...datacenter.state.context,
    authorizerOf: (token: string) => (token === known ? ALLOW_ALL : DENY),
  });

  it('never reaches the change log', () => {
    const id = create(web('q', { Token: 'sesame' }));
    update(id, web('q', { Token: 'other' }));
    remove(id);
    const changes = datacenter.storage.sql.exec('SELECT * FROM changes').toArray();
    expect(JSON.stringify(changes)).not.toMatch(/sesame|other/);
    expect(JSON.stringify(changes)).toContain('<hidden>');
  });

  it('is shown to whoever may read secrets, and to nobody else', () => {
    const id = create(web('q', { Token: 'sesame' }));
    create(web('secret-query'));
    const list = preparedQueryReads['query.list'];
    const get = preparedQueryReads['query.get'];
    const explain = preparedQueryReads['query.explain'];
    const { context } = datacenter.state;
    const bodies = (authorizer: Authorizer) => [
      list.read(context, {}, authorizer).body,
      get.read(context, { id }, authorizer).body,
      explain.read(context, { nameOrID: 'q' }, authorizer).body,
    ];
    for (const body of bodies(ALLOW_ALL)) expect(body).toContain('sesame');
    for (const body of bodies(DENY)) {
      expect(body).toContain('<hidden>');
      expect(body).not.toContain('sesame');
      expect(body).not.toContain('secret-query');
    }
    expect(() => explain.read(context, { nameOrID: 'secret-query' }, DENY)).toThrow('denied');
    expect(datacenter.readRaw('query.definitions', {}).body).not.toContain('sesame');
  });

  it('decides what an execution sees, whoever asks', () => {
    datacenter.register({ Node: 'n1', Address: '1', Service: { ID: 'web', Service: 'web' } });
    create(web('captured', { Token: 'sesame' }));
    create(web('plain'));
    const execute = (nameOrID: string, known: string): number => {
      const read = preparedQueryReads['query.execute'];
      const { body } = read.read(contextWith(known), { nameOrID, agent: '' }, DENY);
      return (JSON.parse(body) as { Nodes: unknown[] }).Nodes.length;
    };
    expect([execute('captured', 'sesame'), execute('plain', 'sesame')]).toEqual([1, 0]);
  });
});

describe('templates', () => {
  it('are found by the longest prefix, filled in, and not by their ID', () => {
    const id = create(template('geo-', 'db-${name.suffix}'));
    create(template('geo-eu-', 'eu-${match(1)}', '^geo-eu-(.*)$'));
    create(template('', '${name.full}'));
    const service = (nameOrID: string) =>
      datacenter.read('query.explain', { nameOrID })?.Service.Service;
    expect(['geo-x', 'geo-eu-x', 'x'].map(service)).toEqual(['db-x', 'eu-x', 'x']);
    expect(() => service(id)).toThrow('can only be resolved up by name, not by ID');
    expect(datacenter.read('query.get', { id })![0]!.Service.Service).toBe('db-${name.suffix}');
  });
});
