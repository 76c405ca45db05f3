import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gzipOnDemand } from './gzip-on-demand.ts';

const CHUNK_BYTES = 64 * 1024;

interface Source {
  readonly stream: ReadableStream<Uint8Array>;
  asked: number;
  cancelled: unknown;
}

/** @param failing after so many chunks */
function sourceOf(chunks: readonly Uint8Array[], failing = Infinity): Source {
  const source: Source = {
    asked: 0,
    cancelled: undefined,
    stream: new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          const chunk = chunks[source.asked++];
          if (source.asked > failing) controller.error(new Error('broken off'));
          else if (chunk === undefined) controller.close();
          else controller.enqueue(chunk);
        },
        cancel: (reason) => void (source.cancelled = reason),
      },
      { highWaterMark: 0 },
    ),
  };
  return source;
}

const random = (count: number): Uint8Array[] =>
  Array.from({ length: count }, () => new Uint8Array(randomBytes(CHUNK_BYTES)));

/** Lets whatever would go on by itself do so. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

describe('gzip on demand', () => {
  it.each<[string, Uint8Array[]]>([
    ['nothing', []],
    ['a little', [new TextEncoder().encode('hello')]],
    ['an empty chunk among others', [random(1)[0]!, new Uint8Array(0), random(1)[0]!]],
    ['much that cannot be compressed', random(40)],
    // Nothing comes out for megabytes: the compressor must go on being fed.
    [
      'much that comes to nearly nothing',
      Array.from({ length: 100 }, () => new Uint8Array(CHUNK_BYTES)),
    ],
  ])('gives %s back', async (_, chunks) => {
    const packed = await new Response(gzipOnDemand(sourceOf(chunks).stream) as never).arrayBuffer();
    expect(gunzipSync(packed).equals(Buffer.concat(chunks))).toBe(true);
  });

  it('asks its source for no more than its reader took', async () => {
    const source = sourceOf(random(100));
    const reader = gzipOnDemand(source.stream).getReader();
    await settle();
    expect(source.asked).toBe(0);
    let taken = 0;
    while (taken < 10 * CHUNK_BYTES) taken += (await reader.read()).value!.length;
    await settle();
    // One under way, and one whose output is not whole.
    expect(source.asked).toBeLessThanOrEqual(12);
    await reader.cancel();
  });

  it('breaks off as its source does', async () => {
    const reader = gzipOnDemand(sourceOf(random(100), 5).stream).getReader();
    const drain = async (): Promise<void> => {
      while (!(await reader.read()).done);
    };
    await expect(drain()).rejects.toThrow('broken off');
  });

  it('tells its source when nobody reads any more', async () => {
    const source = sourceOf(random(100));
    const reader = gzipOnDemand(source.stream).getReader();
    await reader.read();
    await reader.cancel('enough');
    expect(source.cancelled).toBe('enough');
  });
});
