import { describe, expect, it } from 'vitest';
import type { MemberEvent } from './events.ts';
import { MAX_RECENT_INTENTS } from './limits.ts';
import { MemberTable } from './member-table.ts';
import { decodeTags } from './messages/tags.ts';
import { RecentIntents } from './recent-intents.ts';
import { nodeOf } from './testing/members.ts';

function setUp() {
  const events: MemberEvent[] = [];
  const erased: string[] = [];
  const returns: string[] = [];
  const intents = new RecentIntents();
  const table = new MemberTable({
    decodeTags,
    intents,
    onEvent: (event) => events.push(event),
    onErase: (name) => erased.push(name),
    onReturn: (name, downMs) => returns.push(`${name} ${downMs}`),
  });
  const kinds = (): string[] => events.map(({ kind }) => kind);
  const status = (): string | undefined => table.get('a')?.status;
  return { table, intents, events, kinds, erased, returns, status };
}

const leave = (lTime: number, prune = false) => ({ lTime, node: 'a', prune });
const join = (lTime: number) => ({ lTime, node: 'a' });

describe('coming and going', () => {
  it('who stops answering has failed', () => {
    const { table, kinds, status } = setUp();
    table.joined(nodeOf('a', { role: 'web' }), 0);
    expect(table.get('a')?.tags).toEqual({ role: 'web' });
    table.gone('a', 10);
    expect(status()).toBe('failed');
    expect(kinds()).toEqual(['member-join', 'member-failed']);
  });

  it('who said so before has left', () => {
    const { table, kinds, status } = setUp();
    table.joined(nodeOf('a'), 0);
    expect(table.leaveIntent(leave(5), 1)).toEqual({ rebroadcast: true });
    expect(status()).toBe('leaving');
    table.gone('a', 10);
    expect(status()).toBe('left');
    expect(kinds()).toEqual(['member-join', 'member-leave']);
  });

  it('who comes back is alive, and its time away is known', () => {
    const { table, kinds, returns, status } = setUp();
    table.joined(nodeOf('a'), 0);
    table.gone('a', 10);
    table.joined(nodeOf('a'), 35);
    expect(status()).toBe('alive');
    expect(returns).toEqual(['a 25']);
    expect(kinds()).toEqual(['member-join', 'member-failed', 'member-join']);
  });

  it('updates change tags, not the status', () => {
    const { table, kinds, status } = setUp();
    table.joined(nodeOf('a', { v: '1' }), 0);
    table.leaveIntent(leave(5), 1);
    table.updated(nodeOf('a', { v: '2' }));
    expect(status()).toBe('leaving');
    expect(table.get('a')?.tags).toEqual({ v: '2' });
    expect(kinds()).toEqual(['member-join', 'member-update']);
  });

  it('strangers do not leave and do not change', () => {
    const { table, kinds } = setUp();
    table.gone('a', 0);
    table.updated(nodeOf('a'));
    table.erase('a');
    expect(kinds()).toEqual([]);
  });
});

describe('intents', () => {
  it('older ones change nothing', () => {
    const { table, status } = setUp();
    table.joined(nodeOf('a'), 0);
    expect(table.joinIntent(join(5), 0)).toBe(true);
    expect(table.joinIntent(join(5), 0)).toBe(false);
    expect(table.leaveIntent(leave(5), 0)).toEqual({ rebroadcast: false });
    expect(status()).toBe('alive');
  });

  it('a later join takes a leave back', () => {
    const { table, status } = setUp();
    table.joined(nodeOf('a'), 0);
    table.leaveIntent(leave(5), 0);
    expect(table.joinIntent(join(6), 0)).toBe(true);
    expect(status()).toBe('alive');
  });

  it('a leave of one that has failed is a leave', () => {
    const { table, kinds, status } = setUp();
    table.joined(nodeOf('a'), 0);
    table.gone('a', 1);
    expect(table.leaveIntent(leave(5, true), 2)).toEqual({ rebroadcast: true, prune: 'left' });
    expect(status()).toBe('left');
    expect(kinds()).toEqual(['member-join', 'member-failed', 'member-leave']);
  });

  it('a leave of one that has left goes round once', () => {
    const { table } = setUp();
    table.joined(nodeOf('a'), 0);
    table.leaveIntent(leave(5), 0);
    table.gone('a', 1);
    expect(table.leaveIntent(leave(6), 2)).toEqual({ rebroadcast: true });
    expect(table.leaveIntent(leave(6), 2)).toEqual({ rebroadcast: false });
  });

  it.each([
    ['a leave that came first', 'leave', 'leaving', 5],
    ['a join that came first', 'join', 'alive', 5],
  ] as const)('%s counts when its member comes', (_, kind, expected, lTime) => {
    const { table, status } = setUp();
    const first = kind === 'leave' ? table.leaveIntent(leave(5), 0) : table.joinIntent(join(5), 0);
    expect(first).toEqual(kind === 'leave' ? { rebroadcast: true } : true);
    expect(table.joinIntent(join(4), 0)).toBe(false);
    table.joined(nodeOf('a'), 1);
    expect(status()).toBe(expected);
    expect(table.statusTimes().get('a')).toBe(lTime);
    expect(table.isNews('a', 5)).toBe(false);
    expect(table.isNews('a', 6)).toBe(true);
  });

  it('that wait are bounded in number and time', () => {
    const { intents } = setUp();
    for (let i = 0; i <= MAX_RECENT_INTENTS; i++) intents.upsert(`n${i}`, 'join', 1, i);
    expect(intents.size).toBe(MAX_RECENT_INTENTS);
    expect(intents.of('n0')).toBeUndefined();
    intents.reap(MAX_RECENT_INTENTS + 10, 20);
    expect(intents.size).toBe(11);
  });
});

describe('reaping', () => {
  it('erases whom it is time for, and only the gone', () => {
    const { table, events, erased } = setUp();
    for (const name of ['failed', 'left', 'alive']) table.joined(nodeOf(name), 0);
    table.gone('failed', 10);
    table.leaveIntent({ lTime: 5, node: 'left', prune: false }, 0);
    table.gone('left', 20);
    const timeout = (): number => 100;
    table.reap(110, timeout);
    expect(erased).toEqual([]);
    table.reap(111, timeout);
    expect(erased).toEqual(['failed']);
    table.reap(1e9, timeout);
    expect(erased).toEqual(['failed', 'left']);
    expect(events.at(-1)).toMatchObject({ kind: 'member-reap', members: [{ status: 'left' }] });
    expect(table.list().map(({ name }) => name)).toEqual(['alive']);
  });
});
