import { beforeEach, describe, expect, it } from 'vitest';
import type { Authorizer } from '../acl/authorizer.ts';
import { ALLOW_ALL } from '../acl/authorizer.ts';
import { CatalogFixture } from '../testing/catalog-fixture.ts';

let dc: CatalogFixture;
const node = (Node: string) => ({ Node, Address: '10.0.0.1' });

beforeEach(() => {
  dc = new CatalogFixture();
  dc.register({
    ...node('n1'),
    Service: { Service: 'web', Tags: ['v1'] },
    Checks: [
      { CheckID: 'of-node', Status: 'passing' },
      { CheckID: 'of-web', Status: 'critical', ServiceID: 'web' },
    ],
  });
  dc.register(node('bare'));
});

describe('nodes', () => {
  it('stand with all that is on them, tags that are absent as null', () => {
    dc.register({ ...node('n1'), Service: { Service: 'plain' } });
    const [bare, n1] = dc.read('internal.node-dump', {})!;
    expect(bare).toMatchObject({ Node: 'bare', Services: [], Checks: [] });
    expect(n1!.Services).toMatchObject([
      { ID: 'plain', Tags: null },
      { ID: 'web', Tags: ['v1'] },
    ]);
    expect(n1!.Checks.map(({ CheckID }) => CheckID)).toEqual(['of-node', 'of-web']);
    expect(dc.read('internal.node-dump', { node: 'N1' })).toEqual([n1]);
    expect(dc.read('internal.node-dump', { node: 'absent' })).toEqual([]);
  });

  it('a reader sees of them what he may read', () => {
    dc.authorizer = { ...ALLOW_ALL, serviceRead: (name: string) => name !== 'web' } as Authorizer;
    const n1 = dc.read('internal.node-dump', { node: 'n1' })![0]!;
    expect([n1.Services, n1.Checks.map(({ CheckID }) => CheckID)]).toEqual([[], ['of-node']]);
    expect(dc.read('internal.service-dump', {})!.Nodes).toEqual([]);
  });
});

describe('watches', () => {
  it.each([
    ['a node appears', () => dc.register(node('new')), true, true],
    [
      'a check changes',
      () => dc.register({ ...node('n1'), Check: { CheckID: 'of-node', Status: 'warning' } }),
      true,
      true,
    ],
    ['a service goes', () => dc.deregister({ Node: 'n1', ServiceID: 'web' }), true, true],
    ['nothing changes', () => dc.register(node('bare')), false, false],
  ])('%s', (_what, write, nodes, services) => {
    dc.takeTopics();
    write();
    const topics = new Set(dc.takeTopics());
    const wakes = (method: 'internal.node-dump' | 'internal.service-dump'): boolean =>
      dc.topicsOf(method, {}).some((topic) => topics.has(topic));
    expect([wakes('internal.node-dump'), wakes('internal.service-dump')]).toEqual([
      nodes,
      services,
    ]);
  });

  it('another node wakes nobody who looks at one', () => {
    dc.takeTopics();
    dc.register(node('other'));
    const topics = new Set(dc.takeTopics());
    const own = dc.topicsOf('internal.node-dump', { node: 'n1' });
    expect(own.filter((topic) => topics.has(topic))).toEqual([]);
  });
});
