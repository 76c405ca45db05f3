/** Rules of `service-router`. */
import type { Entry } from '../../../protocol/config-entries/kinds.ts';
import { invalid } from '../../../protocol/errors.ts';
import { countGiven, type KindRules, quote, requireName, validateMeta } from '../kind-rules.ts';
import { validateMethods } from './http-method.ts';

type Route = NonNullable<Entry<'service-router'>['Routes']>[number];
type HTTPMatch = NonNullable<NonNullable<Route['Match']>['HTTP']>;

export const serviceRouter: KindRules<'service-router'> = {
  normalize(entry) {
    for (const { Match } of entry.Routes ?? []) {
      if (Match?.HTTP?.Methods === undefined) continue;
      Match.HTTP.Methods = Match.HTTP.Methods.map((method) => method.toUpperCase());
    }
  },
  validate(entry) {
    requireName(entry.Name);
    validateMeta(entry.Meta);
    for (const [at, route] of (entry.Routes ?? []).entries()) validateRoute(route, `Route[${at}]`);
  },
};

function validateRoute({ Match, Destination }: Route, prefix: string): void {
  const match = Match?.HTTP ?? {};
  validateMatch(match, prefix);
  if (Destination === undefined) return;
  if (Destination.PrefixRewrite && !match.PathExact && !match.PathPrefix) {
    throw invalid(
      `${prefix} cannot make use of PrefixRewrite without configuring either PathExact or PathPrefix`,
    );
  }
  for (const condition of Destination.RetryOn ?? []) {
    if (!RETRY_CONDITIONS.has(condition)) {
      throw invalid(`${prefix} contains an invalid retry condition: ${quote(condition)}`);
    }
  }
}

function validateMatch(match: HTTPMatch, prefix: string): void {
  for (const name of ['PathExact', 'PathPrefix'] as const) {
    const path = match[name];
    if (path && !path.startsWith('/')) {
      throw invalid(`${prefix} ${name} doesn't start with '/': ${quote(path)}`);
    }
  }
  if (countGiven(match.PathExact, match.PathPrefix, match.PathRegex) > 1) {
    throw invalid(
      `${prefix} should only contain at most one of PathExact, PathPrefix, or PathRegex`,
    );
  }
  for (const [at, header] of (match.Header ?? []).entries()) {
    const { Name, Present, Exact, Prefix, Suffix, Regex } = header;
    if (!Name) throw invalid(`${prefix} Header[${at}] missing required Name field`);
    if (countGiven(Present, Exact, Prefix, Suffix, Regex) !== 1) {
      throw invalid(
        `${prefix} Header[${at}] should only contain one of Present, Exact, Prefix, Suffix, or Regex`,
      );
    }
  }
  for (const [at, { Name, Present, Exact, Regex }] of (match.QueryParam ?? []).entries()) {
    if (!Name) throw invalid(`${prefix} QueryParam[${at}] missing required Name field`);
    if (countGiven(Present, Exact, Regex) !== 1) {
      throw invalid(
        `${prefix} QueryParam[${at}] should only contain one of Present, Exact, or Regex`,
      );
    }
  }
  validateMethods(match.Methods, `${prefix} `);
}

/** Envoy's `retry_on` conditions that Consul takes. */
const RETRY_CONDITIONS: ReadonlySet<string> = new Set([
  '5xx',
  'gateway-error',
  'reset',
  'connect-failure',
  'envoy-ratelimited',
  'retriable-4xx',
  'refused-stream',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
]);
