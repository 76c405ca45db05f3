import { beforeEach, describe, expect, it } from 'vitest';
import { ORIGIN } from '../../../protocol/coordinate.ts';
import type { MethodName } from '../../../protocol/methods.ts';
import type { CheckServiceNode } from '../../../protocol/types/catalog.ts';
import { HIDDEN_TOKEN, type PreparedQuery } from '../../../protocol/types/prepared-query.ts';
import { queryForTest, templateForTest } from '../../../http-api/prepared-query/testing.ts';
import { ReplicaPreparedQueries } from './replica-prepared-queries.ts';
import { WatchedAnswer } from '../../server-link/watched-answer.ts';

/** A replica whose datacenter answers from a table, and counts what it was asked. */
class FakeReplica {
  readonly answers = new Map<string, unknown>();
  readonly asked: string[] = [];
  readonly #known = new Map<string, WatchedAnswer>();

  peek(method: MethodName, args: unknown): WatchedAnswer | undefined {
    return this.#known.get(`${method} ${JSON.stringify(args)}`);
  }

  open(method: MethodName, args: unknown, token: string) {
    const key = `${method} ${JSON.stringify(args)}`;
    this.asked.push(key);
    const answer = new WatchedAnswer(1, method, args, token);
    const value = this.answers.get(method);
    answer.update(1, value === undefined ? '' : JSON.stringify(value), 1);
    this.#known.set(key, answer);
    return Promise.resolve({ answer, fresh: true });
  }

  refresh(): never {
    throw new Error('nothing here comes without its answer');
  }

  /** The datacenter pushes another list of queries. */
  push(queries: PreparedQuery[]): void {
    this.peek('query.definitions', {})!.update(2, JSON.stringify(queries), 2);
  }
}

let replica: FakeReplica;
let queries: ReplicaPreparedQueries;
let lookups: string[];
let failedOver: number;

const instance = (Node: string, tag: string, Status = 'passing'): CheckServiceNode =>
  ({
    Node: { Node, Meta: null },
    Service: { Service: 'web', Tags: [tag], Meta: null },
    Checks: [{ CheckID: 'c', Status }],
  }) as unknown as CheckServiceNode;
const WEB = [instance('n1', 'v1'), instance('n2', 'v2'), instance('n3', 'v1', 'critical')];
const elsewhere = { NearestN: 1, Datacenters: null, Targets: null };

beforeEach(() => {
  replica = new FakeReplica();
  lookups = [];
  failedOver = 0;
  replica.answers.set('query.definitions', [
    queryForTest('plain', {}, { DNS: { TTL: '7s' } }),
    queryForTest('near', { Near: 'N2' }),
    queryForTest('near-agent', { Near: '_agent' }),
    queryForTest('near-client', { Near: '_ip' }),
    queryForTest('mesh', { Service: 'hidden', Connect: true }),
    queryForTest('absent', { Service: 'absent' }),
    queryForTest('absent-here', { Service: 'absent', Failover: elsewhere }),
    queryForTest('of-a-peer', { Peer: 'far' }),
    queryForTest('captured', {}, { Token: HIDDEN_TOKEN }),
    templateForTest('tpl-', { Tags: ['${name.suffix}'] }),
    templateForTest('any-', { Service: '${name.suffix}' }),
    templateForTest('bad-', { Near: '${1 / (name.suffix == "x" ? 0 : 1)}' }),
  ]);
  queries = new ReplicaPreparedQueries({
    replica,
    datacenter: 'dc1',
    nodeName: 'n1',
    token: () => '',
    serviceExists: (name) => name === 'web',
    serviceNodes(name, kind) {
      lookups.push(`${kind} ${name}`);
      return { version: 1, value: name === 'web' || kind === 'connect' ? WEB : [] };
    },
    nodeAt: (address) => (address === '192.0.2.2' ? 'n2' : ''),
    places: () => ({
      datacenters: async () => ['dc2'],
      executeIn({ Datacenter }) {
        failedOver += 1;
        return Promise.resolve({
          Service: 'absent',
          Nodes: [instance('far', '')],
          Ranks: [0],
          Near: '',
          DNS: { TTL: '' },
          Datacenter,
          PeerName: '',
        });
      },
    }),
  });
});

const names = async (query: string, client = '') =>
  (await queries.execute(query, client))?.Nodes.map(({ Node }) => Node.Node);

describe('a query over DNS', () => {
  it('finds the fit instances of its service, and says how long they keep', async () => {
    expect((await names('plain'))!.toSorted()).toEqual(['n1', 'n2']);
    const result = await queries.execute('plain', '');
    expect(result).toMatchObject({ Service: 'web', DNS: { TTL: '7s' }, Datacenter: 'dc1' });
  });

  it('spreads clients over what is equally near', async () => {
    const first = new Set<string>();
    for (let tries = 0; tries < 200; tries += 1) first.add((await names('plain'))![0]!);
    expect([...first].toSorted()).toEqual(['n1', 'n2']);
  });

  it.each([
    ['near', '', ['n2', 'n1']],
    ['near-agent', '', ['n1', 'n2']],
    ['near-client', '192.0.2.2', ['n2', 'n1']],
  ])('%s for %j gives %j', async (query, client, expected) => {
    const at = (Node: string, x: number) => ({
      Node,
      Segment: '',
      Coord: { ...ORIGIN, Vec: [x, 0, 0, 0, 0, 0, 0, 0] },
    });
    replica.answers.set('coordinate.nodes', [at('N1', 0.01), at('n2', 0.02)]);
    expect(await names(query, client)).toEqual(expected);
  });

  it('asks nobody for coordinates when there is no node to be near to', async () => {
    await names('near-client', '203.0.113.1');
    expect(replica.asked).toEqual(['query.definitions {}']);
  });

  it('looks for Connect instances, though no service of the name is known', async () => {
    expect(await names('mesh')).toHaveLength(2);
    expect(lookups).toEqual(['connect hidden']);
  });

  it('that captured a token is executed by the datacenter', async () => {
    const found = {
      Service: 'web',
      Nodes: WEB.slice(0, 1),
      Ranks: [0],
      Near: '',
      DNS: { TTL: '' },
    };
    replica.answers.set('query.execute', { ...found, Datacenter: 'dc1', PeerName: '' });
    expect(await names('captured')).toEqual(['n1']);
    expect(await names('captured')).toEqual(['n1']);
    expect(replica.asked).toEqual([
      'query.definitions {}',
      'query.execute {"nameOrID":"captured","agent":"n1"}',
    ]);
    expect(lookups).toEqual([]);
  });

  it('that finds nothing looks where it says', async () => {
    expect(await queries.execute('absent-here', '')).toMatchObject({ Datacenter: 'dc2' });
    await names('plain');
    expect(failedOver).toBe(1);
  });

  it('whose template cannot be filled in for a name fails', async () => {
    await expect(queries.execute('bad-x', '')).rejects.toThrow('divide by zero');
    expect(await names('bad-y')).toHaveLength(2);
  });
});

describe('what costs no question', () => {
  it('names that mean nothing', async () => {
    expect(await queries.execute('unknown', '')).toBeNull();
    for (let n = 0; n < 100; n += 1) expect(await names(`random-${n}`)).toBeUndefined();
    expect(replica.asked).toEqual(['query.definitions {}']);
    expect(lookups).toEqual([]);
  });

  it('services that do not exist, and peers', async () => {
    for (const name of ['absent', 'any-thing', 'any-', 'of-a-peer']) {
      expect(await names(name)).toEqual([]);
    }
    expect(lookups).toEqual([]);
  });

  it('the many names of one template', async () => {
    for (let n = 0; n < 100; n += 1) expect(await names(`tpl-${n}`)).toEqual([]);
    expect(await names('tpl-v2')).toEqual(['n2']);
    expect(replica.asked).toEqual(['query.definitions {}']);
  });
});

it('a changed list of queries counts from the next question on', async () => {
  expect(await queries.execute('new', '')).toBeNull();
  replica.push([queryForTest('new')]);
  expect(await names('new')).toHaveLength(2);
  expect(await queries.execute('plain', '')).toBeNull();
});
