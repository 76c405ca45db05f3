/** Answers that are lists have a bound, beyond which the error says what to ask for instead. */
import { describe, expect, it } from 'vitest';
import { MAX_LIST_CHARS } from '../../protocol/limits.ts';
import type { MethodArgs, ReadMethod, WriteMethod } from '../../protocol/methods.ts';
import type { RegisterRequest } from '../../protocol/types/catalog.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';

/** What makes a row long is allowed to be so long; that many of them are more than fits. */
const LONG = 'x'.repeat(400_000);
const ROWS = Math.ceil(MAX_LIST_CHARS / LONG.length) + 1;
const MOST_META = Object.fromEntries(
  Array.from({ length: 64 }, (_, at) => [`key-${at}`, 'x'.repeat(512)]),
);
const ROWS_OF_META = Math.ceil(MAX_LIST_CHARS / (64 * 512));

const Address = '192.0.2.1';
/** Within a batch. */
function write<M extends WriteMethod>(dc: DatacenterFixture, method: M, args: MethodArgs<M>): void {
  const { code, body } = dc.state.call({ method, args, token: '', actor: 'test' });
  if (code !== undefined) throw new Error(`${method}: ${body}`);
}

const register = (dc: DatacenterFixture, request: RegisterRequest): void =>
  write(dc, 'catalog.register', request);

const times = (count: number, work: (at: number) => unknown): void => {
  for (let at = 0; at < count; at++) work(at);
};

function withNodes(dc: DatacenterFixture): void {
  times(ROWS_OF_META, (at) => register(dc, { Node: `n${at}`, Address, NodeMeta: MOST_META }));
}

function withInstances(dc: DatacenterFixture): void {
  times(ROWS_OF_META, (at) =>
    register(dc, { Node: `n${at}`, Address, Service: { Service: 'web', Meta: MOST_META } }),
  );
}

function withServices(dc: DatacenterFixture): void {
  register(dc, { Node: 'n', Address });
  times(ROWS, (at) =>
    register(dc, { Node: 'n', Address, Service: { Service: `s${at}`, Tags: [LONG] } }),
  );
}

function withChecks(dc: DatacenterFixture): void {
  register(dc, { Node: 'n', Address, Service: { Service: 'web' } });
  times(ROWS, (at) => {
    const Check = { CheckID: `c${at}`, Name: 'c', Status: 'passing' as const, Output: LONG };
    register(dc, { Node: 'n', Address, Check: { ...Check, ServiceID: 'web' } });
  });
}

function withSessions(dc: DatacenterFixture): void {
  register(dc, { Node: 'n', Address });
  times(ROWS, () =>
    write(dc, 'session.create', { Node: 'n', Name: LONG, NodeChecks: [], LockDelayMs: 0 }),
  );
}

function withKeys(dc: DatacenterFixture): void {
  const value = Buffer.from(LONG).toString('base64');
  times(ROWS, (at) => write(dc, 'kv.apply', { verb: 'set', key: `k${at}`, value }));
}

type Query = [ReadMethod, MethodArgs<ReadMethod>, remedy: string];

const TOO_LONG: [string, fill: (dc: DatacenterFixture) => void, Query[]][] = [
  ['keys', withKeys, [['kv.list', { prefix: '' }, '?limit=1000']]],
  ['nodes', withNodes, [['catalog.nodes', {}, '/v1/catalog/node/NAME']]],
  ['services', withServices, [['catalog.services', {}, '?node-meta=KEY:VALUE']]],
  [
    'instances',
    withInstances,
    [
      ['catalog.service', { service: 'web' }, '?tag=TAG'],
      ['health.service', { service: 'web' }, '?tag=TAG'],
    ],
  ],
  [
    'checks',
    withChecks,
    [
      ['health.service', { service: 'web' }, '?tag=TAG'],
      ['health.checks', { service: 'web' }, '?tag=TAG'],
      ['health.state', { state: 'any' }, '/v1/health/checks/NAME'],
      ['health.state', { state: 'passing' }, '/v1/health/node/NAME'],
      ['health.node', { node: 'n' }, '/v1/health/checks/NAME'],
    ],
  ],
  [
    'sessions',
    withSessions,
    [
      ['session.list', {}, '/v1/session/node/NAME'],
      ['session.node', { node: 'n' }, '/v1/session/node/NAME'],
    ],
  ],
];

describe('a list that does not fit an answer is refused, with what to ask for instead', () => {
  it.each(TOO_LONG)('%s', (_, fill, queries) => {
    const dc = new DatacenterFixture();
    // One transaction: what is tested is reading.
    dc.state.batch(() => fill(dc));
    for (const [method, args, remedy] of queries) {
      const reply = dc.readRaw(method, args);
      expect(reply.code, method).toBe('too-large');
      expect(reply.body, method).toContain('28 MB');
      expect(reply.body, method).toContain(remedy);
    }
  });
});
