/** Who may be the authority. Only the built-in one is there; the others of Consul's are named, and refused. */
import { BUILTIN_PROVIDER, NOT_BUILT_PROVIDERS } from '../../protocol/ca-providers.ts';
import { RPCError, invalid } from '../../protocol/errors.ts';

/** @throws RPCError */
export function requireProvider(name: string): void {
  if (name === BUILTIN_PROVIDER) return;
  if (NOT_BUILT_PROVIDERS.has(name)) {
    const what = `the CA provider ${JSON.stringify(name)} is not built in Lictor yet`;
    throw new RPCError('not-built', `could not initialize provider: ${what}; "consul" is`);
  }
  throw invalid(`could not initialize provider: unknown CA provider ${JSON.stringify(name)}`);
}
