/**
 * How an agent and a control plane that it found by gossip prove to each other that they belong together, before any token is sent.
 *
 * Both know the gossip key. Each sends a nonce, and an HMAC over both nonces under a secret that is derived from the key (HKDF, RFC 5869);
 * the key itself never travels, and a proof is good for one pair of nonces in one direction only.
 */
import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

export type ProofRole = 'control-plane' | 'agent';

const NONCE_BYTES = 32;
const SECRET_BYTES = 32;
const SALT = 'lictor link proof 1';

export function makeNonce(): string {
  return randomBytes(NONCE_BYTES).toString('base64url');
}

/** @param gossipKey of any length that gossip takes. @param datacenter proofs of one datacenter mean nothing in another */
export function deriveLinkSecret(gossipKey: Uint8Array, datacenter: string): Buffer {
  return Buffer.from(hkdfSync('sha256', gossipKey, SALT, datacenter, SECRET_BYTES));
}

/** @param parts what the proof speaks of, in an order that both know: nonces, then what they bind to */
export function proofOf(secret: Uint8Array, role: ProofRole, parts: readonly string[]): string {
  // Lengths keep ['ab', 'c'] and ['a', 'bc'] apart.
  const text = [role, ...parts].map((part) => `${part.length}:${part}`).join('');
  return createHmac('sha256', secret).update(text).digest('base64url');
}

/** In constant time. @param secrets one for each key of the ring: while keys are changed, either side may use another */
export function isProofValid(
  proof: string,
  secrets: readonly Uint8Array[],
  role: ProofRole,
  parts: readonly string[],
): boolean {
  const given = Buffer.from(proof);
  return secrets.some((secret) => {
    const wanted = Buffer.from(proofOf(secret, role, parts));
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}
