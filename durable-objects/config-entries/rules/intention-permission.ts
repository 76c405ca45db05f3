/** What of a service a source may ask for. */
import type { IntentionPermission } from '../../../protocol/config-entries/kinds/service-intentions.ts';
import { invalid } from '../../../protocol/errors.ts';
import { countGiven, quote } from '../kind-rules.ts';
import { validateMethods } from './http-method.ts';

type HTTPPermission = NonNullable<IntentionPermission['HTTP']>;

/** @throws RPCError; `prefix` names the permission's HTTP part */
export function validatePermission({ HTTP }: IntentionPermission, prefix: string): void {
  if (HTTP === undefined) throw invalid(`${prefix} is required`);
  for (const name of ['PathExact', 'PathPrefix'] as const) {
    const path = HTTP[name];
    if (path && !path.startsWith('/')) {
      throw invalid(`${prefix}.${name} doesn't start with '/': ${quote(path)}`);
    }
  }
  const paths = countGiven(HTTP.PathExact, HTTP.PathPrefix, HTTP.PathRegex);
  if (paths > 1) {
    throw invalid(
      `${prefix} should only contain at most one of PathExact, PathPrefix, or PathRegex`,
    );
  }
  validateHeaders(HTTP, prefix);
  validateMethods(HTTP.Methods, `${prefix}.`);
  if (paths + (HTTP.Header ?? []).length + (HTTP.Methods ?? []).length === 0) {
    throw invalid(`${prefix} should not be empty`);
  }
}

function validateHeaders({ Header }: HTTPPermission, prefix: string): void {
  for (const [at, header] of (Header ?? []).entries()) {
    const { Name, Present, Exact, Prefix, Suffix, Contains, Regex, IgnoreCase } = header;
    if (!Name) throw invalid(`${prefix}.Header[${at}] missing required Name field`);
    if (countGiven(Present, Exact, Prefix, Suffix, Contains, Regex) !== 1) {
      throw invalid(
        `${prefix}.Header[${at}] should only contain one of Present, Exact, Prefix, Suffix, Contains, or Regex`,
      );
    }
    if (IgnoreCase && (Present || Regex)) {
      throw invalid(
        `${prefix}.Header[${at}] should set one of Exact, Prefix, Suffix, or Contains when using IgnoreCase`,
      );
    }
  }
}
