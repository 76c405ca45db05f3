import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NodeReport } from '../../../protocol/methods.ts';
import type { MemberEventKind } from '../../gossip/serf/events.ts';
import type { Member } from '../../gossip/serf/member.ts';
import { MemberReporter } from './member-reporter.ts';

const versions = {
  protocolMin: 1,
  protocolMax: 5,
  protocolCurrent: 2,
  delegateMin: 2,
  delegateMax: 5,
  delegateCurrent: 4,
};
const member = (name: string, tags: Member['tags'] = { lictor: '1' }): Member => ({
  name,
  address: '127.0.0.1',
  port: 1,
  tags,
  status: 'alive',
  versions,
});

let reports: string[];
let isLinked: boolean;
/** Words that the datacenter does not take. */
let refused: string[];
let warnings: string[];
let attempts: number;
let hostsDatacenter: boolean;
let members: Member[];
let reporters: MemberReporter[];

function create(nodeName: string): MemberReporter {
  const reporter = new MemberReporter({
    nodeName,
    members: () => members,
    report: async (node: string, status: NodeReport) => {
      if (!isLinked) throw new Error('the link is down');
      attempts++;
      if (refused.includes(`${node} ${status}`)) throw new Error('Permission denied');
      reports.push(`${nodeName}: ${node} ${status}`);
    },
    hostsDatacenter,
    log: { info: () => {}, warn: (text) => warnings.push(text) },
  });
  reporters.push(reporter);
  return reporter;
}

beforeEach(() => {
  vi.useFakeTimers();
  [reports, reporters, isLinked, hostsDatacenter] = [[], [], true, false];
  [refused, warnings, attempts] = [[], [], 0];
  members = [member('a'), member('b')];
});
afterEach(() => {
  for (const reporter of reporters) reporter.stop();
  vi.useRealTimers();
});

const event = (kind: MemberEventKind, ...names: string[]) => ({
  kind,
  members: names.map((name) => member(name)),
});

describe('what is reported', () => {
  it.each<[MemberEventKind, string[]]>([
    ['member-join', ['a: b alive']],
    ['member-failed', ['a: b failed']],
    ['member-leave', ['a: b left']],
    ['member-reap', ['a: b left']],
    ['member-update', []],
  ])('%s', async (kind, expected) => {
    create('a').handle(event(kind, 'b', 'a'));
    await vi.advanceTimersByTimeAsync(0);
    expect(reports).toEqual(expected);
  });

  it('waits for the link, and says the last word only', async () => {
    isLinked = false;
    const reporter = create('a');
    reporter.handle(event('member-failed', 'b'));
    await vi.advanceTimersByTimeAsync(0);
    reporter.handle(event('member-join', 'b'));
    await vi.advanceTimersByTimeAsync(0);
    isLinked = true;
    await vi.advanceTimersByTimeAsync(2000);
    expect(reports).toEqual(['a: b alive']);
  });
});

describe('what is refused', () => {
  it('is said again ever more seldom, and complained of once', async () => {
    refused = ['b failed'];
    create('a').handle(event('member-failed', 'b'));
    await vi.advanceTimersByTimeAsync(3_600_000);
    // 2, 4, 8 ... 256 s, then every five minutes.
    expect(attempts).toBeLessThan(25);
    expect(attempts).toBeGreaterThan(15);
    expect(warnings).toEqual([
      'cannot report b as failed: Permission denied; trying again in 2 s, then more seldom',
    ]);
  });

  it('is said at once with the next link', async () => {
    refused = ['b failed'];
    const reporter = create('a');
    reporter.handle(event('member-failed', 'b'));
    await vi.advanceTimersByTimeAsync(600_000);
    refused = [];
    reporter.linkConnected();
    await vi.advanceTimersByTimeAsync(0);
    expect(reports).toEqual(['a: b failed']);
  });

  it('keeps no word on another member back', async () => {
    members = [...members, member('c')];
    refused = ['b failed'];
    create('a').handle(event('member-failed', 'b', 'c'));
    await vi.advanceTimersByTimeAsync(0);
    expect(reports).toEqual(['a: c failed']);
  });
});

describe('who reports', () => {
  it('three of many, the same by all their reckoning', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `n${i}`);
    members = [...names.map((name) => member(name)), member('serf', { role: 'web' })];
    for (const name of [...names, 'serf']) create(name).handle(event('member-failed', 'n7'));
    await vi.advanceTimersByTimeAsync(0);
    expect(reports).toHaveLength(3);
    expect(reports.some((report) => report.startsWith('n7:') || report.startsWith('serf:'))).toBe(
      false,
    );
  });

  it('others for other members, so that the work is spread', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `n${i}`);
    members = names.map((name) => member(name));
    for (const name of names) create(name).handle(event('member-failed', ...names.slice(0, 20)));
    await vi.advanceTimersByTimeAsync(0);
    const reporting = new Set(reports.map((report) => report.split(':')[0]));
    expect(reporting.size).toBeGreaterThan(15);
  });
});

describe('of itself', () => {
  const alone = (): void => void (members = [member('a'), member('serf', { role: 'web' })]);

  it('an agent says that nobody watches it, once it has had the time to join, and after each new link', async () => {
    alone();
    const reporter = create('a');
    reporter.linkConnected();
    await vi.advanceTimersByTimeAsync(9_999);
    expect(reports).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(reports).toEqual(['a: a unwatched']);
    reporter.linkConnected();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(reports).toHaveLength(2);
  });

  it('it says nothing where others see it, and takes its word back when one comes', async () => {
    const reporter = create('a');
    reporter.linkConnected();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(reports).toEqual([]);
    alone();
    reporter.handle(event('member-update', 'b'));
    reporter.handle(event('member-failed', 'b'));
    await vi.advanceTimersByTimeAsync(10_000);
    members = [member('a'), member('b')];
    reporter.handle(event('member-join', 'b'));
    await vi.advanceTimersByTimeAsync(0);
    expect(reports).toEqual(['a: b failed', 'a: a unwatched', 'a: b alive', 'a: a alive']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('it is silent where the datacenter runs on the same host', async () => {
    alone();
    hostsDatacenter = true;
    create('a').linkConnected();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(reports).toEqual([]);
  });
});
