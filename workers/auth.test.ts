import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { refuseUnlessSecret } from './auth.ts';

const SECRET = 's3cret';
/** What is compared, as the runtime that has this function is not here. */
const timingSafeEqual = vi.fn((a: ArrayBuffer, b: ArrayBuffer) =>
  Buffer.from(a).equals(Buffer.from(b)),
);

beforeEach(() => {
  Object.assign(crypto.subtle, { timingSafeEqual });
  timingSafeEqual.mockClear();
});
afterEach(() => {
  delete (crypto.subtle as { timingSafeEqual?: unknown }).timingSafeEqual;
});

describe('the door', () => {
  it.each([
    [SECRET, null],
    ['wrong', 403],
    ['', 403],
    [`${SECRET} `, 403],
  ])('with a secret, shown %j: %j', async (token, status) => {
    const refusal = await refuseUnlessSecret({ LICTOR_SECRET: SECRET }, token);
    expect(refusal?.status ?? null).toBe(status);
  });

  it.each([undefined, null, ''])('with %j for a secret stays shut', async (secret) => {
    for (const token of ['', 'undefined', 'null', 'x']) {
      const refusal = await refuseUnlessSecret({ LICTOR_SECRET: secret }, token);
      expect(refusal?.status).toBe(503);
    }
  });

  it('compares in constant time, texts of one length whatever was shown', async () => {
    const tokens = ['a', SECRET, 'x'.repeat(10_000), 's3creX'];
    for (const token of tokens) await refuseUnlessSecret({ LICTOR_SECRET: SECRET }, token);
    const lengths = timingSafeEqual.mock.calls.map(([a, b]) => [a.byteLength, b.byteLength]);
    expect(lengths).toEqual(tokens.map(() => [32, 32]));
  });
});
