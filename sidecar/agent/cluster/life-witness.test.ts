import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answer, ServerRPC } from '../../../http-api/server-rpc.ts';
import type { LivenessStatus } from '../../../protocol/types/liveness.ts';
import type { Member } from '../../gossip/serf/member.ts';
import { LifeWitness } from './life-witness.ts';

const versions = {
  protocolMin: 1,
  protocolMax: 5,
  protocolCurrent: 2,
  delegateMin: 2,
  delegateMax: 5,
  delegateCurrent: 4,
};
const member = (name: string, status: Member['status'] = 'alive'): Member => ({
  name,
  address: '127.0.0.1',
  port: 1,
  tags: { lictor: '1' },
  status,
  versions,
});
const brake = (...Held: string[]) => ({
  Engaged: Held.length > 0,
  Share: 0.3,
  WindowMs: 60_000,
  Held,
});

let reports: unknown[];
let pings: string[];
let answering: Set<string>;
let words: string[];
let wake: (answer: Answer | Error) => void;
let index: number;
let witness: LifeWitness;

beforeEach(() => {
  vi.useFakeTimers();
  [reports, pings, answering, words, index] = [[], [], new Set(), [], 0];
  const rpc: ServerRPC = {
    async call(method, args) {
      reports.push([method, args]);
      return { index: 1, body: 'true' };
    },
    watch: (_method, _args, _options, _min, _wait, signal) =>
      new Promise((resolve, reject) => {
        wake = (answer) => (answer instanceof Error ? reject(answer) : resolve(answer));
        signal?.addEventListener('abort', () => resolve({ index: 0, body: 'null' }));
      }),
  };
  witness = new LifeWitness({
    nodeName: 'a',
    rpc,
    token: () => '',
    members: () => [member('a'), member('b'), member('C'), member('dead', 'failed')],
    ping: async ({ name }) => {
      pings.push(name);
      if (!answering.has(name)) throw new Error('no answer');
    },
    log: { info: () => {}, warn: (text) => words.push(text) },
  });
  witness.start();
});
afterEach(() => {
  witness.stop();
  vi.useRealTimers();
});

async function tell(Doubted: string[], Brake: LivenessStatus['Brake'] = null): Promise<void> {
  wake({ index: ++index, body: JSON.stringify({ Doubted, Brake }) });
  await vi.advanceTimersByTimeAsync(0);
}

describe('asked about', () => {
  it('a member that answers a ping: it lives', async () => {
    answering.add('C');
    await tell(['c']);
    expect(pings).toEqual(['C']);
    expect(reports).toEqual([['node.report', { node: 'C', status: 'alive' }]]);
  });

  it('a member that does not: unreachable, after three pings', async () => {
    await tell(['b']);
    expect(pings).toEqual(['b', 'b', 'b']);
    expect(reports).toEqual([['node.report', { node: 'b', status: 'unreachable' }]]);
  });

  it.each([
    ['one that gossip holds for dead', 'dead'],
    ['a stranger', 'x'],
  ])('%s: it says nothing', async (_, node) => {
    await tell([node]);
    expect(pings).toEqual([]);
    expect(reports).toEqual([]);
  });

  it('itself: that its link stands', async () => {
    await tell(['a']);
    expect(pings).toEqual([]);
    expect(reports).toEqual([['node.report', { node: 'a', status: 'linked' }]]);
  });

  it('the same node again, it answers again', async () => {
    answering.add('b');
    await tell(['b']);
    await tell(['b']);
    expect(reports).toHaveLength(2);
  });
});

it('asks again after a failure of the link, from the beginning', async () => {
  wake(new Error('no link'));
  await vi.advanceTimersByTimeAsync(5_000);
  answering.add('b');
  await tell(['b']);
  expect(reports).toHaveLength(1);
});

it('says once that the brake is engaged, and that it is released', async () => {
  expect(witness.brake).toBeNull();
  await tell([], brake('n3'));
  await tell([], brake('n3', 'n4'));
  expect(words).toEqual([
    expect.stringContaining('more than 30 % of all nodes failed within 60 s'),
  ]);
  expect(witness.brake?.Held).toEqual(['n3', 'n4']);
  await tell([], brake());
  expect(witness.brake?.Engaged).toBe(false);
});

it('ends with its owner', async () => {
  witness.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(vi.getTimerCount()).toBe(0);
});
