/** Challenges that agents were given and have yet to answer (`lib/link-proof.ts`). */
import { isProofValid, makeNonce, proofOf } from '../lib/link-proof.ts';
import { PROOF_SCHEME, type ProofReply } from '../lib/link-proof-exchange.ts';

interface Challenge {
  readonly clientNonce: string;
  readonly expiresAt: number;
}

/** A proof follows its challenge at once; a slow network is given some seconds. */
const CHALLENGE_TTL_MS = 15_000;
/** Challenges that were never answered: the oldest go, so a flood of them costs a bounded map. */
const MAX_CHALLENGES = 4096;

export class Challenges {
  readonly #challenges = new Map<string, Challenge>();

  /** Proves first: an agent must not say anything to a control plane that does not know the key. */
  make(secret: Uint8Array, clientNonce: string): ProofReply {
    const nonce = makeNonce();
    this.#challenges.set(nonce, { clientNonce, expiresAt: Date.now() + CHALLENGE_TTL_MS });
    if (this.#challenges.size > MAX_CHALLENGES) {
      this.#challenges.delete(this.#challenges.keys().next().value!);
    }
    return { nonce, proof: proofOf(secret, 'control-plane', [clientNonce, nonce]) };
  }

  /** Whether an Authorization header answers one of them. A challenge is good once. */
  isAnswered(authorization: string, secrets: readonly Uint8Array[]): boolean {
    const [scheme, nonce = '', proof = ''] = authorization.split(' ');
    if (scheme !== PROOF_SCHEME) return false;
    const challenge = this.#challenges.get(nonce);
    this.#challenges.delete(nonce);
    if (challenge === undefined || challenge.expiresAt < Date.now()) return false;
    return isProofValid(proof, secrets, 'agent', [nonce, challenge.clientNonce]);
  }
}
