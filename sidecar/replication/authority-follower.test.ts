import { afterEach, expect, it } from 'vitest';
import { RPCError } from '../../protocol/errors.ts';
import type { CARoots } from '../../protocol/types/connect.ts';
import { AuthorityFollower } from './authority-follower.ts';
import type { BoundRPC } from './bound-rpc.ts';

const ROOTS = {
  ActiveRootID: 'a',
  TrustDomain: 'x.consul',
  Roots: [{ ID: 'a', Active: true }],
} as CARoots;

let follower: AuthorityFollower;
afterEach(() => follower.stop());

function follow(failing: string[]): { calls: string[]; done: Promise<void> } {
  const calls: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const answer = (method: string, value: unknown): unknown => {
    calls.push(method);
    if (failing.includes(method)) {
      failing.splice(failing.indexOf(method), 1);
      throw new RPCError('unavailable', `no ${method}`);
    }
    return value;
  };
  const primary = {
    call: async (method: string) => ({ index: 7, body: JSON.stringify(answer(method, ROOTS)) }),
    json: async (method: string, args: unknown) =>
      answer(method, `certificate of ${JSON.stringify(args)}`),
    index: (_method: string, _args: unknown, _min: number, _wait: number, signal: AbortSignal) => {
      resolve();
      return new Promise((end) => signal.addEventListener('abort', () => end(7)));
    },
  } as unknown as BoundRPC;
  const secondary = {
    json: async (method: string) =>
      answer(method, method === 'connect.roots' ? null : { CSR: 'csr' }),
    call: async (method: string, args: { certificate: string }) =>
      answer(`${method} ${args.certificate}`, ''),
  } as unknown as BoundRPC;
  follower = new AuthorityFollower({
    primary,
    secondary,
    log: { info() {}, warn() {} },
    pause: async () => {},
    now: () => 0,
    random: () => 0,
  });
  return { calls, done: promise };
}

const WHOLE = [
  'connect.roots',
  'connect.roots',
  'connect.intermediate-request',
  'connect.sign-intermediate',
  'connect.intermediate-set certificate of {"csr":"csr"}',
];

it('carries the request to the primary and the certificate back', async () => {
  const { calls, done } = follow([]);
  await done;
  expect(calls).toEqual(WHOLE);
});

it.each(['connect.intermediate-request', 'connect.sign-intermediate'])(
  'begins again when %s fails',
  async (method) => {
    const { calls, done } = follow([method]);
    await done;
    expect(calls.slice(-WHOLE.length)).toEqual(WHOLE);
  },
);
