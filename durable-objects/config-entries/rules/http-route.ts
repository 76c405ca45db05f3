/** Rules of `http-route`. */
import type {
  HTTPRouteMatch,
  HTTPRouteRule,
} from '../../../protocol/config-entries/kinds/http-route.ts';
import { invalid } from '../../../protocol/errors.ts';
import { type KindRules, quote, validateMeta } from '../kind-rules.ts';
import { isDomainName } from './host-name.ts';
import { isHTTPMethod } from './http-method.ts';
import { normalizeParents, validateParents } from './route-parent.ts';

export const httpRoute: KindRules<'http-route'> = {
  normalize(entry) {
    normalizeParents(entry.Parents);
    for (const { Matches = [], Services = [] } of entry.Rules ?? []) {
      for (const match of Matches) normalizeMatch(match);
      for (const service of Services) {
        if ((service.Weight ?? 0) <= 0) service.Weight = 1;
      }
    }
  },
  validate(entry) {
    for (const host of entry.Hostnames ?? []) {
      if (!isDomainName(host)) throw invalid(`host ${quote(host)} must be a valid DNS hostname`);
      if (host.includes('*')) throw invalid(`host ${quote(host)} must not be a wildcard`);
    }
    validateParents(entry.Parents);
    validateMeta(entry.Meta);
    for (const [at, rule] of (entry.Rules ?? []).entries()) validateRule(rule, `Rule[${at}], `);
  },
};

/** Without a path every path matches. */
function normalizeMatch(match: HTTPRouteMatch): void {
  match.Method = (match.Method ?? '').toUpperCase();
  if (!match.Path?.Match) match.Path = { Match: 'prefix', Value: '/' };
}

const HEADER_MATCHES: readonly string[] = ['exact', 'prefix', 'regex', 'suffix', 'present'];
const QUERY_MATCHES: readonly string[] = ['exact', 'present', 'regex'];

function validateRule({ Matches = [] }: HTTPRouteRule, prefix: string): void {
  for (const [at, match] of Matches.entries()) validateMatch(match, `${prefix}Match[${at}], `);
}

function validateMatch(match: HTTPRouteMatch, prefix: string): void {
  const { Method = '', Query = [], Headers = [], Path = {} } = match;
  if (Method !== '' && !isHTTPMethod(Method)) {
    throw invalid(`${prefix}Method contains an invalid method ${quote(Method)}`);
  }
  const [queryWords, headerWords] = [
    'present, exact, or regex',
    'present, exact, prefix, suffix, or regex',
  ];
  for (const [at, query] of Query.entries()) {
    validateValueMatch(query, QUERY_MATCHES, queryWords, `${prefix}Query[${at}], `);
  }
  for (const [at, header] of Headers.entries()) {
    validateValueMatch(header, HEADER_MATCHES, headerWords, `${prefix}Headers[${at}], `);
  }
  const { Match = '', Value = '' } = Path;
  if ((Match === 'exact' || Match === 'prefix') && !Value.startsWith('/')) {
    throw invalid(`${prefix}Path, ${Match} type match doesn't start with '/': ${quote(Value)}`);
  }
  if (!['exact', 'prefix', 'regex'].includes(Match)) {
    throw invalid(`${prefix}Path, match type should be one of exact, prefix, or regex`);
  }
}

function validateValueMatch(
  { Name, Match = '' }: { Name?: string; Match?: string },
  known: readonly string[],
  words: string,
  prefix: string,
): void {
  if (!Name) throw invalid(`${prefix}missing required Name field`);
  if (!known.includes(Match)) throw invalid(`${prefix}match type should be one of ${words}`);
}
