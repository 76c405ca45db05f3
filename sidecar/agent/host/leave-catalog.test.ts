import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { leaveCatalog } from './leave-catalog.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** As a call does that waits for a link. */
const afterMs = (ms: number) => (): Promise<void> => new Promise((done) => setTimeout(done, ms));

it('waits for the datacenter while there is a link', async () => {
  const left = vi.fn<() => void>();
  void leaveCatalog({ isConnected: true }, afterMs(5_000)).then(left);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(left).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(left).toHaveBeenCalledOnce();
});

it('gives a link that is down a second to come back', async () => {
  const back = leaveCatalog({ isConnected: false }, afterMs(900));
  await vi.advanceTimersByTimeAsync(900);
  await expect(back).resolves.toBeUndefined();
  const away = leaveCatalog({ isConnected: false }, afterMs(7_000)).catch(String);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await away).toContain('cannot be reached');
  expect(vi.getTimerCount()).toBe(1);
});

it('hands on why the datacenter refused', async () => {
  const refuse = (): Promise<void> => Promise.reject(new Error('Permission denied'));
  for (const isConnected of [true, false])
    await expect(leaveCatalog({ isConnected }, refuse)).rejects.toThrow('Permission denied');
  expect(vi.getTimerCount()).toBe(0);
});
