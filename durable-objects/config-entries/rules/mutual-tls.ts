/** Whether a proxy may take connections that are not encrypted. */
import { invalid } from '../../../protocol/errors.ts';
import { quote } from '../kind-rules.ts';

/** @throws RPCError */
export function validateMutualTLSMode(mode: string | undefined): void {
  if (mode === undefined || mode === '' || mode === 'strict' || mode === 'permissive') return;
  throw invalid(
    `Invalid MutualTLSMode ${quote(mode)}. Must be one of "", "strict", or "permissive".`,
  );
}
