import { describe, expect, it } from 'vitest';
import type {
  PreparedQuery,
  QueryExecution,
  QueryFailover,
  QueryFailoverTarget,
} from '../../protocol/types/prepared-query.ts';
import { arrangeNodes } from './arrange.ts';
import { datacentersBeside, failOver, failoverTargets } from './failover.ts';
import { queryForTest } from './testing.ts';

const node = (name: string) => ({ Node: { Node: name } }) as QueryExecution['Nodes'][number];
const execution = (names: string[], more: Partial<QueryExecution> = {}): QueryExecution => ({
  Service: 'web',
  Nodes: names.map(node),
  Ranks: names.map(() => 0),
  Near: '',
  DNS: { TTL: '' },
  Datacenter: 'dc1',
  PeerName: '',
  ...more,
});
const withFailover = (failover: Partial<QueryFailover>): PreparedQuery =>
  queryForTest('q', { Failover: { NearestN: 0, Datacenters: null, Targets: null, ...failover } });
const dc = (Datacenter: string): QueryFailoverTarget => ({ Datacenter, Peer: '' });

describe('the places that are tried', () => {
  const NEAREST = ['dc2', 'dc3', 'dc4'];
  it.each<[string, Partial<QueryFailover>, QueryFailoverTarget[]]>([
    ['none for a query without failover', {}, []],
    ['the nearest', { NearestN: 2 }, [dc('dc2'), dc('dc3')]],
    ['as many as there are', { NearestN: 9 }, NEAREST.map(dc)],
    ['those named, in their order', { Datacenters: ['dc4', 'dc2'] }, [dc('dc4'), dc('dc2')]],
    ['no unknown ones, nor the own', { Datacenters: ['dc9', 'dc1', 'dc3'] }, [dc('dc3')]],
    ['none twice', { NearestN: 1, Datacenters: ['dc2', 'dc4'] }, [dc('dc2'), dc('dc4')]],
    [
      'targets: peers, and datacenters that are known',
      { Targets: [{ Peer: 'p', Datacenter: '' }, dc('dc9'), dc('dc3')] },
      [{ Peer: 'p', Datacenter: '' }, dc('dc3')],
    ],
  ])('%s', (_what, failover, targets) => {
    expect(failoverTargets(withFailover(failover), NEAREST)).toEqual(targets);
  });
});

it.each([
  ['', ['dc2', 'dc3']],
  ['dc1', ['dc2', 'dc3']],
  ['dc3', ['dc1', 'dc2']],
])('a query asked for in %j may go to %j', (home, others) => {
  expect(datacentersBeside(home, 'dc1', ['dc2', 'dc3'])).toEqual(others);
});

describe('failing over', () => {
  const empty = execution([], { Rendered: withFailover({ Datacenters: ['dc2', 'dc3', 'dc4'] }) });
  const places = (found: Record<string, string[]>) => {
    const asked: string[] = [];
    return {
      asked,
      datacenters: async () => ['dc4', 'dc3', 'dc2'],
      executeIn({ Datacenter }: QueryFailoverTarget): Promise<QueryExecution> {
        asked.push(Datacenter);
        const names = found[Datacenter];
        if (names === undefined) return Promise.reject(new Error('away'));
        return Promise.resolve(execution(names, { Datacenter }));
      },
    };
  };

  it('asks nobody when something was found at home', async () => {
    const there = places({});
    const home = execution(['n1']);
    expect(await failOver(home, there)).toEqual({ execution: home, failovers: 0 });
    expect(there.asked).toEqual([]);
  });

  it('stops where something is found, and counts who could not be reached', async () => {
    const there = places({ dc3: ['n3'], dc4: ['n4'] });
    const { execution: found, failovers } = await failOver(empty, there);
    expect([found.Datacenter, failovers, there.asked]).toEqual(['dc3', 2, ['dc2', 'dc3']]);
  });

  it('tells where it looked last when nothing is anywhere', async () => {
    const there = places({ dc2: [], dc3: [] });
    const { execution: found, failovers } = await failOver(empty, there);
    expect([found.Nodes, found.Datacenter, failovers]).toEqual([[], 'dc3', 3]);
  });
});

describe('what a client gets', () => {
  const names = (nodes: QueryExecution['Nodes']) => nodes.map(({ Node }) => Node.Node);
  /** Draws these lots, over and over. */
  const lots = (...values: number[]) => {
    let at = 0;
    return () => values[at++ % values.length]!;
  };

  it.each<[string, number[], string, number, number[], string[]]>([
    ['is shuffled where it is equally near', [0, 0, 0], '', 0, [0.9, 0.1, 0.5], ['b', 'c', 'a']],
    ['keeps the nearer before the farther', [0, 1, 1], '', 0, [0.9, 0.5, 0.1], ['a', 'c', 'b']],
    ['is cut to the limit after that', [0, 1, 1], '', 2, [0.9, 0.5, 0.1], ['a', 'c']],
    ['is whole for a limit below zero', [0, 0, 0], '', -1, [0.1, 0.2, 0.3], ['a', 'b', 'c']],
    [
      'begins with the node that was asked for',
      [0, 0, 0],
      'C',
      0,
      [0.1, 0.2, 0.3],
      ['c', 'b', 'a'],
    ],
  ])('%s', (_what, Ranks, Near, limit, drawn, expected) => {
    const found = execution(['a', 'b', 'c'], { Ranks, Near });
    expect(names(arrangeNodes(found, limit, lots(...drawn)))).toEqual(expected);
  });

  it('is searched for the node that was asked for only so deep', () => {
    const all = Array.from({ length: 12 }, (_unused, index) => `n${index}`);
    const found = (Near: string) =>
      execution(all, { Near, Ranks: all.map((_name, index) => index) });
    expect(names(arrangeNodes(found('n9'), 1, lots(0)))).toEqual(['n9']);
    expect(names(arrangeNodes(found('n10'), 1, lots(0)))).toEqual(['n0']);
  });
});
