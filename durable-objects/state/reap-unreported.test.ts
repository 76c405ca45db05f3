import { beforeEach, describe, expect, it } from 'vitest';
import { REAP_SWEEP_ROWS } from '../../protocol/limits.ts';
import { Alarms } from '../alarms.ts';
import { NO_TIMERS } from '../testing/no-timers.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';
import { VirtualAlarm } from '../testing/virtual-alarm.ts';
import { reapUnreportedTxn, sweepUnreportedTxn } from './reap-unreported.ts';
import { sessionHooks } from './session-invalidation.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let dc: DatacenterFixture;
let alarm: VirtualAlarm;
let alarms: Alarms;

beforeEach(() => {
  dc = new DatacenterFixture();
  alarm = new VirtualAlarm();
  alarms = new Alarms(dc.state, alarm, {
    ...NO_TIMERS,
    'sweep-unreported': sweepUnreportedTxn,
    'reap-unreported': (tx, id) => reapUnreportedTxn(tx, id, sessionHooks),
  });
});

/** Lets the time pass, alarm by alarm. */
async function pass(ms: number): Promise<void> {
  const end = dc.now + ms;
  await alarms.arm();
  while (alarm.at !== null && alarm.at <= end) {
    dc.now = Math.max(dc.now, alarm.at);
    alarm.at = null;
    await alarms.run();
  }
  dc.now = end;
}

const timers = (): unknown[] =>
  dc.storage.sql.exec("SELECT id FROM timers WHERE kind LIKE '%unreported'").toArray();
const policy = (after: string, Kind = 'mesh', Name = 'mesh'): boolean =>
  dc.write('config.apply', {
    entry: { Kind, ...(Kind === 'mesh' ? {} : { Name }), Meta: { 'lictor-reap-after': after } },
  });
const serviceAlone = (Node: string, Service: string, rest = {}): void =>
  dc.register({ Node, Address: '10.0.0.1', Service: { ID: Service, Service }, ...rest });
const there = (): string[] =>
  dc
    .read('catalog.nodes', {})!
    .flatMap(({ Node }) => [
      Node,
      ...(dc.read('catalog.node-services', { node: Node })!.Services ?? []).map(
        ({ ID }) => `${Node}/${ID}`,
      ),
    ]);

describe('without a policy', () => {
  it('nothing goes, nothing is looked for, and no row is spent', async () => {
    serviceAlone('out', 'web');
    expect(dc.rowsWrittenBy(() => serviceAlone('out', 'web'))).toBe(0);
    await pass(1000 * HOUR);
    expect(there()).toEqual(['out', 'out/web']);
    expect(timers()).toEqual([]);
  });
});

describe('with a policy of the datacenter', () => {
  it('an instance that nobody reports for goes, then its node', async () => {
    policy('1h');
    serviceAlone('out', 'web');
    const watcher = dc.watch('health.service', { service: 'web' });
    await pass(59 * MINUTE);
    expect(there()).toEqual(['out', 'out/web']);
    await pass(2 * MINUTE + HOUR / 4);
    expect(there()).toEqual(['out']);
    expect(watcher.take()).toHaveLength(1);
    await pass(2 * HOUR);
    expect(there()).toEqual([]);
  });

  it('whoever registers again in time stays', async () => {
    policy('1h');
    for (let hours = 0; hours < 10; hours++) {
      serviceAlone('out', 'web');
      await pass(50 * MINUTE);
    }
    expect(there()).toEqual(['out', 'out/web']);
  });

  it('what has a check or an agent stays, until it has none', async () => {
    policy('10m');
    serviceAlone('agent', 'web', {
      Check: { CheckID: 'serfHealth', Name: 's', Status: 'critical' },
    });
    serviceAlone('probed', 'web', {
      Check: { CheckID: 'up', Name: 'up', Status: 'passing', ServiceID: 'web' },
    });
    await pass(24 * HOUR);
    expect(there()).toEqual(['agent', 'agent/web', 'probed', 'probed/web']);
    dc.write('catalog.deregister', { Node: 'probed', CheckID: 'up' });
    await pass(HOUR);
    expect(there()).toEqual(['agent', 'agent/web']);
  });

  it('a node with a session stays', async () => {
    policy('10m');
    serviceAlone('out', 'web');
    dc.write('session.create', { Node: 'out', LockDelayMs: 0, NodeChecks: [] });
    await pass(24 * HOUR);
    expect(there()).toEqual(['out']);
  });

  it('a sweep of many takes several runs and misses none', async () => {
    const half = REAP_SWEEP_ROWS / 2;
    for (let i = 0; i < 3 * half; i++) serviceAlone(`n${i % 3}`, `s${i}`);
    policy('10m');
    await pass(9 * MINUTE);
    expect(timers()).toHaveLength(3 * half + 1);
    await pass(2 * MINUTE);
    expect(there()).toEqual(['n0', 'n1', 'n2']);
    await pass(HOUR);
    expect(there()).toEqual([]);
  });
});

describe('with policies of services', () => {
  it('a service has its own or none', async () => {
    policy('10m', 'service-defaults', 'short');
    policy('never', 'service-defaults', 'spared');
    policy('5h');
    for (const service of ['short', 'spared', 'other']) serviceAlone('out', service);
    await pass(HOUR);
    expect(there()).toEqual(['out', 'out/other', 'out/spared']);
    await pass(9 * HOUR);
    expect(there()).toEqual(['out', 'out/spared']);
  });

  it('without one of the datacenter an empty node stays', async () => {
    policy('10m', 'service-defaults', 'web');
    serviceAlone('out', 'web');
    await pass(2 * HOUR);
    expect(there()).toEqual(['out']);
  });

  it('a changed policy begins anew, and a removed one ends it with its alarms', async () => {
    policy('1h', 'service-defaults', 'web');
    serviceAlone('out', 'web');
    await pass(50 * MINUTE);
    policy('3h', 'service-defaults', 'web');
    await pass(170 * MINUTE);
    expect(there()).toEqual(['out', 'out/web']);
    dc.write('config.delete', { kind: 'service-defaults', name: 'web' });
    await pass(24 * HOUR);
    expect(there()).toEqual(['out', 'out/web']);
    expect(timers()).toEqual([]);
  });

  it.each(['', 'soon', '59s', '0', '-1h'])('%j is no policy', (text) => {
    expect(() => policy(text)).toThrow('must be "never" or a duration of at least 1m0s');
    expect(() => policy(text, 'service-defaults', 'web')).toThrow('must be "never"');
  });
});
