import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RPCError } from '../../protocol/errors.ts';
import type { RegisterRequest } from '../../protocol/types/catalog.ts';
import { AntiEntropy } from './anti-entropy.ts';
import { LocalState } from './local-state.ts';
import { Registrar } from './registrar.ts';
import { noStateDirectory } from './state-directory.ts';
import { nextSyncDelayMs, retryDelayMs, scaleFactor } from './sync-interval.ts';
import { nodeRequest } from './sync-round.ts';
import { FakeCatalog, FakeKinds, testClock, testLog, testNode } from './testing.ts';

const API = { source: 'api', token: '' } as const;
const INTERVAL_MS = 300_000;
const SERF_HEALTH = {
  CheckID: 'serfHealth',
  Name: 'Serf Health Status',
  Status: 'passing',
} as const;

function setUp() {
  const state = new LocalState(() => Date.now());
  const kinds = new FakeKinds();
  const catalog = new FakeCatalog();
  const written = { index: 0 };
  const whole: { request: RegisterRequest } = { request: nodeRequest(testNode) };
  const registrar = new Registrar({
    state,
    kinds,
    directory: noStateDirectory,
    node: 'n1',
    now: () => Date.now(),
    log: testLog,
  });
  const antiEntropy = new AntiEntropy({
    state,
    catalog,
    clock: testClock,
    log: testLog,
    random: () => 0.5,
    node: () => testNode,
    nodeToken: () => 'node',
    defaultToken: () => 'agent',
    checkUpdateIntervalMs: () => INTERVAL_MS,
    clusterSize: () => 1,
    kept: { services: ['consul'], checks: ['serfHealth'] },
    wholeNode: () => whole.request,
    lastWritten: () => written.index,
  });
  return { state, kinds, catalog, registrar, antiEntropy, written, whole };
}

let open: AntiEntropy[] = [];
async function started() {
  const parts = setUp();
  open.push(parts.antiEntropy);
  parts.antiEntropy.start();
  await vi.advanceTimersByTimeAsync(0);
  parts.catalog.takeLog();
  return parts;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  for (const antiEntropy of open) antiEntropy.stop();
  open = [];
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('what others write to this node', () => {
  it('is compared within seconds', async () => {
    const { antiEntropy, catalog, registrar } = await started();
    await registrar.registerService({ Name: 'web' }, API);
    await settle();
    catalog.takeLog();
    catalog.services.delete('web');
    antiEntropy.catalogMoved(7);
    antiEntropy.catalogMoved(8);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(catalog.takeLog()).toEqual(['compare', '+ web']);
  });

  it('is not looked for after a write of its own', async () => {
    const { antiEntropy, catalog, written } = await started();
    antiEntropy.catalogMoved(7);
    written.index = 7;
    await vi.advanceTimersByTimeAsync(6_000);
    expect(catalog.takeLog()).toEqual([]);
    antiEntropy.catalogMoved(8);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(catalog.takeLog()).toEqual(['compare']);
  });

  it('brings back a node that was taken away, with its health', async () => {
    const { antiEntropy, catalog, registrar, whole } = await started();
    await registrar.registerService({ Name: 'web' }, API);
    await settle();
    catalog.takeLog();
    whole.request = { ...nodeRequest(testNode), Check: SERF_HEALTH };
    catalog.node = null;
    catalog.services.clear();
    antiEntropy.catalogMoved(9);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(catalog.checks.get('serfHealth')).toMatchObject({ Status: 'passing' });
    expect([...catalog.services.keys()]).toEqual(['web']);
  });

  it('is left alone while it goes on, but not for ever', async () => {
    const { antiEntropy, catalog } = await started();
    for (let second = 0; second < 18; second += 2) {
      antiEntropy.catalogMoved(7 + second);
      await vi.advanceTimersByTimeAsync(2_000);
      expect(catalog.takeLog()).toEqual([]);
    }
    antiEntropy.catalogMoved(50);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(catalog.takeLog()[0]).toBe('compare');
  });

  it('is nothing to one that has stopped', async () => {
    const { antiEntropy } = await started();
    antiEntropy.stop();
    antiEntropy.catalogMoved(9);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('changes', () => {
  it('registers the node first, then a service with its checks in one request', async () => {
    const { registrar, catalog, antiEntropy } = setUp();
    open.push(antiEntropy);
    await registrar.registerService({ Name: 'web', Check: { TTL: '1h', Status: 'passing' } }, API);
    antiEntropy.start();
    await settle();
    expect(catalog.log).toEqual(['compare', '+ node', '+ web service:web=passing']);
    expect(catalog.requests.at(-1)).toMatchObject({ SkipNodeUpdate: true, Node: 'n1', ID: 'id-1' });
  });

  it('sends only the check when only that changes, and nothing when nothing does', async () => {
    const { registrar, catalog, kinds } = await started();
    await registrar.registerService({ Name: 'web', Check: { TCP: 'x:1', Interval: '1s' } }, API);
    await settle();
    catalog.takeLog();
    const { notify } = kinds.runners[0]!;
    notify('passing', 'ok');
    await settle();
    notify('passing', 'ok');
    await settle();
    expect(catalog.takeLog()).toEqual(['+ service:web=passing']);
    notify('critical', 'x');
    notify('passing', 'ok');
    notify('critical', 'y');
    await settle();
    expect(catalog.takeLog()).toEqual(['+ service:web=critical']);
    expect(catalog.checks.get('service:web')!.Output).toBe('y');
  });

  it('defers a changed output, and sends it with a changed state', async () => {
    const { registrar, catalog, kinds } = await started();
    await registrar.registerCheck({ Name: 'c', TCP: 'x:1', Interval: '1s' }, API);
    await settle();
    const { notify } = kinds.runners[0]!;
    notify('passing', 'one');
    await settle();
    catalog.takeLog();
    notify('passing', 'two');
    await vi.advanceTimersByTimeAsync(INTERVAL_MS - 1);
    expect(catalog.takeLog().filter((line) => line !== 'compare')).toEqual([]);
    notify('passing', 'three');
    await vi.advanceTimersByTimeAsync(1);
    expect(catalog.takeLog().filter((line) => line !== 'compare')).toEqual(['+ c=passing']);
    expect(catalog.checks.get('c')!.Output).toBe('three');
    notify('passing', 'four');
    notify('warning', 'five');
    await settle();
    expect(catalog.takeLog()).toEqual(['+ c=warning']);
  });

  it('removes a service with one request for it and its checks', async () => {
    const { registrar, catalog } = await started();
    await registrar.registerService({ Name: 'web', Checks: [{ TTL: '1h' }, { TTL: '1h' }] }, API);
    await settle();
    catalog.takeLog();
    await registrar.deregisterService('web');
    await settle();
    expect(catalog.takeLog()).toEqual(['- web']);
    expect(catalog.checks.size).toBe(0);
  });

  it('removes a check that its service no longer has', async () => {
    const { registrar, catalog } = await started();
    await registrar.registerService({ Name: 'web', Check: { ID: 'a', TTL: '1h' } }, API);
    await settle();
    catalog.takeLog();
    const definition = { Name: 'web', Check: { ID: 'b', TTL: '1h' } };
    await registrar.registerService(definition, { ...API, replaceExistingChecks: true });
    await settle();
    expect(catalog.takeLog()).toEqual(['+ web b=critical', '- a']);
  });

  it('uses the token of the service, and sends checks with another token apart', async () => {
    const { registrar, catalog } = await started();
    const tokens: string[] = [];
    const register = catalog.register.bind(catalog);
    catalog.register = (request, ...rest: unknown[]) => {
      tokens.push(String(rest[0]));
      return register(request);
    };
    const checks = [
      { ID: 'a', TTL: '1h' },
      { ID: 'b', TTL: '1h', Token: 'other' },
    ];
    await registrar.registerService({ Name: 'web', Token: 'mine', Checks: checks }, API);
    await settle();
    expect(catalog.takeLog()).toEqual(['+ web a=critical', '+ b=critical']);
    expect(tokens).toEqual(['mine', 'other']);
  });
});

describe('failures', () => {
  it('loses nothing while the datacenter is away', async () => {
    const { registrar, catalog, antiEntropy } = await started();
    catalog.failure = new RPCError('unavailable', 'no link');
    await registrar.registerService({ Name: 'web' }, API);
    await registrar.registerService({ Name: 'gone' }, API);
    await settle();
    await registrar.deregisterService('gone');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(catalog.services.size).toBe(0);
    catalog.failure = null;
    catalog.takeLog();
    await antiEntropy.resync();
    expect([...catalog.services.keys()]).toEqual(['web']);
  });

  it('after an outage the last state of each check is there, and what went is gone', async () => {
    const { registrar, kinds, catalog, antiEntropy } = await started();
    await registrar.registerService(
      { Name: 'web', Check: { ID: 'alive', TCP: 'x:1', Interval: '1s' } },
      API,
    );
    await registrar.registerService({ Name: 'old' }, API);
    await settle();
    const report = kinds.runners.at(0)!.notify;
    catalog.failure = new RPCError('unavailable', 'no link');
    report('passing', 'up');
    await vi.advanceTimersByTimeAsync(5_000);
    report('critical', 'down');
    await vi.advanceTimersByTimeAsync(5_000);
    report('warning', 'slow');
    await registrar.deregisterService('old');
    // Longer than any retry: none may have been the last.
    await vi.advanceTimersByTimeAsync(600_000);
    expect(catalog.checks.get('alive')).toMatchObject({ Status: 'critical' });
    catalog.failure = null;
    await antiEntropy.resync();
    expect(catalog.checks.get('alive')).toMatchObject({ Status: 'warning', Output: 'slow' });
    expect([...catalog.services.keys()]).toEqual(['web']);
  });

  it('tries again with growing delays', async () => {
    const { registrar, catalog } = await started();
    catalog.refuse = () => new RPCError('overloaded', 'later');
    await registrar.registerService({ Name: 'web' }, API);
    await settle();
    catalog.takeLog();
    const attempts: number[] = [];
    for (let second = 1; second <= 30; second++) {
      await vi.advanceTimersByTimeAsync(1000);
      if (catalog.takeLog().includes('+ web')) attempts.push(second);
    }
    expect(attempts).toEqual([1, 3, 6, 12, 24]);
    catalog.refuse = () => null;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(catalog.services.has('web')).toBe(true);
  });

  it('one refused service does not hold up the others', async () => {
    const { registrar, catalog } = await started();
    catalog.refuse = ({ Service }) =>
      Service?.ID === 'bad' ? new RPCError('forbidden', 'Permission denied') : null;
    await registrar.registerService({ Name: 'bad' }, API);
    await registrar.registerService({ Name: 'good' }, API);
    await settle();
    expect([...catalog.services.keys()]).toEqual(['good']);
    catalog.takeLog();
    // What is forbidden is tried at the next comparison only.
    await vi.advanceTimersByTimeAsync(40_000);
    expect(catalog.takeLog()).toEqual([]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(catalog.takeLog()).toEqual(['compare', '+ bad']);
  });

  it('settle waits for the attempt, not for success', async () => {
    const { registrar, catalog, antiEntropy } = await started();
    let release = (): void => {};
    catalog.register = () => new Promise((resolve) => (release = resolve));
    await registrar.registerService({ Name: 'web' }, API);
    let settled = false;
    const waiting = antiEntropy.settle(1000).then(() => (settled = true));
    await vi.advanceTimersByTimeAsync(999);
    expect(settled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(settled).toBe(true);
    release();
    await waiting;
    await settle();
  });
});

describe('a steady stream of changes', () => {
  it('holds up nobody who waits for an earlier one', async () => {
    const { registrar, catalog, antiEntropy, state } = await started();
    const register = catalog.register.bind(catalog);
    let sent = 0;
    catalog.register = async (request) => {
      await register(request);
      await new Promise((resolve) => setTimeout(resolve, 10));
      // Something new is due whenever a round ends, for half a second.
      if (++sent < 50) state.putService(state.service('web')!);
    };
    await registrar.registerService({ Name: 'web' }, API);
    let settled = false;
    void antiEntropy.settle(1000).then(() => (settled = true));
    await vi.advanceTimersByTimeAsync(25);
    expect(settled).toBe(true);
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent).toBe(50);
  });
});

describe('comparison', () => {
  it.each([
    ['digests', true],
    ['the whole node, where the datacenter makes no digests', false],
  ])('by %s sends what differs, removes what is surplus, keeps what is others’', async (_, can) => {
    const { registrar, catalog, antiEntropy } = await started();
    catalog.makesDigests = can;
    await registrar.registerService({ Name: 'lost', Check: { ID: 'lost-c', TTL: '1h' } }, API);
    await registrar.registerService({ Name: 'changed', Port: 1 }, API);
    await registrar.registerService({ Name: 'same', Tags: ['t'], Meta: { a: 'b' } }, API);
    await settle();
    catalog.services.delete('lost');
    catalog.checks.clear();
    catalog.services.set('changed', { ...catalog.services.get('changed')!, Port: 99 });
    for (const id of ['surplus', 'consul']) {
      catalog.services.set(id, { ...catalog.services.get('same')!, ID: id, Service: id });
    }
    const check = { Node: 'n1', Name: '', Status: 'passing', ServiceID: '' } as never as object;
    for (const id of ['serfHealth', 'stray']) {
      catalog.checks.set(id, { ...check, CheckID: id } as never);
    }
    const ofSurplus = { ...check, CheckID: 'of-surplus', ServiceID: 'surplus' };
    catalog.checks.set('of-surplus', ofSurplus as never);
    catalog.takeLog();
    await antiEntropy.resync();
    expect(catalog.takeLog().toSorted()).toEqual(
      ['compare', '+ changed', '+ lost lost-c=critical', '- stray', '- surplus'].toSorted(),
    );
    expect(catalog.readEntries.includes('same')).toBe(!can);
    catalog.readEntries.length = 0;
    await antiEntropy.resync();
    expect(catalog.takeLog()).toEqual(['compare']);
    expect(catalog.readEntries.length > 0).toBe(!can);
  });

  it('takes over overridden tags and only those', async () => {
    const { registrar, catalog, antiEntropy, state } = await started();
    await registrar.registerService({ Name: 'o', Tags: ['mine'], EnableTagOverride: true }, API);
    await registrar.registerService({ Name: 'f', Tags: ['mine'] }, API);
    await settle();
    for (const id of ['o', 'f']) {
      catalog.services.set(id, { ...catalog.services.get(id)!, Tags: ['theirs'] });
    }
    catalog.takeLog();
    await antiEntropy.resync();
    expect(catalog.takeLog()).toEqual(['compare', '+ f']);
    expect(state.service('o')!.service.Tags).toEqual(['theirs']);
    expect(state.service('f')!.service.Tags).toEqual(['mine']);
  });

  it('passes over the virtual address that the catalog adds', async () => {
    const { registrar, catalog, antiEntropy } = await started();
    await registrar.registerService({ Name: 'n', Port: 1, Connect: { Native: true } }, API);
    await settle();
    const virtual = {
      'consul-virtual': { Address: '240.0.0.1', Port: 1 },
      'consul-virtual:billing': { Address: '240.0.0.2', Port: 0 },
    };
    catalog.services.set('n', { ...catalog.services.get('n')!, TaggedAddresses: virtual });
    catalog.takeLog();
    await antiEntropy.resync();
    expect(catalog.takeLog()).toEqual(['compare']);
  });

  it('registers a changed node', async () => {
    const { catalog, antiEntropy } = await started();
    catalog.node = { ...catalog.node!, Meta: { a: 'b' } };
    await antiEntropy.resync();
    expect(catalog.takeLog()).toEqual(['compare', '+ node']);
  });

  it('comes about every minute', async () => {
    const { catalog } = await started();
    await vi.advanceTimersByTimeAsync(180_000);
    expect(catalog.takeLog()).toEqual(['compare', 'compare', 'compare']);
  });

  it.each([
    [1, 1],
    [128, 1],
    [129, 2],
    [256, 2],
    [512, 3],
    [10_000, 8],
  ])('%i nodes scale the interval by %i', (nodes, factor) => {
    expect(scaleFactor(nodes)).toBe(factor);
    expect(nextSyncDelayMs(nodes, 0)).toBe(45_000 * factor);
    expect(nextSyncDelayMs(nodes, 1)).toBe(75_000 * factor);
  });

  it('bounds the retry delay', () => {
    expect(retryDelayMs(0, 0)).toBe(500);
    expect(retryDelayMs(1000, 1)).toBe(30_000);
  });
});
