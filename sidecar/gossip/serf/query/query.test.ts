/** Queries in whole pools: who answers, relays, limits. */
import { afterEach, describe, expect, it } from 'vitest';
import type { SerfEvent } from '../events.ts';
import { encodeFilter } from '../messages/filters.ts';
import { MESSAGE_TYPE } from '../messages/message-type.ts';
import { encodeQueryResponse } from '../messages/query.ts';
import { encodeRelay } from '../messages/relay.ts';
import type { ReceivedQuery } from '../received-query.ts';
import { SerfPool, told } from '../testing/serf-pool.ts';
import type { SerfMember } from '../testing/serf-pool.ts';
import type { QueryParams } from './queries.ts';
import { matchesFilters } from './query-filter.ts';
import type { QueryOutcome } from './running-query.ts';

const pools: SerfPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) {
    await pool.stop();
    expect(pool.clock.pending).toBe(0);
  }
});

function newPool(seed?: number): SerfPool {
  const pool = new SerfPool(seed);
  pools.push(pool);
  return pool;
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const text = (payload: Uint8Array): string => Buffer.from(payload).toString();

/** Every member answers queries with its name. */
function answering(members: readonly SerfMember[]): void {
  for (const { pool, name } of members) {
    pool.subscribe((event) => {
      if (event.kind === 'query') event.query.respond(bytes(`I am ${name}`));
    });
  }
}

async function ask(
  pool: SerfPool,
  member: SerfMember,
  params: QueryParams = {},
): Promise<QueryOutcome> {
  const query = member.pool.query('who', bytes('?'), { timeoutMs: 5000, ...params });
  return pool.after(5000, query.finished);
}

const names = ({ responses }: QueryOutcome): string[] => responses.map(({ from }) => from).sort();

describe('a query', () => {
  it('is answered by all, the asker included, each once', async () => {
    const pool = newPool();
    const members = await pool.grow(6);
    answering(members);
    const heard: string[] = [];
    const outcome = await ask(pool, members[0]!, {
      requestAck: true,
      onAck: (from) => heard.push(`ack ${from}`),
      onResponse: ({ from, payload }) => heard.push(`${from}: ${text(payload)}`),
    });
    expect(names(outcome)).toEqual(['n1', 'n2', 'n3', 'n4', 'n5', 'n6']);
    expect([...outcome.acks].sort()).toEqual(['n1', 'n2', 'n3', 'n4', 'n5', 'n6']);
    expect(heard).toContain('n4: I am n4');
    expect(heard).toContain('ack n4');
    expect(heard).toHaveLength(12);
    for (const member of members) expect(told(member)).toEqual(['query who']);
  });

  it('without acknowledgements asked for gets none', async () => {
    const pool = newPool();
    const members = await pool.grow(3);
    answering(members);
    const outcome = await ask(pool, members[0]!);
    expect(outcome.acks).toEqual([]);
    expect(outcome.responses).toHaveLength(3);
  });

  it.each<[string, QueryParams, string[]]>([
    ['names', { filterNodes: ['n2', 'n9'] }, ['n2']],
    ['a tag', { filterTags: { role: '^web' } }, ['n1', 'n2']],
    ['two tags', { filterTags: { role: 'web', n: '2' } }, ['n2']],
    ['a name and a tag', { filterNodes: ['n1', 'n3'], filterTags: { role: 'db' } }, ['n3']],
    ['a tag that nobody has', { filterTags: { zone: 'a' } }, []],
    ['an empty expression', { filterTags: { zone: '' } }, ['n1', 'n2', 'n3']],
    ['an expression that is none', { filterTags: { role: '(' } }, []],
  ])('filtered by %s', async (_, params, expected) => {
    const pool = newPool();
    const roles = ['web-a', 'web-b', 'db'];
    for (const [i, role] of roles.entries()) {
      const member = await pool.add({ tags: { role, n: String(i + 1) } });
      if (i > 0) await pool.join(member, pool.members[0]!);
    }
    await pool.clock.advanceAsync(3000);
    answering(pool.members);
    const outcome = await ask(pool, pool.members[0]!, { ...params, requestAck: true });
    expect(names(outcome)).toEqual(expected);
    expect([...outcome.acks].sort()).toEqual(expected);
  });

  it('ends by default with the time that its pool needs', async () => {
    const pool = newPool();
    const [n1] = await pool.grow(3);
    // 200 ms gossip interval x 16 x ceil(log10(4)).
    expect(n1!.pool.defaultQueryTimeoutMs).toBe(3200);
    const query = n1!.pool.query('who', bytes(''));
    expect(query.deadlineMs).toBe(pool.clock.now() + 3200);
    const outcome = await pool.after(3200, query.finished);
    expect(outcome).toEqual({ acks: [], responses: [] });
  });

  it('can be closed before, and hears nothing then', async () => {
    const pool = newPool();
    const members = await pool.grow(3);
    answering(members);
    const query = members[0]!.pool.query('who', bytes(''));
    query.close();
    expect((await query.finished).responses).toEqual([]);
    await pool.clock.advanceAsync(5000);
    expect(members[0]!.pool.counters.queryUnrequested).toBeGreaterThan(0);
  });

  it('that is open when its node stops ends', async () => {
    const pool = newPool();
    const n1 = await pool.add();
    const query = n1.pool.query('who', bytes(''));
    await n1.pool.stop();
    expect(await query.finished).toEqual({ acks: [], responses: [] });
  });

  it('that is too large is refused', async () => {
    const n1 = await newPool().add();
    expect(() => n1.pool.query('who', new Uint8Array(1100))).toThrow(
      'query exceeds limit of 1024 bytes',
    );
  });
});

describe('an answer', () => {
  async function received(pool: SerfPool): Promise<ReceivedQuery> {
    const [n1, n2] = await pool.grow(2);
    n1!.pool.query('who', bytes('?'), { timeoutMs: 3000, filterNodes: ['n2'] });
    await pool.clock.advanceAsync(1000);
    const event = n2!.events.find(
      (each): each is SerfEvent & { kind: 'query' } => each.kind === 'query',
    );
    return event!.query;
  }

  it('is given once', async () => {
    const query = await received(newPool());
    expect(query).toMatchObject({ name: 'who', sourceNode: 'n1' });
    expect(text(query.payload)).toBe('?');
    query.respond(bytes('a'));
    expect(() => query.respond(bytes('b'))).toThrow('response already sent');
  });

  it('comes in time or not at all', async () => {
    const pool = newPool();
    const query = await received(pool);
    await pool.clock.advanceAsync(3000);
    expect(() => query.respond(bytes('a'))).toThrow('response is past the deadline');
  });

  it('has to fit, and may be tried again shorter', async () => {
    const query = await received(newPool());
    expect(query.fits(new Uint8Array(1100))).toBe(false);
    expect(() => query.respond(new Uint8Array(1100))).toThrow(
      'response exceeds limit of 1024 bytes',
    );
    expect(query.fits(bytes('short'))).toBe(true);
    query.respond(bytes('short'));
  });
});

describe('relays', () => {
  it('bring answers around a broken link, once each', async () => {
    const pool = newPool(3);
    const members = await pool.grow(8);
    answering(members);
    const [n1, n2] = members;
    pool.cut(n1!, n2!);
    const alone = await ask(pool, n1!);
    expect(names(alone)).not.toContain('n2');
    const relayed = await ask(pool, n1!, { relayFactor: 4, requestAck: true });
    expect(names(relayed)).toHaveLength(8);
    expect(relayed.acks).toHaveLength(8);
    expect(n1!.pool.counters.queryDuplicates).toBeGreaterThan(0);
    // Until the network has given up the TCP connections between the two.
    await pool.clock.advanceAsync(15_000);
  });

  it('are not used where there are too few others', async () => {
    const pool = newPool();
    const members = await pool.grow(2);
    answering(members);
    expect(names(await ask(pool, members[0]!, { relayFactor: 5 }))).toEqual(['n1', 'n2']);
    expect(members.map((member) => member.pool.counters.relayed)).toEqual([0, 0]);
  });

  const response = encodeQueryResponse({
    lTime: 1,
    id: 1,
    from: 'n1',
    flags: 0,
    payload: new Uint8Array(0),
  });

  it.each([
    ['a member', [10, 0, 0, 1], 1, 0],
    ['a stranger', [192, 0, 2, 1], 0, 1],
    ['no address', [1, 2], 0, 1],
  ])('towards %s', async (_, ip, relayed, relaysRefused) => {
    const pool = newPool();
    const [n1, n2] = await pool.grow(2);
    const message = encodeRelay({
      ip: new Uint8Array(ip),
      port: 7946,
      name: '',
      message: response,
    });
    n1!.pool.memberlist.sendToAddress(n2!.pool.localMember(), message);
    await pool.clock.advanceAsync(100);
    expect(n2!.pool.counters).toMatchObject({ relayed, relaysRefused });
  });
});

describe('what nobody asked for', () => {
  it('is counted and dropped', async () => {
    const pool = newPool();
    const [n1, n2] = await pool.grow(2);
    const send = (message: Uint8Array): void =>
      n1!.pool.memberlist.sendToAddress(n2!.pool.localMember(), message);
    send(encodeQueryResponse({ lTime: 9, id: 9, from: 'x', flags: 0, payload: new Uint8Array(0) }));
    for (const type of Object.values(MESSAGE_TYPE)) send(new Uint8Array([type, 0xc1]));
    send(new Uint8Array([42]));
    await pool.clock.advanceAsync(100);
    expect(n2!.pool.counters).toMatchObject({ queryUnrequested: 1, malformed: 6, unknownType: 5 });
    expect(told(n2!)).toEqual([]);
  });
});

describe('filters', () => {
  const node = { name: 'n1', tags: { role: 'web' } };
  const tag = (expression: string) => encodeFilter({ kind: 'tag', tag: 'role', expression });

  it('all have to match', () => {
    expect(matchesFilters([], node)).toBe(true);
    expect(matchesFilters([tag('web'), encodeFilter({ kind: 'nodes', nodes: ['n1'] })], node)).toBe(
      true,
    );
    expect(matchesFilters([tag('web'), encodeFilter({ kind: 'nodes', nodes: ['n2'] })], node)).toBe(
      false,
    );
    expect(matchesFilters([new Uint8Array(0)], node)).toBe(false);
  });

  it('cannot stop a node with a crafted expression', () => {
    const tags = { role: `${'a'.repeat(400)}!` };
    const started = performance.now();
    expect(matchesFilters([tag('^(a+)+$')], { name: 'n1', tags })).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
