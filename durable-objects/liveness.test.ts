/** Links, gossip and pings together: who stays, who fails, and when. Over the real alarm, on a virtual clock. */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  ACCUSED_WAIT_MS,
  HEARTBEAT_CHECK_MS,
  LINK_ASK_MS,
  LINK_GRACE_MS,
  LINK_SILENT_MS,
  MAX_DOUBTS,
  MAX_EARLY_DOUBTS,
  UNREACHABLE_WAIT_MS,
  VOUCH_RENEW_MS,
  VOUCH_WAIT_MS,
} from '../protocol/limits.ts';
import type { NodeReport } from '../protocol/methods.ts';
import type { HealthCheck } from '../protocol/types/catalog.ts';
import type { LivenessStatus } from '../protocol/types/liveness.ts';
import { Alarms } from './alarms.ts';
import type { Links } from './link/links.ts';
import { Liveness } from './liveness.ts';
import type { LinkState, LivenessSettings } from './state/node-health.ts';
import { setTimerTxn } from './state/timers.ts';
import { DatacenterFixture, type WatchedForTest } from './testing/datacenter-fixture.ts';
import { NO_TIMERS } from './testing/no-timers.ts';
import { VirtualAlarm } from './testing/virtual-alarm.ts';

let dc: DatacenterFixture;
let liveness: Liveness;
let alarm: VirtualAlarm;
let alarms: Alarms;
let links: Map<string, LinkState>;
let asked: WatchedForTest;

const stateOf = (node: string): LinkState => links.get(node.toLowerCase()) ?? 'none';

function create(settings: Partial<LivenessSettings> = {}): void {
  dc = new DatacenterFixture({ linkOf: stateOf, liveness: settings });
  links = new Map();
  const fake: Pick<Links, 'stateOf' | 'has' | 'ids'> = {
    stateOf,
    has: (node) => stateOf(node) !== 'none',
    ids: () => new Set(['open']),
  };
  liveness = new Liveness(dc.state, () => fake as Links);
  alarm = new VirtualAlarm();
  alarms = new Alarms(dc.state, alarm, { ...NO_TIMERS, ...liveness.timers });
  asked = dc.watch('liveness.status', {});
}

beforeEach(() => create());

function join(...nodes: string[]): void {
  for (const Node of nodes) {
    const Check: Partial<HealthCheck> = {
      CheckID: 'serfHealth',
      Name: 'Serf Health Status',
      Status: 'passing',
    };
    dc.write('catalog.register', {
      ID: '',
      Node,
      Address: '10.0.0.1',
      Check: Check as HealthCheck,
    });
    open(Node);
  }
}

function open(node: string): void {
  links.set(node, 'live');
  liveness.linkOpened(node);
}

function close(node: string): void {
  links.delete(node);
  liveness.linkClosed(node);
}

/** Time goes by, with every alarm in it. */
async function pass(ms: number): Promise<void> {
  const end = dc.now + ms;
  for (;;) {
    await alarms.arm();
    if (alarm.at === null || alarm.at > end) break;
    dc.now = Math.max(dc.now, alarm.at);
    alarm.at = null;
    await alarms.run();
  }
  dc.now = end;
}

/** Of liveness: the change log has one of its own. */
const pendingTimers = (): string[] =>
  dc.storage.sql
    .exec<{ kind: string }>("SELECT kind FROM timers WHERE kind <> 'trim-log'")
    .toArray()
    .map(({ kind }) => kind);
const report = (node: string, status: NodeReport): unknown =>
  dc.write('node.report', { node, status });
const status = (): LivenessStatus => dc.read('liveness.status', {})!;
const health = (node: string): string =>
  dc.read('health.node', { node })?.find(({ CheckID }) => CheckID === 'serfHealth')?.Status ??
  'gone';
const critical = (): string[] =>
  (dc.read('health.state', { state: 'critical' }) ?? []).map(({ Node }) => Node);

describe('a link that closes', () => {
  beforeEach(() => join('n1', 'n2'));

  it('and comes back at once is nobody else’s business', async () => {
    close('n1');
    await pass(LINK_ASK_MS - 1);
    open('n1');
    await pass(2 * LINK_GRACE_MS);
    expect(health('n1')).toBe('passing');
    expect(asked.take()).toEqual([]);
    expect(pendingTimers()).toEqual([]);
  });

  it('makes members be asked, and fails the node after the grace when none knows', async () => {
    close('n1');
    await pass(LINK_ASK_MS);
    expect(asked.take()).toHaveLength(1);
    expect(status().Doubted).toEqual(['n1']);
    await pass(LINK_GRACE_MS - LINK_ASK_MS - 1);
    expect(health('n1')).toBe('passing');
    await pass(1);
    expect(health('n1')).toBe('critical');
    expect(status().Doubted).toEqual([]);
    // What is settled leaves the list, but wakes nobody.
    expect(asked.take()).toEqual([]);
  });

  it('fails nobody for as long as a member vouches', async () => {
    close('n1');
    for (let round = 0; round < 5; round++) {
      await pass(round === 0 ? LINK_ASK_MS : VOUCH_RENEW_MS);
      expect(status().Doubted).toEqual(['n1']);
      report('n1', 'alive');
      expect(status().Doubted).toEqual([]);
    }
    expect(health('n1')).toBe('passing');
    await pass(VOUCH_RENEW_MS + VOUCH_WAIT_MS);
    expect(health('n1')).toBe('critical');
  });

  it('and pings that nobody answers fail the node within seconds', async () => {
    close('n1');
    await pass(LINK_ASK_MS);
    report('n1', 'unreachable');
    await pass(UNREACHABLE_WAIT_MS - 1);
    expect(health('n1')).toBe('passing');
    await pass(1);
    expect(health('n1')).toBe('critical');
    open('n1');
    expect(health('n1')).toBe('passing');
  });

  it('and one member that cannot reach it counts for nothing when another can', async () => {
    close('n1');
    await pass(LINK_ASK_MS);
    report('n1', 'unreachable');
    report('n1', 'alive');
    await pass(LINK_GRACE_MS);
    expect(health('n1')).toBe('passing');
  });

  it('is forgotten when the node has left meanwhile', async () => {
    close('n1');
    report('n1', 'left');
    await pass(2 * LINK_GRACE_MS);
    expect(health('n1')).toBe('gone');
    expect(pendingTimers()).toEqual([]);
  });
});

it('unreachable means nothing while the link lives, or before anybody asked', async () => {
  join('n1');
  report('n1', 'unreachable');
  links.delete('n1');
  report('n1', 'unreachable');
  await pass(2 * LINK_GRACE_MS);
  expect(health('n1')).toBe('passing');
});

describe('many links that close at once', () => {
  const nodes = Array.from({ length: 100 }, (_, at) => `n${String(at).padStart(3, '0')}`);
  beforeEach(() => join(...nodes));

  it('make nobody be asked before the grace is nearly over, then not about all together', async () => {
    for (const node of nodes) close(node);
    await pass(LINK_ASK_MS);
    expect(status().Doubted.length).toBeLessThanOrEqual(MAX_EARLY_DOUBTS);
    const early = new Set(status().Doubted);
    for (const node of nodes) if (!early.has(node)) open(node);
    for (const node of early) report(node, 'alive');
    await pass(LINK_GRACE_MS);
    expect(critical()).toEqual([]);
  });

  it('never make the list longer than its limit', async () => {
    for (const node of nodes) close(node);
    for (let second = 0; second < 60; second++) {
      await pass(1000);
      expect(status().Doubted.length).toBeLessThanOrEqual(MAX_DOUBTS);
    }
    expect(critical()).toHaveLength(nodes.length);
  });
});

describe('gossip says dead', () => {
  beforeEach(() => join('n1', 'n2'));

  it('of a node without a link: it is', () => {
    close('n1');
    report('n1', 'failed');
    expect(health('n1')).toBe('critical');
  });

  it('of a node whose agent answers over its link: it is not, but its keepalives are looked at', async () => {
    report('n1', 'failed');
    expect(status().Doubted).toEqual(['n1']);
    report('n1', 'linked');
    expect(status().Doubted).toEqual([]);
    await pass(LINK_SILENT_MS + 3 * HEARTBEAT_CHECK_MS);
    expect(health('n1')).toBe('passing');
    links.set('n1', 'silent');
    await pass(HEARTBEAT_CHECK_MS + VOUCH_WAIT_MS);
    expect(health('n1')).toBe('critical');
  });

  it('of a node whose link only looks alive: it is, once its agent has not answered', async () => {
    report('n1', 'failed');
    await pass(ACCUSED_WAIT_MS - 1);
    expect(health('n1')).toBe('passing');
    await pass(1);
    expect(health('n1')).toBe('critical');
    expect(pendingTimers()).toEqual([]);
  });

  it('and takes it back: nobody is asked any more', async () => {
    report('n1', 'failed');
    report('n1', 'alive');
    await pass(LINK_SILENT_MS);
    expect(health('n1')).toBe('passing');
    expect(pendingTimers()).toEqual([]);
  });

  it('of more nodes than can be asked: their keepalives decide', async () => {
    const many = Array.from({ length: MAX_DOUBTS + 2 }, (_, at) => `m${at}`);
    join(...many);
    for (const node of many) report(node, 'failed');
    for (const node of many.slice(0, MAX_DOUBTS)) report(node, 'linked');
    await pass(LINK_SILENT_MS);
    expect(critical()).toEqual([]);
  });
});

describe('a host that no member watches', () => {
  beforeEach(() => {
    join('n1');
    report('n1', 'unwatched');
  });

  it('is found by the age of its keepalives', async () => {
    await pass(5 * HEARTBEAT_CHECK_MS);
    expect(health('n1')).toBe('passing');
    links.set('n1', 'silent');
    await pass(HEARTBEAT_CHECK_MS + VOUCH_WAIT_MS);
    expect(health('n1')).toBe('critical');
  });

  it('is still looked at after its link was closed and opened', async () => {
    close('n1');
    await pass(HEARTBEAT_CHECK_MS);
    open('n1');
    links.set('n1', 'silent');
    await pass(HEARTBEAT_CHECK_MS + VOUCH_WAIT_MS);
    expect(health('n1')).toBe('critical');
  });

  it('needs no alarm any more once a member sees it', async () => {
    report('n1', 'alive');
    await pass(HEARTBEAT_CHECK_MS);
    expect(pendingTimers()).toEqual([]);
  });

  it('needs none when that is turned off', async () => {
    create({ heartbeatMs: null });
    join('n1');
    report('n1', 'unwatched');
    await pass(1);
    expect(pendingTimers()).toEqual([]);
  });
});

const LINKS = [
  ['n1', 'lost-1'],
  ['n2', 'lost-2'],
  ['n3', 'open'],
  ['', 'relay'],
] as const;

it('links that an earlier run of the object had are asked after once the grace is over', async () => {
  join('n1', 'n2', 'n3');
  for (const [node, id] of LINKS) {
    const owner = id === 'relay' ? 'relay:' : `id-of-${node}`;
    dc.storage.sql.exec('INSERT INTO links VALUES (?, ?, ?)', id, owner, '[]');
    dc.storage.sql.exec('UPDATE nodes SET id = ? WHERE key = ?', owner, node);
  }
  links.clear();
  links.set('n3', 'live');
  liveness.noteLostLinks();
  await pass(LINK_GRACE_MS - 1);
  expect(status().Doubted).toEqual([]);
  links.set('n2', 'live');
  await pass(1 + VOUCH_WAIT_MS);
  expect(critical()).toEqual(['n1']);
  const rows = dc.storage.sql.exec<{ id: string }>('SELECT id FROM links ORDER BY id').toArray();
  expect(rows.map(({ id }) => id)).toEqual(['open', 'relay']);
});

describe('the brake on mass failures', () => {
  const SETTINGS = { massFailure: { share: 0.3, windowMs: 60_000 } };
  const nodes = Array.from({ length: 10 }, (_, at) => `n${at}`);
  const fail = (...names: string[]): void => {
    for (const node of names) {
      links.delete(node);
      report(node, 'failed');
    }
  };

  beforeEach(() => {
    create(SETTINGS);
    join(...nodes);
    dc.write('catalog.register', {
      Node: 'n3',
      Address: '10.0.0.1',
      SkipNodeUpdate: true,
      Service: { Service: 'web', ID: 'web', Port: 80 },
    });
    asked.take();
  });

  it('is off unless configured', () => {
    create();
    join(...nodes);
    fail(...nodes);
    expect(critical()).toHaveLength(10);
    expect(status().Brake).toBeNull();
  });

  it('lets a share fail, and holds the others', () => {
    const why = dc.watch('health.why', { service: 'web' });
    fail('n0', 'n1', 'n2');
    expect(why.take()).toEqual([]);
    expect(status().Brake).toEqual({ Engaged: false, Share: 0.3, WindowMs: 60_000, Held: [] });
    fail('n3', 'n4');
    expect(critical()).toEqual(['n0', 'n1', 'n2']);
    expect(status().Brake).toMatchObject({ Engaged: true, Held: ['n3', 'n4'] });
    expect(asked.take()).not.toEqual([]);
    expect(why.take()).toHaveLength(1);
    expect(dc.read('health.why', { service: 'web' })).toMatchObject({
      Instances: [{ Passing: true, Reasons: [{ Code: 'agent-held' }] }],
    });
  });

  it('counts only what failed within the window', async () => {
    for (const node of nodes) {
      fail(node);
      await pass(SETTINGS.massFailure.windowMs / 2);
    }
    expect(critical()).toHaveLength(10);
  });

  it('goes on while nodes are held, and ends by itself when the last is back or gone', async () => {
    fail(...nodes.slice(0, 6));
    await pass(5 * SETTINGS.massFailure.windowMs);
    fail('n6');
    expect(status().Brake?.Held).toEqual(['n3', 'n4', 'n5', 'n6']);
    for (const node of ['n3', 'n4']) open(node);
    report('n5', 'alive');
    report('n6', 'left');
    await pass(SETTINGS.massFailure.windowMs);
    expect(status().Brake).toMatchObject({ Engaged: false, Held: [] });
    fail('n7');
    expect(health('n7')).toBe('critical');
  });

  it('ends by an operator’s word, which marks what it held', () => {
    fail(...nodes.slice(0, 6));
    expect(dc.write('liveness.release', {})).toBe(3);
    expect(critical()).toEqual(nodes.slice(0, 6));
    expect(status().Brake?.Engaged).toBe(false);
    expect(dc.write('liveness.release', {})).toBe(0);
  });

  it('never keeps a single failure, however few nodes there are', () => {
    create(SETTINGS);
    join('n1', 'n2');
    fail('n1');
    expect(health('n1')).toBe('critical');
    fail('n2');
    expect(health('n2')).toBe('passing');
  });

  it('counts agents that come and go in between', () => {
    fail('n0');
    join(...Array.from({ length: 10 }, (_, at) => `m${at}`));
    fail('m0', 'm1', 'm2', 'm3', 'm4', 'm5');
    // 6 of 20 by now.
    expect(critical()).toHaveLength(6);
    for (const node of nodes) report(node, 'left');
    expect(status().Brake?.Engaged).toBe(true);
  });

  it('counts a node once that fails again within the window', async () => {
    for (let time = 0; time < 5; time++) {
      fail('n0');
      open('n0');
    }
    fail('n1', 'n2');
    expect(critical()).toEqual(['n1', 'n2']);
    await pass(SETTINGS.massFailure.windowMs);
    fail('n4', 'n5', 'n6');
    expect(status().Brake?.Engaged).toBe(false);
  });

  it('does not count who has failed before', () => {
    fail('n0', 'n1', 'n2');
    fail('n0', 'n1', 'n2');
    expect(status().Brake?.Engaged).toBe(false);
  });
});

it('a doubt is billed a row for its timer, its record and its topic, and one when it is settled', async () => {
  join('n1');
  close('n1');
  await alarms.arm();
  dc.now += LINK_ASK_MS;
  // The fourth is the timer of the closed link, which goes.
  expect(dc.rowsWrittenBy(() => void alarms.run())).toBe(4);
  expect(dc.rowsWrittenBy(() => liveness.linkOpened('n1'))).toBe(1);
});

it('a link of a node that the catalog does not have makes nobody be asked', async () => {
  const before = dc.lastIndex;
  open('s2.dc2');
  close('s2.dc2');
  await pass(2 * LINK_GRACE_MS);
  expect(asked.take()).toEqual([]);
  expect(dc.lastIndex).toBe(before);
});

it('timers of nodes that nobody knows end', async () => {
  dc.state.batch(() =>
    dc.state.writer.write('test', (tx) => {
      for (const kind of ['link-closed', 'link-grace', 'vouch', 'accused', 'heartbeat'] as const)
        setTimerTxn(tx, kind, 'ghost', tx.now);
    }),
  );
  await pass(2 * LINK_GRACE_MS);
  expect(pendingTimers()).toEqual([]);
  expect(dc.read('health.node', { node: 'ghost' })).toEqual([]);
});
