/** Who may be the authority. Only the built-in one is there; the others of Consul's are named, and refused. */
import { RPCError, invalid } from '../../protocol/errors.ts';

export const BUILTIN_PROVIDER = 'consul';

/** Never taken silently: certificates of another authority than the one that was asked for would be trusted for it. */
const NOT_BUILT: ReadonlySet<string> = new Set(['vault', 'aws-pca']);

/** @throws RPCError */
export function requireProvider(name: string): void {
  if (name === BUILTIN_PROVIDER) return;
  if (NOT_BUILT.has(name)) {
    const what = `the CA provider ${JSON.stringify(name)} is not built in Lictor yet`;
    throw new RPCError('not-built', `could not initialize provider: ${what}; "consul" is`);
  }
  throw invalid(`could not initialize provider: unknown CA provider ${JSON.stringify(name)}`);
}
