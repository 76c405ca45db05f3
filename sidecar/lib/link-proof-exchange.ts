/** The agent's side of the proof (`link-proof.ts`), over HTTP: ask for a challenge, judge its proof, answer it. */
import { requestText } from './http-request.ts';
import { isProofValid, makeNonce, proofOf } from './link-proof.ts';

export const PROOF_PATH = '/lictor/proof';
/** Of the Authorization header: `Lictor-Proof <nonce> <proof>`. */
export const PROOF_SCHEME = 'Lictor-Proof';

export interface ProofReply {
  readonly nonce: string;
  readonly proof: string;
}

const EXCHANGE_LIMIT_MS = 5000;
const MAX_REFUSAL_CHARS = 300;

/** Whose keys prove: those of the datacenter's own pool, or of the one that spans datacenters. */
export type ProofPool = 'lan' | 'wan';

/**
 * @param secrets the primary's first
 * @returns the Authorization header for the link
 * @throws Error when the control plane refuses, or does not know the gossip key: then nothing was told to it but a nonce
 */
export async function proveLink(
  url: string,
  secrets: readonly Uint8Array[],
  pool: ProofPool = 'lan',
): Promise<string> {
  const [secret] = secrets;
  if (secret === undefined) throw new Error('gossip is not encrypted, so nothing can be proved');
  const clientNonce = makeNonce();
  const target = `${url}${PROOF_PATH}?nonce=${clientNonce}&pool=${pool}`;
  const { ok, status, text } = await requestText(target, { timeoutMs: EXCHANGE_LIMIT_MS });
  if (!ok) throw new Error(`${status} ${text.slice(0, MAX_REFUSAL_CHARS)}`);
  const { nonce, proof } = JSON.parse(text) as Partial<ProofReply>;
  const isKnown =
    typeof nonce === 'string' &&
    typeof proof === 'string' &&
    isProofValid(proof, secrets, 'control-plane', [clientNonce, nonce]);
  if (!isKnown) {
    throw new Error(
      `${url} does not know the gossip key of this datacenter; no token was sent to it`,
    );
  }
  return `${PROOF_SCHEME} ${nonce} ${proofOf(secret, 'agent', [nonce, clientNonce])}`;
}
