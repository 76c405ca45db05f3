import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CheckStatus } from '../../protocol/types/catalog.ts';
import { CheckFactory } from './check-factory.ts';
import { systemClock } from './clock.ts';
import type { AliasSource, AliasState } from './alias-runner.ts';
import type { CheckFactoryOptions } from './check-factory.ts';
import type { CheckResult, TTLCheckRunner } from './check-runner.ts';

const silent = { debug() {}, warn() {} };
const none: AliasSource = { watch: () => () => {} };

function factory(options: Partial<CheckFactoryOptions> = {}): CheckFactory {
  return new CheckFactory({
    environment: {
      docker: { socketPath: '/nowhere' },
      outputMaxBytes: 4096,
    },
    aliases: none,
    clock: systemClock,
    log: silent,
    random: () => 0.5,
    allowLocalScripts: false,
    allowRemoteScripts: false,
    ...options,
  });
}

/** Notifications as `status:output`. */
function recorder(): { seen: string[]; notify: (status: CheckStatus, output: string) => void } {
  const seen: string[] = [];
  return { seen, notify: (status, output) => void seen.push(`${status}:${output}`) };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('periodic checks', () => {
  it('runs first at a random point of the interval, then an interval after each end', async () => {
    const runsAt: number[] = [];
    const start = Date.now();
    const probe = {
      run: async (): Promise<CheckResult> => {
        runsAt.push(Date.now() - start);
        await new Promise((resolve) => setTimeout(resolve, 3000));
        return { status: 'passing', output: 'ok' };
      },
    };
    const { seen, notify } = recorder();
    const runner = factory({ createProbe: () => probe }).createRunner(
      { checkID: 'c', serviceID: '', definition: { TCP: 'x:1', Interval: '10s' } },
      notify,
    );
    runner.start();
    runner.start();
    await vi.advanceTimersByTimeAsync(35_000);
    expect(runsAt).toEqual([5000, 18_000, 31_000]);
    runner.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    // The run that was under way when the runner stopped must not report.
    expect(seen).toEqual(['passing:ok', 'passing:ok', 'passing:ok']);
    expect(runsAt).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('raises a short interval to a second', async () => {
    let runs = 0;
    const probe = { run: async () => (runs++, { status: 'passing', output: '' }) as CheckResult };
    const runner = factory({ createProbe: () => probe, random: () => 0 }).createRunner(
      { checkID: 'c', serviceID: '', definition: { TCP: 'x:1', Interval: '10ms' } },
      () => {},
    );
    runner.start();
    await vi.advanceTimersByTimeAsync(3500);
    runner.stop();
    expect(runs).toBe(4);
  });

  it('is critical when the probe has a defect', async () => {
    const { seen, notify } = recorder();
    const probe = { run: () => Promise.reject(new Error('boom')) };
    const runner = factory({ createProbe: () => probe }).createRunner(
      { checkID: 'c', serviceID: '', definition: { TCP: 'x:1', Interval: '1s' } },
      notify,
    );
    runner.start();
    await vi.advanceTimersByTimeAsync(600);
    runner.stop();
    expect(seen).toEqual(['critical:boom']);
  });

  it.each([
    ['the first result counts at once', { SuccessBeforePassing: 3 }, 'P', ['passing']],
    [
      'failures are held back',
      { FailuresBeforeCritical: 3 },
      'PFFFF',
      ['passing', 'critical', 'critical'],
    ],
    [
      'successes are held back',
      { SuccessBeforePassing: 3 },
      'FPPPP',
      ['critical', 'passing', 'passing'],
    ],
    [
      'a success between starts anew',
      { FailuresBeforeCritical: 2 },
      'PFPFF',
      ['passing', 'passing', 'critical'],
    ],
    [
      'warning comes first',
      { FailuresBeforeWarning: 1, FailuresBeforeCritical: 3 },
      'PFFF',
      ['passing', 'warning', 'warning', 'critical'],
    ],
  ])('thresholds: %s', async (_name, thresholds, results, expected) => {
    const queue = [...results];
    const probe = {
      run: async (): Promise<CheckResult> => ({
        status: queue.shift() === 'P' ? 'passing' : 'critical',
        output: '',
      }),
    };
    const seen: string[] = [];
    const runner = factory({ createProbe: () => probe, random: () => 0 }).createRunner(
      { checkID: 'c', serviceID: '', definition: { TCP: 'x:1', Interval: '1s', ...thresholds } },
      (status) => void seen.push(status),
    );
    runner.start();
    await vi.advanceTimersByTimeAsync((results.length - 1) * 1000 + 500);
    runner.stop();
    expect(seen).toEqual(expected);
  });
});

describe('TTL checks', () => {
  function ttl(notify: (status: CheckStatus, output: string) => void, max = 0): TTLCheckRunner {
    const definition = { TTL: '10s', OutputMaxSize: max };
    return factory().createRunner(
      { checkID: 't', serviceID: '', definition },
      notify,
    ) as TTLCheckRunner;
  }

  it('turns critical after silence, quotes the last report, and recovers', async () => {
    const { seen, notify } = recorder();
    const runner = ttl(notify);
    runner.start();
    await vi.advanceTimersByTimeAsync(9999);
    expect(seen).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(seen).toEqual(['critical:TTL expired']);
    runner.setStatus('passing', 'hello');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seen.slice(1)).toEqual([
      'passing:hello',
      'critical:TTL expired (last output before timeout follows): hello',
    ]);
    runner.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stays with one timer while it is renewed', async () => {
    const { seen, notify } = recorder();
    const runner = ttl(notify);
    runner.start();
    for (let i = 0; i < 8; i++) {
      await vi.advanceTimersByTimeAsync(9000);
      runner.setStatus('passing', `${i}`);
      expect(vi.getTimerCount()).toBe(1);
    }
    expect(seen).toHaveLength(8);
    runner.stop();
    runner.setStatus('critical', 'late');
    expect(vi.getTimerCount()).toBe(0);
    expect(seen).toHaveLength(8);
  });

  it('cuts a long report', () => {
    const { seen, notify } = recorder();
    const runner = ttl(notify, 10);
    runner.start();
    runner.setStatus('passing', 'abcdefghijklmnopqrstuvwxyz');
    runner.stop();
    expect(seen).toEqual(['passing:abcdefghij ... (captured 10 of 26 bytes)']);
  });
});

describe('alias checks', () => {
  const check = (CheckID: string, Status: CheckStatus, ServiceID = 'web') => ({
    CheckID,
    Name: CheckID,
    Status,
    Output: 'why',
    ServiceID,
  });
  it.each<[string, AliasState['checks'], boolean, string]>([
    ['no checks', [], true, 'passing:No checks found.'],
    ['unknown service', [], false, 'critical:Service web could not be found on node '],
    ['all pass', [check('a', 'passing')], true, 'passing:All checks passing.'],
    [
      'a warning',
      [check('a', 'warning'), check('b', 'passing')],
      true,
      'warning:Aliased check "a" failing: why',
    ],
    [
      'the worst',
      [check('a', 'warning'), check('b', 'critical')],
      true,
      'critical:Aliased check "b" failing: why',
    ],
    ['of the node', [check('n', 'critical', '')], true, 'critical:Aliased check "n" failing: why'],
    ['of another service', [check('o', 'critical', 'other')], true, 'passing:No checks found.'],
  ])('%s', async (_name, checks, known, expected) => {
    let push: (state: AliasState) => void = () => {};
    let unwatched = false;
    const aliases: AliasSource = {
      watch(_node, onState) {
        push = onState;
        return () => void (unwatched = true);
      },
    };
    const { seen, notify } = recorder();
    const definition = { AliasService: 'web' };
    const runner = factory({ aliases }).createRunner(
      { checkID: 'al', serviceID: '', definition },
      notify,
    );
    runner.start();
    push({ checks, hasService: () => known });
    push({ checks, hasService: () => known });
    await vi.advanceTimersByTimeAsync(1);
    expect(seen).toEqual([expected]);
    runner.stop();
    expect(unwatched).toBe(true);
  });

  it('of a service here look at the node within a minute, at the service at once', async () => {
    let push: (state: AliasState) => void = () => {};
    const aliases: AliasSource = {
      watch(_node, onState) {
        push = onState;
        return () => {};
      },
    };
    const { seen, notify } = recorder();
    const runner = factory({ aliases }).createRunner(
      { checkID: 'al', serviceID: '', definition: { AliasService: 'web' } },
      notify,
    );
    runner.start();
    const show = (...checks: AliasState['checks']) => push({ checks, hasService: () => true });
    show(check('a', 'passing'));
    await vi.advanceTimersByTimeAsync(1);
    show(check('a', 'passing'), check('n', 'critical', ''));
    await vi.advanceTimersByTimeAsync(59_000);
    expect(seen).toEqual(['passing:All checks passing.']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(seen.at(-1)).toBe('critical:Aliased check "n" failing: why');
    show(check('a', 'warning'));
    await vi.advanceTimersByTimeAsync(1);
    expect(seen.at(-1)).toBe('warning:Aliased check "a" failing: why');
    runner.stop();
  });
});

describe('programs', () => {
  const script = { ScriptArgs: ['x'], Interval: '1s' };
  const remote =
    "Scripts are disabled on this agent from remote calls; to enable, configure 'enable_script_checks' to true";
  const local =
    "Scripts are disabled on this agent; to enable, configure 'enable_script_checks' or 'enable_local_script_checks' to true";
  it.each([
    ['api', false, false, remote],
    ['api', true, false, remote],
    ['api', true, true, null],
    ['config', false, false, local],
    ['config', true, false, null],
    ['config', false, true, null],
  ] as const)(
    'from %s, local %s, remote %s: %s',
    (source, allowLocalScripts, allowRemoteScripts, message) => {
      const attempt = () =>
        factory({ allowLocalScripts, allowRemoteScripts }).authorize(script, source);
      if (message === null) expect(attempt).not.toThrow();
      else expect(attempt).toThrow(message);
    },
  );

  it('concerns programs only', () => {
    expect(() => factory().authorize({ TTL: '1s' }, 'api')).not.toThrow();
  });
});
