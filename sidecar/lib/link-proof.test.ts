import { expect, it } from 'vitest';
import { deriveLinkSecret, isProofValid, makeNonce, proofOf } from './link-proof.ts';

const secret = deriveLinkSecret(Buffer.alloc(32, 1), 'dc1');
const other = deriveLinkSecret(Buffer.alloc(32, 2), 'dc1');

it('a proof holds for its secret, role and nonces alone', () => {
  const proof = proofOf(secret, 'agent', ['a', 'b']);
  expect(isProofValid(proof, [other, secret], 'agent', ['a', 'b'])).toBe(true);
  expect(isProofValid(proof, [other], 'agent', ['a', 'b'])).toBe(false);
  expect(isProofValid(proof, [secret], 'control-plane', ['a', 'b'])).toBe(false);
  expect(isProofValid(proof, [secret], 'agent', ['b', 'a'])).toBe(false);
  expect(isProofValid(proof, [secret], 'agent', ['ab', ''])).toBe(false);
  expect(isProofValid(`${proof}x`, [secret], 'agent', ['a', 'b'])).toBe(false);
  expect(isProofValid('', [], 'agent', [])).toBe(false);
});

it('each datacenter has a secret of its own', () => {
  expect(deriveLinkSecret(Buffer.alloc(32, 1), 'dc2')).not.toEqual(secret);
});

it('nonces differ', () => {
  expect(makeNonce()).not.toBe(makeNonce());
});
