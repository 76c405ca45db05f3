/** Methods that a route or a permission may name. */
import { invalid } from '../../../protocol/errors.ts';
import { quote } from '../kind-rules.ts';

const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
]);

export const isHTTPMethod = (method: string): boolean => METHODS.has(method);

/** @throws RPCError for a method that is none, or is named twice */
export function validateMethods(methods: readonly string[] | undefined, prefix: string): void {
  const seen = new Set<string>();
  for (const method of methods ?? []) {
    if (!isHTTPMethod(method)) {
      throw invalid(`${prefix}Methods contains an invalid method ${quote(method)}`);
    }
    if (seen.has(method))
      throw invalid(`${prefix}Methods contains ${quote(method)} more than once`);
    seen.add(method);
  }
}
