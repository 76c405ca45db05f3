/** Errors of reads that carry a query's headers. */
import { RPCError } from '../protocol/errors.ts';
import { FilterError } from './filter/filter-error.ts';
import { HTTPError, isDefect, renderError } from './http-error.ts';
import { QUERY_BACKEND } from './render.ts';

/**
 * Consul sets the headers of a query even when the query failed: no index, no leader that answered. What was wrong
 * with the request itself stays as it is.
 */
export function withQueryHeaders(error: unknown): unknown {
  if (isDefect(error) || !(error instanceof RPCError || error instanceof FilterError)) return error;
  return queryError(renderError(error).status, error.message);
}

export function queryError(status: number, message: string): HTTPError {
  return new HTTPError(status, message, {
    'X-Consul-Index': '1',
    'X-Consul-Knownleader': 'false',
    'X-Consul-Lastcontact': '0',
    ...QUERY_BACKEND,
  });
}
