import { describe, expect, it } from 'vitest';
import { readBounded } from './body.ts';

const MIB = 1024 * 1024;

/** Gives `count` chunks of `size` bytes and tells how many were taken. */
function source(
  count: number,
  size: number,
): { chunks: AsyncIterable<Uint8Array>; taken: () => number } {
  let taken = 0;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    while (taken < count) {
      taken++;
      yield new Uint8Array(size).fill(taken);
    }
  }
  return { chunks: chunks(), taken: () => taken };
}

describe('a body of unknown length', () => {
  it.each([
    [0, 10],
    [1, 10],
    [3, 10],
    [4, 25],
  ])('of %i chunks of %i bytes comes whole', async (count, size) => {
    const body = await readBounded(source(count, size).chunks, 100);
    expect(body).toHaveLength(count * size);
    expect(body.at(-1)).toBe(count === 0 ? undefined : count);
  });

  it('that is too long is read to its end, so that its sender sees the refusal', async () => {
    const { chunks, taken } = source(20, 10);
    await expect(readBounded(chunks, 100, 'kv_max_value_size')).rejects.toMatchObject({
      status: 413,
      message: expect.stringMatching(/200 bytes.*100 bytes.*limits\.kv_max_value_size/s),
    });
    expect(taken()).toBe(20);
  });

  it('that never ends is left at a bound', async () => {
    const { chunks, taken } = source(Number.POSITIVE_INFINITY, MIB);
    await expect(readBounded(chunks, 100)).rejects.toMatchObject({ status: 413 });
    expect(taken()).toBeLessThan(12);
  });
});
