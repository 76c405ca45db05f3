import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import type { MemberEventKind, SerfEvent } from '../events.ts';
import { memberOf } from '../testing/members.ts';
import { Coalescer } from './coalescer.ts';
import type { Gatherer } from './coalescer.ts';
import { MemberEventGatherer } from './member-events.ts';
import { UserEventGatherer } from './user-events.ts';

const member = (kind: MemberEventKind, name: string): SerfEvent => ({
  kind,
  members: [memberOf(name)],
});
const user = (name: string, lTime: number, payload = '', coalesce = true): SerfEvent => ({
  kind: 'user',
  name,
  lTime,
  payload: Buffer.from(payload),
  coalesce,
});

/** Kinds with names, one a delivered event. */
const told = (event: SerfEvent): string => {
  if (event.kind === 'user') return `${event.name}@${event.lTime} ${String(event.payload)}`.trim();
  if (event.kind === 'query') return event.query.name;
  return `${event.kind} ${event.members.map(({ name }) => name).join(',')}`;
};

function setUp(gatherer: Gatherer) {
  const clock = new VirtualClock();
  const seen: string[] = [];
  const periods = { coalescePeriodMs: 3000, quiescentPeriodMs: 1000 };
  const coalescer = new Coalescer(clock, periods, gatherer, (event) => seen.push(told(event)));
  return { clock, coalescer, seen };
}

describe('a burst ends', () => {
  it('when it has been quiet', () => {
    const { clock, coalescer, seen } = setUp(new MemberEventGatherer());
    coalescer.push(member('member-join', 'a'));
    clock.advance(900);
    coalescer.push(member('member-join', 'b'));
    clock.advance(999);
    expect(seen).toEqual([]);
    clock.advance(1);
    expect(seen).toEqual(['member-join a,b']);
    expect(clock.pending).toBe(0);
  });

  it('when it has lasted long enough', () => {
    const { clock, coalescer, seen } = setUp(new MemberEventGatherer());
    for (let i = 0; i < 4; i++) {
      coalescer.push(member('member-join', `n${i}`));
      clock.advance(900);
    }
    expect(seen).toEqual(['member-join n0,n1,n2,n3']);
  });

  it('with a flush, which leaves no timer', () => {
    const { clock, coalescer, seen } = setUp(new UserEventGatherer());
    coalescer.push(user('deploy', 1));
    coalescer.flush();
    expect(seen).toEqual(['deploy@1']);
    expect(clock.pending).toBe(0);
  });
});

describe('member events', () => {
  it.each([
    ['only the last of a member counts', ['join a', 'leave a'], ['member-leave a']],
    [
      'one event of each kind',
      ['join a', 'join b', 'failed c'],
      ['member-join a,b', 'member-failed c'],
    ],
    ['updates are always told', ['update a'], ['member-update a']],
  ])('%s', (_, pushes, expected) => {
    const { coalescer, seen } = setUp(new MemberEventGatherer());
    for (const push of pushes) {
      const [kind, name = ''] = push.split(' ');
      coalescer.push(member(`member-${kind}` as MemberEventKind, name));
    }
    coalescer.flush();
    expect(seen).toEqual(expected);
  });

  it('what was told already is not told again', () => {
    const { coalescer, seen } = setUp(new MemberEventGatherer());
    coalescer.push(member('member-join', 'a'));
    coalescer.flush();
    coalescer.push(member('member-failed', 'a'));
    coalescer.push(member('member-join', 'a'));
    coalescer.flush();
    expect(seen).toEqual(['member-join a']);
    coalescer.push(member('member-reap', 'a'));
    coalescer.flush();
    coalescer.push(member('member-reap', 'a'));
    coalescer.flush();
    expect(seen).toEqual(['member-join a', 'member-reap a', 'member-reap a']);
  });

  it('user events pass at once', () => {
    const { coalescer, seen } = setUp(new MemberEventGatherer());
    coalescer.push(user('deploy', 1));
    expect(seen).toEqual(['deploy@1']);
  });
});

describe('user events', () => {
  it('of one name only those of the latest time', () => {
    const { coalescer, seen } = setUp(new UserEventGatherer());
    for (const event of [
      user('deploy', 2, 'x'),
      user('deploy', 1),
      user('deploy', 2, 'y'),
      user('restart', 1),
      user('deploy', 3, 'z'),
      user('deploy', 3, 'w'),
    ]) {
      coalescer.push(event);
    }
    coalescer.flush();
    expect(seen).toEqual(['deploy@3 z', 'deploy@3 w', 'restart@1']);
  });

  it('that may not be gathered pass at once, as do members', () => {
    const { coalescer, seen } = setUp(new UserEventGatherer());
    coalescer.push(user('a', 1, '', false));
    coalescer.push(member('member-join', 'n'));
    expect(seen).toEqual(['a@1', 'member-join n']);
  });
});
