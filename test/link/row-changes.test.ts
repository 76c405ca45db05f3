/**
 * Lists that are kept current by their changed rows alone: after any writes, sleeps and broken links the sidecar holds
 * exactly what a reader would be told.
 */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { MethodArgs, MethodName, ReadMethod, WriteMethod } from '../../protocol/methods.ts';
import type { ServiceKind } from '../../protocol/types/catalog.ts';
import { FEATURE_CHANGES } from '../../protocol/frames.ts';
import type { WatchedAnswer } from '../../sidecar/server-link/watched-answer.ts';
import { MemoryDatacenter } from './memory-datacenter.ts';
import { MemorySidecar } from './memory-sidecar.ts';

type Query = { [M in ReadMethod]: [method: M, args: MethodArgs<M>] }[ReadMethod];
type Command = { [M in WriteMethod]: [method: M, args: MethodArgs<M>] }[WriteMethod];
type Step = Command[] | 'evict' | 'reconnect';

const QUERIES: Query[] = [
  ['kv.list', { prefix: '' }],
  ['kv.list', { prefix: 'a/' }],
  ['kv.get', { key: 'a/b' }],
  ['kv.keys', { prefix: '' }],
  ['kv.keys', { prefix: 'a', separator: '/' }],
  ['catalog.nodes', {}],
  ['catalog.nodes', { nodeMeta: { rack: '1' } }],
  ['catalog.services', {}],
  ['catalog.services', { nodeMeta: { rack: '1' } }],
  ['catalog.service', { service: 'web' }],
  ['catalog.service', { service: '' }],
  ['health.service', { service: 'web', tags: ['v1'] }],
  ['health.service', { service: 'web', connect: true }],
  ['health.service', { service: 'web', mergeCentralConfig: true }],
  ['catalog.service', { service: 'web', connect: true, mergeCentralConfig: true }],
  ['health.checks', { service: 'db' }],
  ['health.state', { state: 'any' }],
  ['health.state', { state: 'critical', nodeMeta: { rack: '1' } }],
  ['coordinate.nodes', {}],
  ['coordinate.node', { node: 'n2' }],
  ['query.definitions', {}],
  ['query.execute', { nameOrID: 'finder', agent: 'n1' }],
  ['query.execute', { nameOrID: 'finder', agent: 'n1', near: '_agent' }],
];

/** Of the first query that a datacenter makes: two IDs are its own, one is the link's. */
const QUERY_ID = '00000000-0000-4000-8000-000000000004';

const key = fc.constantFrom('a', 'a/b', 'a/c', 'a/c/d', 'b', '\uFF5E', '\u{1F600}', 'a/"q"\\');
const value = fc.constantFrom('', 'dg==', 'bG9uZ2Vy');
const node = fc.constantFrom('n1', 'N2', 'n3');
const id = fc.constantFrom('s1', 'S2');

const command: fc.Arbitrary<Command> = fc.oneof(
  fc
    .record({ key, value, flags: fc.constantFrom('0', '18446744073709551615') })
    .map((each): Command => ['kv.apply', { verb: 'set', ...each } as never]),
  key.map((each): Command => ['kv.apply', { verb: 'delete', key: each }]),
  key.map((each): Command => ['kv.apply', { verb: 'delete-tree', key: each }]),
  fc
    .record({
      node,
      rack: fc.constantFrom('1', '2'),
      id,
      service: fc.constantFrom('web', 'Web', 'db'),
      tags: fc.constantFrom<string[]>([], ['v1'], ['v1', 'v2']),
      native: fc.boolean(),
      kind: fc.constantFrom<ServiceKind>('', 'connect-proxy', 'terminating-gateway'),
      status: fc.constantFrom('passing', 'critical'),
      nodeCheck: fc.boolean(),
    })
    .map(({ rack, nodeCheck, ...each }): Command => [
      'catalog.register',
      {
        Node: each.node,
        Address: '10.0.0.1',
        NodeMeta: { rack },
        Service: {
          ID: each.id,
          Service: each.service,
          Tags: each.tags,
          Kind: each.kind,
          ...(each.kind === '' ? { Connect: { Native: each.native } } : { Port: 1 }),
          ...(each.kind === 'connect-proxy' ? { Proxy: { DestinationServiceName: 'web' } } : {}),
        },
        Check: {
          CheckID: nodeCheck ? 'own' : `of-${each.id}`,
          Name: 'c',
          Status: each.status,
          ServiceID: nodeCheck ? '' : each.id,
        },
      } as never,
    ]),
  fc
    .record({ Node: node, Segment: fc.constantFrom('', 'a'), Height: fc.constantFrom(0, 0.1) })
    .map(({ Height, ...each }): Command => [
      'coordinate.update',
      { ...each, Coord: { Vec: [0, 0, 0, 0, 0, 0, 0, 0], Error: 1, Adjustment: 0, Height } },
    ]),
  fc
    .record({ op: fc.constantFrom('create', 'update'), Service: fc.constantFrom('web', 'db') })
    .map(({ op, Service }): Command => [
      'query.apply',
      {
        op,
        query: { ID: op === 'create' ? '' : QUERY_ID, Name: 'finder', Service: { Service } },
      } as never,
    ]),
  fc.constant<Command>(['query.apply', { op: 'delete', id: QUERY_ID }]),
  fc
    .constantFrom(
      { Kind: 'proxy-defaults', Name: 'global', Config: { a: 1 } },
      { Kind: 'proxy-defaults', Name: 'global', Config: { a: 2 } },
      { Kind: 'terminating-gateway', Name: 'db', Services: [{ Name: 'web' }] },
      { Kind: 'terminating-gateway', Name: 'db', Services: [{ Name: '*' }] },
    )
    .map((entry): Command => ['config.apply', { entry } as never]),
  fc
    .constantFrom(
      { kind: 'proxy-defaults', name: 'global' },
      { kind: 'terminating-gateway', name: 'db' },
    )
    .map((each): Command => ['config.delete', each]),
  node.map((Node): Command => ['catalog.deregister', { Node }]),
  fc.record({ Node: node, ServiceID: id }).map((each): Command => ['catalog.deregister', each]),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.array(command, { minLength: 1, maxLength: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom<Step>('evict', 'reconnect') },
);

const history = fc.array(step, { minLength: 1, maxLength: 12 });

const stops: (() => void)[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));

function start(features?: readonly string[]): {
  datacenter: MemoryDatacenter;
  sidecar: MemorySidecar;
} {
  const datacenter = new MemoryDatacenter();
  const sidecar = new MemorySidecar(datacenter, features);
  stops.push(() => sidecar.stop());
  return { datacenter, sidecar };
}

async function apply(sidecar: MemorySidecar, commands: Command[]): Promise<void> {
  for (const [method, args] of commands) void sidecar.batcher.send(method, args, '', false);
  await sidecar.flush();
}

async function play(
  datacenter: MemoryDatacenter,
  sidecar: MemorySidecar,
  each: Step,
): Promise<void> {
  if (each === 'evict') datacenter.evict();
  else if (each === 'reconnect') {
    sidecar.disconnect();
    sidecar.connect();
    await sidecar.flush();
  } else await apply(sidecar, each);
}

async function watchAll(sidecar: MemorySidecar): Promise<[Query, WatchedAnswer][]> {
  const watched: [Query, WatchedAnswer][] = [];
  for (const query of QUERIES)
    watched.push([query, await sidecar.watch(query[0] as MethodName, query[1])]);
  return watched;
}

describe.each([
  ['a sidecar that takes changes', undefined],
  ['an older sidecar', []],
])('%s', (_name, features) => {
  it('holds what a reader is told, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.boolean(), async (steps, askAgain) => {
        const { datacenter, sidecar } = start(features);
        const watched = await watchAll(sidecar);
        for (const each of steps) {
          await play(datacenter, sidecar, each);
          for (const [[method, args], answer] of watched) {
            if (askAgain) void sidecar.replica.confirm(answer);
            await sidecar.flush();
            const { index, body } = datacenter.read(method, args as never);
            expect({ method, args, index: answer.index, body: answer.body }).toEqual({
              method,
              args,
              index,
              body,
            });
          }
        }
        sidecar.stop();
      }),
      { numRuns: 60 },
    );
  });
});

const LARGE = 'A'.repeat(27_000);
const set = (name: string, text: string): Command => [
  'kv.apply',
  { verb: 'set', key: name, value: text },
];
const tree = (count: number): Command[] =>
  Array.from({ length: count }, (_, at) => set(`tree/${at}`, LARGE));

describe('a tree of 300 keys of 20 KB', () => {
  it.each([
    ['while the datacenter is awake', []],
    ['after it slept', ['evict'] satisfies Step[]],
  ])('tells one changed key alone %s', async (_when, before: Step[]) => {
    const { datacenter, sidecar } = start();
    await apply(sidecar, tree(300));
    const answer = await sidecar.watch('kv.list', { prefix: 'tree/' });
    for (const each of before) await play(datacenter, sidecar, each);
    const { received, reads } = sidecar;
    await apply(sidecar, [set('tree/77', `${LARGE}BBBB`)]);
    expect(answer.body).toBe(datacenter.read('kv.list', { prefix: 'tree/' }).body);
    expect(sidecar.received - received).toBeLessThan(28_000);
    expect(sidecar.reads - reads).toBe(1);
  });

  it('does not travel again after a broken link during which nothing changed', async () => {
    const { datacenter, sidecar } = start();
    await apply(sidecar, tree(300));
    const answer = await sidecar.watch('kv.list', { prefix: 'tree/' });
    const { received } = sidecar;
    await play(datacenter, sidecar, 'reconnect');
    expect(sidecar.received - received).toBeLessThan(1000);
    await apply(sidecar, [set('tree/1', 'Qg==')]);
    expect(answer.body).toBe(datacenter.read('kv.list', { prefix: 'tree/' }).body);
  });

  it('is read again after a broken link during which something changed', async () => {
    const { datacenter, sidecar } = start();
    await apply(sidecar, tree(3));
    const answer = await sidecar.watch('kv.list', { prefix: 'tree/' });
    sidecar.disconnect();
    const call = { method: 'kv.apply', args: set('tree/1', 'Qg==')[1], token: '', actor: 'other' };
    datacenter.state.callAlone(call);
    sidecar.connect();
    await sidecar.flush();
    expect(answer.body).toBe(datacenter.read('kv.list', { prefix: 'tree/' }).body);
  });

  it('is told to an older sidecar as something to be read', async () => {
    const { datacenter, sidecar } = start([]);
    await apply(sidecar, tree(10));
    const answer = await sidecar.watch('kv.list', { prefix: 'tree/' });
    const { received } = sidecar;
    await apply(sidecar, [set('tree/7', `${LARGE}BBBB`)]);
    expect(answer.body).toBe(datacenter.read('kv.list', { prefix: 'tree/' }).body);
    expect(sidecar.received - received).toBeGreaterThan(10 * LARGE.length);
  });
});

describe('changes that do not fit', () => {
  it('make the sidecar read the whole list', async () => {
    const { datacenter, sidecar } = start([FEATURE_CHANGES]);
    await apply(sidecar, tree(3));
    const answer = await sidecar.watch('kv.list', { prefix: 'tree/' });
    sidecar.replica.receive([
      {
        id: answer.id,
        index: 99,
        body: null,
        changes: { base: 98, groups: [{ group: 'tree/1', rows: [] }] },
      },
    ]);
    await sidecar.flush();
    expect(answer.body).toBe(datacenter.read('kv.list', { prefix: 'tree/' }).body);
  });
});

describe('asking whether an answer is current', () => {
  async function confirm(sidecar: MemorySidecar, answer: WatchedAnswer): Promise<void> {
    const confirmed = sidecar.replica.confirm(answer);
    await sidecar.flush();
    await confirmed;
  }

  it.each([
    ['while the datacenter is awake', []],
    ['after it slept', ['evict'] satisfies Step[]],
  ])('moves no answer %s', async (_when, before: Step[]) => {
    const { datacenter, sidecar } = start();
    await apply(sidecar, tree(100));
    const answer = await sidecar.watch('kv.list', { prefix: 'tree/' });
    for (const each of before) await play(datacenter, sidecar, each);
    const { received } = sidecar;
    await confirm(sidecar, answer);
    expect(sidecar.received - received).toBeLessThan(100);
  });

  it.each([
    ['an answer that missed a push', undefined],
    ['a datacenter that cannot tell', []],
  ])('reads for %s', async (_what, features: string[] | undefined) => {
    const { datacenter, sidecar } = start(features);
    await apply(sidecar, tree(3));
    const answer = await sidecar.watch('kv.list', { prefix: 'tree/' });
    sidecar.losing(() => {
      const args = set('tree/1', 'Qg==')[1];
      datacenter.state.callAlone({ method: 'kv.apply', args, token: '', actor: 'other' });
    });
    await confirm(sidecar, answer);
    expect(answer.body).toBe(datacenter.read('kv.list', { prefix: 'tree/' }).body);
  });
});

describe('an order that changes without the index', () => {
  it.each([
    [{}, 0],
    [{ near: 'n1' }, 1],
  ])('%j makes for %i reads when somebody asks anew', async (args, reads) => {
    const { sidecar } = start();
    const answer = await sidecar.watch('catalog.nodes', args);
    const before = sidecar.reads;
    void sidecar.replica.confirm(answer);
    await sidecar.flush();
    expect(sidecar.reads - before).toBe(reads);
  });
});

describe('a subscription in one frame with a write that it depends on', () => {
  it.each([0, 1])('is not left sleeping over the write (order %i)', async (order) => {
    const { datacenter, sidecar } = start();
    await apply(sidecar, [set('k', 'MQ==')]);
    // Frames are only filled while two are under way.
    const busy = [0, 1].map(() => sidecar.batcher.send('kv.get', { key: 'x' }, '', false));
    const [method, args] = set('k', 'Mg==');
    const write = (): unknown => sidecar.batcher.send(method, args, '', false);
    if (order === 0) write();
    const opening = sidecar.replica.open('kv.get', { key: 'k' }, '');
    if (order === 1) write();
    await sidecar.flush();
    await Promise.all(busy);
    const { answer } = await opening;
    expect(answer.body).toBe(datacenter.read('kv.get', { key: 'k' }).body);
    await apply(sidecar, [set('k', 'Mw==')]);
    expect(answer.body).toBe(datacenter.read('kv.get', { key: 'k' }).body);
  });
});
