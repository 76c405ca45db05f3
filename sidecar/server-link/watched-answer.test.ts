import { describe, expect, it } from 'vitest';
import { WatchedAnswer } from './watched-answer.ts';

const answerWith = (waiters: number): { answer: WatchedAnswer; woken: number[] } => {
  const answer = new WatchedAnswer(1, 'kv.get', { key: 'k' }, '');
  const woken: number[] = [];
  for (let i = 0; i < waiters; i++) answer.addWaiter(() => woken.push(i));
  return { answer, woken };
};

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('waking', () => {
  it('a few are woken at once', () => {
    const { answer, woken } = answerWith(3);
    answer.wakeAll();
    expect(woken).toEqual([0, 1, 2]);
  });

  it('of thousands, all are woken in order, and others have their turn in between', async () => {
    const { answer, woken } = answerWith(5_000);
    answer.wakeAll();
    expect(woken.length).toBeGreaterThan(0);
    const wokenBefore: number[] = [];
    while (woken.length < 5_000) {
      wokenBefore.push(woken.length);
      await nextTurn();
    }
    expect(wokenBefore[0]).toBeLessThan(100);
    expect(wokenBefore.length).toBeGreaterThan(3);
    expect(woken).toEqual(Array.from({ length: 5_000 }, (_, i) => i));
  });

  it('one that gave up before its turn is left alone', async () => {
    const { answer, woken } = answerWith(200);
    const last = (): void => void woken.push(-1);
    answer.addWaiter(last);
    answer.wakeAll();
    answer.removeWaiter(last);
    while (woken.length < 200) await nextTurn();
    await nextTurn();
    expect(woken).not.toContain(-1);
  });
});
