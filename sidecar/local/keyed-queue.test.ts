import { expect, it } from 'vitest';
import { type Keys, KeyedQueue } from './keyed-queue.ts';

/** Starts operations by hand-made ends, and tells which have begun. */
function setUp() {
  const queue = new KeyedQueue();
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const run = (name: string, keys: Keys): Promise<void> => {
    const end = Promise.withResolvers<void>();
    ends.set(name, end);
    return queue.run(keys, () => {
      begun.push(name);
      return end.promise;
    });
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const finish = async (name: string): Promise<void> => {
    ends.get(name)!.resolve();
    await settle();
  };
  return { queue, begun, ends, run, settle, finish };
}

it('what touches other things goes on beside', async () => {
  const { begun, run, settle } = setUp();
  void run('a', ['1', '2']);
  void run('b', ['3']);
  void run('c', ['2']);
  await settle();
  expect(begun).toEqual(['a', 'b']);
});

it('what touches one thing keeps its order', async () => {
  const { begun, run, settle, finish } = setUp();
  void run('a', ['1']);
  void run('b', ['1', '2']);
  void run('c', ['2']);
  await settle();
  expect(begun).toEqual(['a']);
  await finish('a');
  expect(begun).toEqual(['a', 'b']);
  await finish('b');
  expect(begun).toEqual(['a', 'b', 'c']);
});

it('everything waits for all, and all wait for it', async () => {
  const { begun, run, settle, finish } = setUp();
  void run('a', ['1']);
  void run('all', 'everything');
  void run('b', ['2']);
  void run('more', 'everything');
  await settle();
  expect(begun).toEqual(['a']);
  await finish('a');
  expect(begun).toEqual(['a', 'all']);
  await finish('all');
  expect(begun).toEqual(['a', 'all', 'b']);
  await finish('b');
  expect(begun).toEqual(['a', 'all', 'b', 'more']);
});

it('a failure stops nobody behind it', async () => {
  const { begun, ends, run, settle } = setUp();
  const failing = run('a', ['1']);
  void run('b', ['1']);
  await settle();
  ends.get('a')!.reject(new Error('disk'));
  await expect(failing).rejects.toThrow('disk');
  await settle();
  expect(begun).toEqual(['a', 'b']);
});
