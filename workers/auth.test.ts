import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { refuseAtDoor, refuseUnlessSecret } from './auth.ts';

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

describe('the door of a deployment with ACLs', () => {
  const statusOf = async (door: object, pathname: string, token = '') =>
    (await refuseAtDoor(door, pathname, token))?.status ?? 200;
  const open = { LICTOR_SECRET: SECRET, ACL_ENABLED: 'true' };

  it.each([
    // The datacenter looks at these tokens itself.
    ['/v1/kv/a', 200],
    ['/v1/acl/bootstrap', 200],
    ['/v1/datacenters-of-mine', 200],
    ['/ui/', 200],
    ['/', 200],
    // What belongs to the deployment, or to its sidecars.
    ['/v1/datacenters', 403],
    ['/v1/datacenters/dc2', 403],
    ['/lictor/link', 403],
    ['/lictor/login', 403],
    ['/lictor/snapshot', 403],
    ['/uix', 403],
  ])('%s without the secret: %i', async (pathname, status) => {
    expect(await statusOf(open, pathname)).toBe(status);
    expect(await statusOf(open, pathname, SECRET)).toBe(200);
  });

  it.each([undefined, 'false', '1', null])('ACL_ENABLED %j leaves it shut', async (enabled) => {
    const door = { LICTOR_SECRET: SECRET, ACL_ENABLED: enabled };
    expect(await statusOf(door, '/v1/kv/a')).toBe(403);
  });

  it('is shut while the deployment has no secret', async () => {
    for (const secret of [undefined, '', null]) {
      expect(await statusOf({ ...open, LICTOR_SECRET: secret }, '/v1/kv/a')).toBe(503);
    }
  });
});
