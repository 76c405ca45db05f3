import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { follow } from './follow.ts';
import type { AgentRequest, AgentResponse } from './interfaces.ts';
import { MemoryLog } from './testing/fake-agent.ts';

let requests: AgentRequest[];
let answers: (string | undefined | Error)[];
let seen: number;
let failures: number;
let log: MemoryLog;
let stop: () => void;

/** Answers with one index after the other, and waits for ever after the last. */
function start(by: 'index' | 'hash' = 'index'): void {
  stop = follow({
    agent: {
      async request(request): Promise<AgentResponse> {
        requests.push(request);
        if (answers.length === 0) return new Promise(() => {});
        const next = answers.shift();
        if (next instanceof Error) throw next;
        const header = by === 'index' ? 'x-consul-index' : 'x-consul-contenthash';
        return { status: 200, headers: { [header]: next }, body: Buffer.alloc(0) };
      },
    },
    log,
    name: 'type=test',
    request: { path: '/v1/test', query: { passing: true } },
    by,
    onAnswer: () => seen++,
    onFailure: () => failures++,
  });
}

const cursors = (by: 'index' | 'hash' = 'index') => requests.map(({ query }) => query![by]);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  requests = [];
  seen = 0;
  failures = 0;
  log = new MemoryLog();
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

it('waits by the index of the answer before', async () => {
  answers = ['5', '7'];
  start();
  await pass(0);
  expect(cursors()).toEqual([undefined, '5', '7']);
  expect(requests[1]!.query).toEqual({ passing: true, index: '5', wait: '10m' });
  expect(seen).toBe(2);
});

it('waits by a hash', async () => {
  answers = ['a', 'b'];
  start('hash');
  await pass(0);
  expect(cursors('hash')).toEqual([undefined, 'a', 'b']);
});

it('a wait that ends without news is none', async () => {
  answers = ['5', '5', '5'];
  start();
  await pass(0);
  expect(seen).toBe(1);
});

it('an index that went backwards starts over', async () => {
  answers = ['5', '3', '4'];
  start();
  await pass(5_000);
  expect(cursors()).toEqual([undefined, '5', undefined, '4']);
});

it.each([
  ['no index', undefined],
  ['an index of 0', '0'],
])('%s is not asked for again at once', async (_what, index) => {
  answers = [index, index, index];
  start();
  await pass(4_999);
  expect(requests).toHaveLength(1);
  await pass(1);
  expect(requests).toHaveLength(2);
});

it('a failure is logged, and asked again after five seconds, from the beginning', async () => {
  answers = ['5', new Error('refused'), '5'];
  start();
  await pass(5_000);
  expect(cursors()).toEqual([undefined, '5', undefined, '5']);
  expect([seen, failures]).toEqual([2, 1]);
  expect(log.lines).toEqual(['error Watch errored: type=test error="refused" retry=5s']);
});

it('nothing is asked after the stop', async () => {
  answers = [new Error('refused')];
  start();
  await pass(0);
  stop();
  await pass(60_000);
  expect(requests).toHaveLength(1);
});
