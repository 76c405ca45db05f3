import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listenForSignals } from './signals.ts';

let source: EventEmitter;
let ends: number[];
let calls: string[];
let leave: () => Promise<void>;
let stopListening: () => void;

function start(config: { skipLeaveOnInterrupt?: boolean; leaveOnTerminate?: boolean } = {}): void {
  const note = (text: string): void => void calls.push(text);
  const agent = {
    config: { skipLeaveOnInterrupt: false, leaveOnTerminate: false, ...config },
    leave: () => {
      calls.push('leave');
      return leave();
    },
    reload: async () => void calls.push('reload'),
  };
  const log = { info: note, warn: note, error: note };
  stopListening = listenForSignals(source, agent, log, { notify: note }, (code) => ends.push(code));
}

beforeEach(() => {
  vi.useFakeTimers();
  source = new EventEmitter();
  ends = [];
  calls = [];
  leave = () => Promise.resolve();
});
afterEach(() => vi.useRealTimers());

describe('an ending signal', () => {
  it.each([
    ['SIGINT', { skipLeaveOnInterrupt: false }, true],
    ['SIGINT', { skipLeaveOnInterrupt: true, leaveOnTerminate: true }, false],
    ['SIGTERM', { leaveOnTerminate: true, skipLeaveOnInterrupt: true }, true],
    ['SIGTERM', { leaveOnTerminate: false }, false],
  ])('%s with %o leaves: %s', async (signal, config, leaves) => {
    start(config);
    source.emit(signal);
    await vi.advanceTimersByTimeAsync(0);
    expect(calls.includes('leave')).toBe(leaves);
    expect(ends).toEqual([0]);
  });

  it('gives a leave up that takes too long', async () => {
    leave = () => new Promise(() => {});
    start();
    source.emit('SIGINT');
    await vi.advanceTimersByTimeAsync(14_999);
    expect(ends).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(ends).toEqual([1]);
  });

  it('says why a leave failed', async () => {
    leave = () => Promise.reject(new Error('the datacenter is away'));
    start();
    source.emit('SIGINT');
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toContain('STOPPING');
    expect(calls).toContain('Error on leave: the datacenter is away');
    expect(ends).toEqual([1]);
  });

  it('a second one ends at once', () => {
    leave = () => new Promise(() => {});
    start();
    source.emit('SIGINT');
    source.emit('SIGTERM');
    expect(ends).toEqual([1]);
  });
});

it('SIGHUP reloads, and ends nothing', async () => {
  start();
  source.emit('SIGHUP');
  await vi.advanceTimersByTimeAsync(0);
  expect(calls.filter((each) => /^(R|reload)/.test(each))).toEqual([
    'RELOADING',
    'reload',
    'READY',
  ]);
  expect(ends).toEqual([]);
});

it('stops listening when told', () => {
  start();
  stopListening();
  expect(source.eventNames()).toEqual([]);
});
