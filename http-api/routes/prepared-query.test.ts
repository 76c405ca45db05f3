import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { RPCError } from '../../protocol/errors.ts';
import type { QueryExecution } from '../../protocol/types/prepared-query.ts';
import { queryForTest } from '../prepared-query/testing.ts';
import { RecordingRPC, serve } from '../testing/recording-rpc.ts';
import { preparedQueryRoutes } from './prepared-query.ts';

const ID = '11111111-2222-4333-8444-555555555555';

let rpc: RecordingRPC;
let send: ReturnType<typeof serve>;

const execution = (more: Partial<QueryExecution> = {}): QueryExecution => ({
  Service: 'web',
  Nodes: ['a', 'b', 'c'].map((Node) => ({ Node: { Node } })) as QueryExecution['Nodes'],
  Ranks: [0, 1, 2],
  Near: '',
  DNS: { TTL: '9s' },
  Datacenter: 'dc1',
  PeerName: '',
  ...more,
});

beforeEach(() => {
  rpc = new RecordingRPC();
  send = serve(preparedQueryRoutes, rpc);
});

describe('definitions', () => {
  const EMPTY = {
    ID: '',
    Name: '',
    Session: '',
    Token: '',
    Template: { Type: '', Regexp: '', RemoveEmptyTags: false },
    Service: {
      Service: '',
      SamenessGroup: '',
      Failover: { NearestN: 0, Datacenters: null, Targets: null },
      OnlyPassing: false,
      IgnoreCheckIDs: null,
      Near: '',
      Tags: null,
      NodeMeta: null,
      ServiceMeta: null,
      Connect: false,
      Peer: '',
    },
    DNS: { TTL: '' },
  };

  it.each<[string, object]>([
    [
      '{"name":"q","SERVICE":{"service":"web","Tags":[]}}',
      { Name: 'q', Service: { ...EMPTY.Service, Service: 'web', Tags: [] } },
    ],
    ['{"Template":null,"Service":null,"DNS":null}', {}],
    [
      '{"Service":{"Tags":[null,"a"],"NodeMeta":{"k":null}}}',
      { Service: { ...EMPTY.Service, Tags: ['', 'a'], NodeMeta: { k: '' } } },
    ],
    [
      '{"Service":{"Failover":{"Targets":[{"peer":"p"}]}}}',
      {
        Service: {
          ...EMPTY.Service,
          Failover: { NearestN: 0, Datacenters: null, Targets: [{ Peer: 'p', Datacenter: '' }] },
        },
      },
    ],
    ['null', {}],
  ])('%s is created with its absent fields empty', async (body, fields) => {
    rpc.answer = { index: 7, body: `"${ID}"` };
    const response = await send('POST', '/v1/query', body);
    expect([response.status, await response.json()]).toEqual([200, { ID }]);
    expect(rpc.calls[0]!.args).toEqual({ op: 'create', query: { ...EMPTY, ...fields } });
  });

  it.each([
    ['{"ID":"other","Name":"q"}', { Name: 'q' }],
    ['', {}],
  ])('an update with %j takes the ID of the path', async (body, fields) => {
    const response = await send('PUT', `/v1/query/${ID}?dc=dc2`, body);
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(rpc.calls).toMatchObject([
      {
        method: 'query.apply',
        args: { op: 'update', query: { ...fields, ID } },
        options: { datacenter: 'dc2' },
      },
    ]);
  });

  it('is deleted by its ID', async () => {
    expect((await send('DELETE', `/v1/query/${ID}`)).status).toBe(200);
    expect(rpc.calls).toMatchObject([{ method: 'query.apply', args: { op: 'delete', id: ID } }]);
  });

  it.each([
    ['', 'Request decode failed: EOF'],
    ['{', 'Request decode failed: unexpected EOF'],
    ['[]', 'cannot unmarshal array'],
    ['{"Bogus":1}', 'json: unknown field "Bogus"'],
    ['{"Service":{"Failover":{"Targets":[{"Foo":1}]}}}', 'json: unknown field "Foo"'],
    ['{"Service":"web"}', 'cannot unmarshal string'],
    ['{"Service":{"Tags":"v1"}}', 'cannot unmarshal string'],
    ['{"Service":{"Failover":{"NearestN":1.5}}}', 'cannot unmarshal number'],
    ['{"Service":{"NodeMeta":{"a":1}}}', 'cannot unmarshal number'],
    ['{"DNS":{"TTL":10}}', 'cannot unmarshal number'],
  ])('%j is 400', async (body, message) => {
    const response = await send('POST', '/v1/query', body);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(message);
    expect(rpc.calls).toEqual([]);
  });

  it('are decoded or refused, whatever the body', async () => {
    const { Service, ...names } = EMPTY;
    const keys = fc.constantFrom(...Object.keys(names), ...Object.keys(Service), 'Service', 'x');
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(null, true, 'text', 1, 1.5, -1, '', 1e300),
        fc.array(tie('value'), { maxLength: 2 }),
        fc.dictionary(keys, tie('value'), { maxKeys: 4 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(value, async (body) => {
        const { status } = await send('POST', '/v1/query', JSON.stringify(body));
        expect([200, 400]).toContain(status);
      }),
      { numRuns: 500 },
    );
  });
});

describe('reads', () => {
  it('of the list block, and name the consistency', async () => {
    rpc.answer = { index: 7, body: '[]' };
    const response = await send('GET', '/v1/query?index=5');
    expect(rpc.calls).toMatchObject([{ method: 'query.list', minIndex: 5 }]);
    expect(response.headers.get('x-consul-index')).toBe('7');
    expect(response.headers.get('x-consul-effective-consistency')).toBe('leader');
  });

  it('of one query wait only while it exists', async () => {
    rpc.answer = { index: 7, body: '[{}]' };
    expect((await send('GET', `/v1/query/${ID}?index=5`)).status).toBe(200);
    expect(rpc.calls.map(({ minIndex }) => minIndex)).toEqual([undefined, 5]);
    rpc.calls.length = 0;
    rpc.answer = { index: 7, body: '' };
    const response = await send('GET', `/v1/query/${ID}?index=99`);
    expect([response.status, await response.text()]).toEqual([404, 'Query not found']);
    expect(response.headers.get('x-consul-knownleader')).toBe('false');
    expect(rpc.calls).toHaveLength(1);
  });

  it.each(['', `/${ID}`, '/q/execute', '/q/explain'])(
    'of %j that fail carry the headers of a query',
    async (path) => {
      rpc.answer = new RPCError('unknown-datacenter', 'No path to datacenter');
      const response = await send('GET', `/v1/query${path}?dc=dc9`);
      expect([response.status, response.headers.get('x-consul-index')]).toEqual([500, '1']);
    },
  );
});

describe('the path', () => {
  it.each([
    ['a/b/execute', 'query.execute', { nameOrID: 'a/b' }],
    ['execute', 'query.execute', { nameOrID: 'execute' }],
    ['explain', 'query.explain', { nameOrID: 'explain' }],
    ['a%20b/explain', 'query.explain', { nameOrID: 'a b' }],
    ['execute/explain', 'query.explain', { nameOrID: 'execute' }],
    ['executes', 'query.get', { id: 'executes' }],
    ['', 'query.get', { id: '' }],
  ])('/v1/query/%s means %s', async (rest, method, args) => {
    rpc.answer = { index: 7, body: JSON.stringify(execution()) };
    await send('GET', `/v1/query/${rest}`);
    expect(rpc.calls).toMatchObject([{ method, args }]);
  });

  it.each([
    ['OPTIONS', 'x', 200, 'OPTIONS,GET,PUT,DELETE'],
    ['OPTIONS', 'x/execute', 200, 'OPTIONS,GET'],
    ['POST', 'x', 405, 'GET,PUT,DELETE'],
    ['PATCH', 'x', 405, 'GET,PUT,DELETE'],
    ['PUT', 'x/explain', 405, 'GET'],
    ['DELETE', 'x/execute', 405, 'GET'],
  ])('%s /v1/query/%s: %i', async (method, rest, status, allow) => {
    const response = await send(method, `/v1/query/${rest}`);
    expect([response.status, response.headers.get('allow')]).toEqual([status, allow]);
    expect(rpc.calls).toEqual([]);
  });
});

describe('execution', () => {
  beforeEach(() => {
    rpc.answer = { index: 7, body: JSON.stringify(execution()) };
  });
  const run = async (query = '') => {
    const response = await send('GET', `/v1/query/q/execute${query}`);
    return { response, body: (await response.json()) as Record<string, unknown> };
  };

  it('answers in the shape of Consul', async () => {
    const { response, body } = await run();
    expect(body).toEqual({
      Service: 'web',
      Nodes: execution().Nodes,
      DNS: { TTL: '9s' },
      Datacenter: 'dc1',
      PeerName: '',
      Failovers: 0,
      Index: 1,
      LastContact: 0,
      KnownLeader: true,
      ConsistencyLevel: 'leader',
      NotModified: false,
      Backend: 0,
      ResultsFilteredByACLs: false,
    });
    expect(response.headers.get('x-consul-index')).toBe('1');
  });

  it.each([
    ['?near=n2', { near: 'n2' }],
    ['?near=_agent', { near: '_agent' }],
    ['?connect=true', { connect: true }],
    ['?connect=', {}],
    ['?connect=0', {}],
    ['?index=9&wait=1s', {}],
  ])('%s asks with %j', async (query, args) => {
    await run(query);
    expect(rpc.calls).toEqual([
      {
        method: 'query.execute',
        args: { nameOrID: 'q', agent: 'n1', ip: '', ...args },
        options: {
          token: '',
          datacenter: '',
          consistency: 'default',
          cached: false,
          minIndex: expect.any(Number),
          waitMs: expect.any(Number),
        },
      },
    ]);
  });

  it.each([
    ['?limit=2', 2],
    ['?limit=%2B2', 2],
    ['?limit=0', 3],
    ['?limit=-1', 3],
    ['?limit=100', 3],
  ])('%s gives %i instances', async (query, count) => {
    expect((await run(query)).body['Nodes']).toHaveLength(count);
  });

  it.each([
    ['limit=x', 'Bad limit: strconv.Atoi: parsing "x": invalid syntax'],
    ['limit=1.5', 'Bad limit: strconv.Atoi: parsing "1.5": invalid syntax'],
    [
      'limit=9223372036854775808',
      'Bad limit: strconv.Atoi: parsing "9223372036854775808": value out of range',
    ],
    [
      'connect=perhaps',
      `Error parsing 'connect' value: strconv.ParseBool: parsing "perhaps": invalid syntax`,
    ],
  ])('%s is 500 without a question', async (query, message) => {
    const response = await send('GET', `/v1/query/q/execute?${query}`);
    expect([response.status, await response.text()]).toEqual([500, message]);
    expect(response.headers.get('x-consul-index')).toBeNull();
    expect(rpc.calls).toEqual([]);
  });

  it('fails over to a peer, which the own datacenter is asked for', async () => {
    const Failover = { NearestN: 0, Datacenters: null, Targets: [{ Peer: 'p', Datacenter: '' }] };
    const empty = { Nodes: [], Ranks: [], Rendered: queryForTest('q', { Failover }) };
    rpc.answer = { index: 7, body: JSON.stringify(execution(empty)) };
    expect((await run()).body['Failovers']).toBe(1);
    expect(rpc.calls.map(({ args }) => (args as { peer?: string }).peer)).toEqual([undefined, 'p']);
  });
});

it('an explanation is the query, and takes no limit that is none', async () => {
  rpc.answer = { index: 7, body: JSON.stringify(queryForTest('q')) };
  const body = await (await send('GET', '/v1/query/q/explain')).json();
  expect(body).toMatchObject({ Query: { Name: 'q' }, Index: 1, ConsistencyLevel: 'leader' });
  expect((await send('GET', '/v1/query/q/explain?limit=x')).status).toBe(500);
});
