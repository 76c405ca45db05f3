import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MAX_OUTPUT_BYTES, OutputPieces } from './output-pieces.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function collect(accepts: () => boolean = () => true) {
  const sent: string[] = [];
  const onRefused = vi.fn<() => void>();
  const pieces = new OutputPieces({
    heartbeatMs: 2000,
    send: async (piece) => {
      sent.push(piece.toString());
      return accepts();
    },
    onRefused,
  });
  return { sent, pieces, onRefused };
}

describe('OutputPieces', () => {
  it('sends what has waited half a second, as one piece', async () => {
    const { sent, pieces } = collect();
    pieces.push(Buffer.from('a'));
    await vi.advanceTimersByTimeAsync(499);
    pieces.push(Buffer.from('b'));
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual(['ab']);
    await pieces.end();
  });

  it('sends full pieces at once, in order', async () => {
    const { sent, pieces } = collect();
    pieces.push(Buffer.from('x'.repeat(5000) + 'y'.repeat(5000)));
    await vi.advanceTimersByTimeAsync(0);
    expect(sent.map(({ length }) => length)).toEqual([4096, 4096, 1808]);
    expect(sent.join('')).toBe('x'.repeat(5000) + 'y'.repeat(5000));
    await pieces.end();
  });

  it('sends an empty piece whenever nothing came for long', async () => {
    const { sent, pieces } = collect();
    await vi.advanceTimersByTimeAsync(4100);
    expect(sent).toEqual(['', '']);
    pieces.push(Buffer.from('late'));
    await pieces.end();
    expect(sent).toEqual(['', '', 'late']);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tells once that nobody listens, and sends no more', async () => {
    const { sent, pieces, onRefused } = collect(() => false);
    pieces.push(Buffer.alloc(9000, 'z'));
    await vi.advanceTimersByTimeAsync(0);
    pieces.push(Buffer.alloc(9000, 'z'));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent).toHaveLength(1);
    expect(onRefused).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('drops what is beyond the limit, and says so', async () => {
    const { sent, pieces } = collect();
    for (let mb = 0; mb < 6; mb++) pieces.push(Buffer.alloc(1024 * 1024, 'o'));
    await pieces.end();
    const text = sent.join('');
    expect(text.length).toBeLessThan(MAX_OUTPUT_BYTES + 100);
    expect(text).toMatch(/o\n\[more than 4194304 bytes: the rest is dropped\]\n$/);
  });
});
