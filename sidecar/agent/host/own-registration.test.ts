import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LogHub, Logger } from '../../lib/log.ts';
import { OwnRegistration } from './own-registration.ts';

let answers: (Error | undefined)[];
let attempts: number;
let successes: number;
let registration: OwnRegistration;

beforeEach(() => {
  vi.useFakeTimers();
  attempts = 0;
  successes = 0;
  registration = new OwnRegistration({
    async register() {
      attempts++;
      const answer = answers.shift();
      if (answer !== undefined) throw answer;
    },
    registered: () => successes++,
    log: new Logger(new LogHub(), 'agent'),
  });
});
afterEach(() => {
  registration.stop();
  vi.useRealTimers();
});

it('what is refused is tried again after a pause, until it is taken', async () => {
  answers = [new Error('no'), new Error('no')];
  registration.begin();
  await vi.advanceTimersByTimeAsync(4_999);
  expect(attempts).toBe(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([attempts, successes]).toEqual([3, 1]);
});

it('another link is another attempt, in place of the one that waits', async () => {
  answers = [new Error('no')];
  registration.begin();
  await vi.advanceTimersByTimeAsync(1_000);
  registration.begin();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([attempts, successes]).toEqual([2, 1]);
});

it('one that is under way stands for all', async () => {
  answers = [];
  registration.begin();
  registration.begin();
  await vi.advanceTimersByTimeAsync(0);
  expect([attempts, successes]).toEqual([1, 1]);
});

it('nothing is tried after the end', async () => {
  answers = [new Error('no')];
  registration.begin();
  await vi.advanceTimersByTimeAsync(0);
  registration.stop();
  registration.begin();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([attempts, vi.getTimerCount()]).toEqual([1, 0]);
});
