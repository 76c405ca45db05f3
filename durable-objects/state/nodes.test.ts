import { beforeEach, describe, expect, it } from 'vitest';
import { CatalogFixture } from '../testing/catalog-fixture.ts';

let catalog: CatalogFixture;

beforeEach(() => {
  catalog = new CatalogFixture();
});

const uuid = (n: number) => `3a1b7c11-0000-4000-8000-${String(n).padStart(12, '0')}`;
const nodes = () =>
  catalog.read('catalog.nodes', {})!.map((node) => [node.Node, node.ID, node.Address]);

describe('names and IDs', () => {
  it('compare without regard to case, and keep the last spelling', () => {
    catalog.register({ Node: 'Host', Address: '1', Service: { ID: 'S1', Service: 'Web' } });
    catalog.register({ Node: 'host', Address: '1', Service: { ID: 's1', Service: 'web' } });
    expect(nodes()).toEqual([['host', '', '1']]);
    expect(catalog.read('catalog.service', { service: 'WEB' })!.map((s) => s.ServiceID)).toEqual([
      's1',
    ]);
    catalog.deregister({ Node: 'HOST', ServiceID: 'S1' });
    expect(catalog.read('catalog.service', { service: 'web' })).toEqual([]);
  });

  it('sort by node, then by ID, in any case', () => {
    for (const [node, id] of [
      ['oB', 'z'],
      ['oa', 'M'],
      ['oa', 'a'],
      ['o-x', 'q'],
      ['oa', 'B'],
    ] as const) {
      catalog.register({ Node: node, Address: '1', Service: { ID: id, Service: 'ord' } });
    }
    const order = catalog
      .read('catalog.service', { service: 'ord' })!
      .map((s) => `${s.Node}/${s.ServiceID}`);
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
    expect(() => catalog.register({ Node: 'A', Address: '3', ID: uuid(3) })).toThrow(
      /Node name A is reserved/,
    );
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
    catalog.register({
      Node: 'a',
      Address: '9',
      SkipNodeUpdate: true,
      Service: { Service: 'web' },
    });
    catalog.register({ Node: 'new', SkipNodeUpdate: true });
    expect(nodes()).toEqual([
      ['a', '', '1'],
      ['new', '', ''],
    ]);
    expect(catalog.read('catalog.service', { service: 'web' })).toHaveLength(1);
  });
});
