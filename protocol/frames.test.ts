import { describe, expect, it } from 'vitest';
import { type Reply, decodeServerMessage, encodeReplyFrame } from './frames.ts';

const replies: Reply[] = [
  { index: 1, body: '[]' },
  { index: 2, body: 'true', notes: { Expires: '2026-01-01T00:00:00.000Z' } },
  { index: 3, body: 'no', code: 'forbidden' },
  { index: 4, body: 'no', code: 'conflict', notes: { 'Lock-Holder': 's' } },
  { index: 5, body: '', unchanged: true },
  { index: 6, body: 'é😀' },
];

describe('reply frames', () => {
  it('come back as they were', () => {
    expect(decodeServerMessage(encodeReplyFrame({ seq: 7, replies }, true))).toEqual({
      type: 'reply',
      frame: { seq: 7, replies },
    });
  });

  it('have no notes for a sidecar that would take them for something else', () => {
    const text = encodeReplyFrame({ seq: 7, replies }, false);
    expect(text.split('\n')[0]).toBe(
      '{"seq":7,"r":[[1,2],[2,4],[3,2,"forbidden"],[4,2,"conflict"],[5,-1],[6,3]]}',
    );
  });
});
