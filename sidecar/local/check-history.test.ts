import { beforeEach, describe, expect, it } from 'vitest';
import { CheckHistory } from './check-history.ts';
import { standaloneCheck } from './health-check.ts';
import { LocalState } from './local-state.ts';

let now: number;
let state: LocalState;
let history: CheckHistory;

beforeEach(() => {
  now = 1000;
  state = new LocalState(() => now);
  history = new CheckHistory(state, () => now);
  const check = standaloneCheck({ ID: 'c', TTL: '10s' }, null, 'n1', 'ttl');
  state.putCheck({ check, definition: null, token: '', source: 'api' });
});

describe('transitions', () => {
  it('begin with the registration, newest first', () => {
    now = 2000;
    state.updateCheck('c', 'passing', 'fine');
    expect(history.transitions('c')).toEqual([
      { atMs: 2000, from: 'critical', to: 'passing', output: 'fine' },
      { atMs: 1000, from: '', to: 'critical', output: '' },
    ]);
  });

  it('another output of the same state is none', () => {
    state.updateCheck('c', 'critical', 'still down');
    expect(history.transitions('c')).toHaveLength(1);
  });

  it('are the last 50', () => {
    for (let i = 0; i < 60; i++) {
      state.updateCheck('c', i % 2 === 0 ? 'passing' : 'critical', String(i));
    }
    const kept = history.transitions('c');
    expect(kept).toHaveLength(50);
    expect([kept[0]?.output, kept.at(-1)?.output]).toEqual(['59', '10']);
  });

  it('go with the check', () => {
    state.deleteCheck('c');
    expect(history.transitions('c')).toEqual([]);
  });
});
