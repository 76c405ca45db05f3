import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { pause } from './pause.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('ends by itself, and leaves nothing with the signal', async () => {
  const { signal } = new AbortController();
  const ended = pause(1000, signal);
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1000);
  await ended;
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

it('ends with the signal, also with one that has ended before', async () => {
  const controller = new AbortController();
  const ended = pause(1000, controller.signal);
  controller.abort();
  await ended;
  await pause(1000, controller.signal);
  expect(vi.getTimerCount()).toBe(0);
});
