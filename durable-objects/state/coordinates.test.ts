import { beforeEach, describe, expect, it } from 'vitest';
import type { Coordinate } from '../../protocol/types/coordinate.ts';
import { ORIGIN } from '../../protocol/coordinate.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';

let datacenter: DatacenterFixture;

const at = (x: number): Coordinate => ({ ...ORIGIN, Vec: [x, 0, 0, 0, 0, 0, 0, 0] });
const update = (Node: string, x: number, Segment = '') =>
  datacenter.write('coordinate.update', { Node, Segment, Coord: at(x) });
const nodeNames = (near?: string) =>
  datacenter.read('catalog.nodes', near === undefined ? {} : { near })!.map(({ Node }) => Node);

beforeEach(() => {
  datacenter = new DatacenterFixture();
  for (const Node of ['n1', 'n2', 'n3', 'n4']) datacenter.register({ Node, Address: '1' });
});

describe('a coordinate', () => {
  it('is read back under the name that was asked for', () => {
    update('N1', 0.5);
    expect(datacenter.read('coordinate.nodes', {})).toEqual([
      { Node: 'N1', Segment: '', Coord: at(0.5) },
    ]);
    expect(datacenter.read('coordinate.node', { node: 'n1' })![0]!.Node).toBe('n1');
    expect(datacenter.read('coordinate.node', { node: 'n2' })).toEqual([]);
  });

  it('is one for each segment', () => {
    update('n1', 0.5);
    update('n1', 0.7, 'Alpha');
    update('n1', 0.8, 'alpha');
    const entries = datacenter.read('coordinate.node', { node: 'n1' })!;
    expect(entries.map(({ Segment, Coord }) => [Segment, Coord.Vec[0]])).toEqual([
      ['', 0.5],
      ['alpha', 0.8],
    ]);
  });

  it('of an unknown node is dropped without a word', () => {
    const { lastIndex } = datacenter;
    expect(update('nowhere', 1)).toBe(true);
    expect(datacenter.lastIndex).toBe(lastIndex);
  });

  it('that is equal writes nothing', () => {
    update('n1', 0.5);
    expect(datacenter.rowsWrittenBy(() => update('n1', 0.5))).toBe(0);
    expect(datacenter.rowsWrittenBy(() => update('n1', 0.6))).toBe(3);
  });

  it('goes with its node, and its index moves on', () => {
    update('n1', 0.5);
    const before = datacenter.indexOf('coordinate.node', { node: 'n1' });
    datacenter.write('catalog.deregister', { Node: 'n1' });
    expect(datacenter.read('coordinate.nodes', {})).toEqual([]);
    expect(datacenter.indexOf('coordinate.node', { node: 'n1' })).toBeGreaterThan(before);
  });

  it.each<[string, unknown]>([
    ['invalid coordinate', undefined],
    ['invalid coordinate', { ...ORIGIN, Vec: [Number.NaN, 0, 0, 0, 0, 0, 0, 0] }],
    ['invalid coordinate', { ...ORIGIN, Height: 'high' }],
    ['incompatible coordinate', { ...ORIGIN, Vec: [1, 2] }],
  ])('is refused as %s', (message, Coord) => {
    const args = { Node: 'n1', Segment: '', Coord: Coord as Coordinate };
    expect(() => datacenter.write('coordinate.update', args)).toThrow(message);
  });
});

describe('watchers', () => {
  it('of one node and of all wake for a new, a changed and a removed coordinate', () => {
    const one = datacenter.watch('coordinate.node', { node: 'N1' });
    const all = datacenter.watch('coordinate.nodes', {});
    const changes = [
      () => update('n1', 1),
      () => update('n1', 2),
      () => datacenter.write('catalog.deregister', { Node: 'n1' }),
    ];
    for (const change of changes) {
      change();
      expect([one.take().length, all.take().length]).toEqual([1, 1]);
    }
  });

  it('sleep while anything else changes', () => {
    update('n1', 1);
    const one = datacenter.watch('coordinate.node', { node: 'n1' });
    const absent = datacenter.watch('coordinate.node', { node: 'n3' });
    const all = datacenter.watch('coordinate.nodes', {});
    datacenter.register({ Node: 'n1', Address: '9' });
    datacenter.write('kv.apply', { verb: 'set', key: 'a', value: '' });
    update('n1', 1);
    datacenter.write('catalog.deregister', { Node: 'n4' });
    expect([one, absent, all].flatMap((watch) => watch.take())).toEqual([]);
    update('n2', 1);
    expect([one, absent].flatMap((watch) => watch.take())).toEqual([]);
  });

  it('of nodes sorted by distance do not wake for coordinates', () => {
    update('n1', 1);
    const sorted = datacenter.watch('catalog.nodes', { near: 'n1' });
    update('n2', 1);
    expect(sorted.take()).toEqual([]);
  });
});

describe('sorting by distance', () => {
  beforeEach(() => {
    update('n1', 0.05);
    update('n2', 0.01);
    update('n3', 0.02);
  });

  it.each<[string | undefined, string[]]>([
    [undefined, ['n1', 'n2', 'n3', 'n4']],
    ['n1', ['n1', 'n3', 'n2', 'n4']],
    ['N2', ['n2', 'n3', 'n1', 'n4']],
    ['n4', ['n1', 'n2', 'n3', 'n4']],
    ['nowhere', ['n1', 'n2', 'n3', 'n4']],
  ])('from %s', (near, expected) => {
    expect(nodeNames(near)).toEqual(expected);
  });

  it('follows the coordinates, though nothing else has changed', () => {
    expect(nodeNames('n2')).toEqual(['n2', 'n3', 'n1', 'n4']);
    update('n1', 0.011);
    expect(nodeNames('n2')).toEqual(['n2', 'n1', 'n3', 'n4']);
  });

  it('holds for instances and checks alike, and keeps the order of what is equally far', () => {
    for (const Node of ['n3', 'n1', 'n2', 'n4']) {
      for (const n of [2, 1]) {
        const id = `web${n}`;
        datacenter.register({
          Node,
          SkipNodeUpdate: true,
          Service: { ID: id, Service: 'web', Port: 1, Connect: { Native: true } },
          Check: { CheckID: `c-${id}`, Name: 'c', Status: 'passing', ServiceID: id },
        });
      }
    }
    const sorted = ['n2 1', 'n2 2', 'n3 1', 'n3 2', 'n1 1', 'n1 2', 'n4 1', 'n4 2'];
    const query = { service: 'web', near: 'n2' };
    const short = (node: string, id: string) => `${node} ${id.at(-1)}`;
    for (const connect of [false, true]) {
      const args = connect ? { ...query, connect } : query;
      expect(
        datacenter.read('catalog.service', args)!.map((s) => short(s.Node, s.ServiceID)),
      ).toEqual(sorted);
      expect(
        datacenter.read('health.service', args)!.map((s) => short(s.Node.Node, s.Service.ID)),
      ).toEqual(sorted);
    }
    const checks = [
      datacenter.read('health.checks', query)!,
      datacenter.read('health.state', { state: 'passing', near: 'n2' })!,
    ];
    for (const list of checks) {
      expect(list.map((c) => short(c.Node, c.CheckID))).toEqual(sorted);
    }
  });
});

it('lists the servers of the datacenter, those that have not measured at the origin', () => {
  for (const Node of ['n1', 'n2']) {
    datacenter.register({
      Node,
      SkipNodeUpdate: true,
      Service: { ID: 'consul', Service: 'consul' },
    });
  }
  update('n2', 0.5);
  expect(datacenter.read('coordinate.datacenters', {})).toEqual([
    {
      Datacenter: 'dc1',
      AreaID: 'wan',
      Coordinates: [
        { Node: 'n1', Segment: '', Coord: ORIGIN },
        { Node: 'n2', Segment: '', Coord: at(0.5) },
      ],
    },
  ]);
});
