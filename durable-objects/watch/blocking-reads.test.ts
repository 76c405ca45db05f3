/**
 * Every read that can block, against every kind of write: its watcher wakes exactly when its answer has changed.
 *
 * The table is total over the methods: a new read does not compile without its line here.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import type { MethodArgs, ReadMethod } from '../../protocol/methods.ts';
import type { RegisterRequest } from '../../protocol/types/catalog.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';

let datacenter: DatacenterFixture;
beforeEach(() => (datacenter = new DatacenterFixture()));

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const set = (key: string, value: string) => (): unknown =>
  datacenter.write('kv.apply', { verb: 'set', key, value: base64(value) });
const remove = (key: string) => (): unknown => datacenter.write('kv.apply', { verb: 'delete', key });
const removeTree = (key: string) => (): unknown =>
  datacenter.write('kv.apply', { verb: 'delete-tree', key });
const register = (Node: string, rest: Partial<RegisterRequest>) => (): unknown =>
  datacenter.write('catalog.register', { Node, Address: '192.0.2.1', SkipNodeUpdate: true, ...rest });
const deregister = (Node: string, rest: object) => (): unknown =>
  datacenter.write('catalog.deregister', { Node, ...rest });
const service = (Service: string, Port: number, more: object = {}) => ({
  Service: { ID: `${Service}-1`, Service, Port, ...more },
});
const check = (CheckID: string, Status: 'passing' | 'critical', ServiceID = '') => ({
  Check: { CheckID, Name: CheckID, Status, ServiceID },
});

let session = '';
const openSession = (Node: string) => (): unknown => {
  session = datacenter.write('session.create', { Node, LockDelayMs: 0 }).ID;
  return session;
};
const endSession = (): unknown => datacenter.write('session.destroy', { id: session });
const lock = (verb: 'lock' | 'unlock', key: string) => (): unknown =>
  datacenter.write('kv.apply', { verb, key, value: base64('held'), session });

/** Creation, change, deletion and recursive deletion of each kind of thing; the second half is about other names. */
const EVENTS: readonly (readonly [name: string, write: () => unknown])[] = [
  ['a key is created', set('app/a', '1')],
  ['an equal write', set('app/a', '1')],
  ['a key is changed', set('app/a', '2')],
  ['a key beside it is created', set('app/b', '1')],
  ['a key below it is created', set('app/a/c', '1')],
  ['a key of another prefix is created', set('apple', '1')],
  ['a key is deleted', remove('app/a')],
  ['an absent key is deleted', remove('app/a')],
  ['a key comes back', set('app/a', '3')],
  ['a tree is deleted', removeTree('app/')],
  ['an empty tree is deleted', removeTree('app/')],
  ['a node is registered', register('n1', {})],
  ['the same node is registered', register('n1', {})],
  ['a node changes its address', register('n1', { Address: '192.0.2.9', SkipNodeUpdate: false })],
  [
    'a node changes its metadata',
    register('n1', { Address: '192.0.2.9', SkipNodeUpdate: false, NodeMeta: { rack: '1' } }),
  ],
  ['a node check appears', register('n1', check('disk', 'passing'))],
  ['a node check turns critical', register('n1', check('disk', 'critical'))],
  ['a service appears', register('n1', service('web', 80))],
  ['the same service again', register('n1', service('web', 80))],
  ['a service changes its port', register('n1', service('web', 81))],
  ['a service changes its tags', register('n1', service('web', 81, { Tags: ['v2'] }))],
  ['a service check appears', register('n1', check('alive', 'passing', 'web-1'))],
  ['a service check turns critical', register('n1', check('alive', 'critical', 'web-1'))],
  ['a node check passes again', register('n1', check('disk', 'passing'))],
  [
    'a mesh proxy appears',
    register(
      'n1',
      service('web-proxy', 90, { Kind: 'connect-proxy', Proxy: { DestinationServiceName: 'web' } }),
    ),
  ],
  ['a mesh proxy goes', deregister('n1', { ServiceID: 'web-proxy-1' })],
  ['a session is created', openSession('n1')],
  ['a lock is taken', lock('lock', 'app/lock')],
  ['a lock is given back', lock('unlock', 'app/lock')],
  ['a session is destroyed', endSession],
  ['a session dies with its node check', openSession('n1')],
  ['a service check goes', deregister('n1', { CheckID: 'alive' })],
  ['a service goes', deregister('n1', { ServiceID: 'web-1' })],
  ['a service comes back', register('n1', service('web', 82))],
  ['a node goes', deregister('n1', {})],
  ['a node comes back', register('n1', {})],
  ['a key of the ghost appears', set('ghost/k', '1')],
  ['a key of the ghost is deleted', removeTree('ghost/')],
  ['another node and service appear', register('n2', service('db', 5432))],
  ['a session on another node', openSession('n2')],
  ['the ghost node appears', register('ghost', { NodeMeta: { ghost: 'yes' } })],
  ['a check of the ghost appears', register('ghost', check('ghostly', 'critical'))],
  ['the ghost service appears', register('ghost', service('ghost', 1))],
  [
    'its mesh instance appears',
    register('ghost', service('ghost', 1, { Connect: { Native: true } })),
  ],
  ['its check appears', register('ghost', check('ghost', 'critical', 'ghost-1'))],
  ['a session of the ghost', openSession('ghost')],
  ['the ghost goes', deregister('ghost', {})],
];

/**
 * Where a topic is coarser than the query, its watcher wakes for these too though its answer stays; a finer topic would
 * cost a row more in each write.
 */
const NODE_CHANGES = [
  'a node is registered',
  'a node changes its address',
  'a node changes its metadata',
  'a node goes',
  'a node comes back',
  'another node and service appear',
];
const SERVICE_CHANGES = [
  'a service appears',
  'a service changes its port',
  'a service changes its tags',
  'a service goes',
  'a service comes back',
];
const CHECK_CHANGES = [
  'a service check appears',
  'a service check turns critical',
  'a node check passes again',
  'a service check goes',
];

interface Case<M extends ReadMethod> {
  readonly args: MethodArgs<M>;
  /** Events that wake it though its answer stays; no others may. */
  readonly wakesFor?: readonly string[];
  /** An event that it misses, of which nobody can wait. */
  readonly misses?: string;
}
type Cases = { readonly [M in ReadMethod]: readonly Case<M>[] | string };

const GHOST_META = { nodeMeta: { ghost: 'yes' } };

const CASES: Cases = {
  'kv.get': [{ args: { key: 'app/a' } }, { args: { key: 'ghost/k' } }],
  'kv.list': [
    { args: { prefix: 'app/' } },
    { args: { prefix: 'app' } },
    { args: { prefix: '' } },
    { args: { prefix: 'ghost' } },
  ],
  'kv.keys': [
    { args: { prefix: 'ghost/' } },
    {
      // Its index is that of the keys below, as in Consul.
      args: { prefix: 'app/', separator: '/' },
      wakesFor: ['a key is changed', 'a lock is given back'],
    },
  ],
  'txn.read': 'a transaction never blocks',
  'session.get': [
    {
      args: { id: '00000000-0000-4000-8000-000000000003' },
      // The datacenter has just made the id up.
      misses: 'a session is created',
    },
  ],
  'session.list': [{ args: {} }],
  'session.node': [{ args: { node: 'n1' } }, { args: { node: 'ghost' } }],
  'catalog.nodes': [{ args: {} }, { args: GHOST_META, wakesFor: NODE_CHANGES }],
  'catalog.node': [{ args: { node: 'n1' } }, { args: { node: 'ghost' } }],
  'catalog.node-services': [{ args: { node: 'n1' } }, { args: { node: 'ghost' } }],
  'catalog.services': [
    { args: {} },
    {
      args: GHOST_META,
      wakesFor: [
        ...NODE_CHANGES,
        ...SERVICE_CHANGES,
        'a mesh proxy appears',
        'a mesh proxy goes',
        'the ghost node appears',
      ],
    },
  ],
  'catalog.service': [
    { args: { service: 'web' }, wakesFor: CHECK_CHANGES },
    { args: { service: 'WEB' }, wakesFor: CHECK_CHANGES },
    {
      args: { service: 'web', tags: ['v2'] },
      wakesFor: [...SERVICE_CHANGES, ...CHECK_CHANGES, 'a node goes'],
    },
    { args: { service: 'web', connect: true } },
    { args: { service: 'ghost' }, wakesFor: ['its check appears'] },
    { args: { service: 'ghost', connect: true }, wakesFor: ['its check appears'] },
  ],
  'catalog.virtual-ip': [
    { args: { service: 'web' } },
    { args: { service: 'ghost' }, wakesFor: ['its check appears'] },
  ],
  'health.node': [{ args: { node: 'n1' } }, { args: { node: 'ghost' } }],
  'health.checks': [
    {
      args: { service: 'web' },
      wakesFor: [...SERVICE_CHANGES, 'a node check passes again', 'a node goes'],
    },
    {
      args: { service: 'ghost' },
      wakesFor: ['the ghost service appears', 'its mesh instance appears'],
    },
  ],
  'health.state': [
    {
      args: { state: 'critical' },
      wakesFor: ['a node check appears', 'a service check appears', 'a node goes'],
    },
    { args: { state: 'any' } },
  ],
  'health.service': [
    { args: { service: 'web' } },
    { args: { service: 'web', connect: true } },
    { args: { service: 'ghost' } },
    { args: { service: 'ghost', connect: true } },
  ],
  'node.state': [{ args: { node: 'n1' } }, { args: { node: 'ghost' } }],
  'status.datacenter': 'nothing in it has an index',
};

interface Observed {
  readonly event: string;
  readonly changed: boolean;
  readonly woken: boolean;
  readonly indexMoved: boolean;
}

function play<M extends ReadMethod>(method: M, args: MethodArgs<M>): Observed[] {
  const watcher = datacenter.watch(method, args);
  let last = datacenter.readRaw(method, args);
  return EVENTS.map(([event, write]) => {
    write();
    const now = datacenter.readRaw(method, args);
    const pushes = watcher.take();
    // What is pushed is the whole truth: a reader needs no second look.
    for (const push of pushes) expect(push).toMatchObject({ index: now.index, body: now.body });
    const changed = now.body !== last.body;
    const indexMoved = now.index !== last.index;
    if (indexMoved) expect(now.index).toBeGreaterThan(last.index);
    last = now;
    return { event, changed, woken: pushes.length > 0, indexMoved };
  });
}

interface Row {
  readonly method: ReadMethod;
  readonly args: MethodArgs<ReadMethod>;
  readonly wakesFor?: readonly string[];
  readonly misses?: string;
}

const rows = Object.entries(CASES).flatMap(([method, cases]): Row[] =>
  typeof cases === 'string'
    ? []
    : cases.map((each) => ({ ...(each as Row), method: method as ReadMethod })),
);

describe('a blocked read', () => {
  it.each(rows)('of $method $args', ({ method, args, wakesFor = [], misses }) => {
    const observed = play(method, args);
    const names = (matches: (one: Observed) => boolean): string[] =>
      observed.filter(matches).map(({ event }) => event);
    const missed = names(({ changed, woken }) => changed && !woken);
    expect(missed).toEqual(misses === undefined ? [] : [misses]);
    expect(names(({ woken, indexMoved }) => woken !== indexMoved)).toEqual(missed);
    const extra = names(({ changed, woken }) => woken && !changed);
    expect(extra.filter((event) => !wakesFor.includes(event))).toEqual([]);
    expect(wakesFor.filter((event) => !EVENTS.some(([name]) => name === event))).toEqual([]);
    // A watcher that never woke would pass all of the above.
    expect(names(({ changed, woken }) => woken && changed).length).toBeGreaterThan(0);
  });
});
