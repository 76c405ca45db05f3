import type { ErrorCode } from '../protocol/errors.ts';

/** HTTP status of each error code, as Consul 1.21 answers the same failure (agent/http.go). */
export const STATUS_OF_CODE: Record<ErrorCode, number> = {
  'bad-request': 400,
  invalid: 500,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  gone: 410,
  conflict: 409,
  unprocessable: 422,
  'too-large': 413,
  overloaded: 429,
  unavailable: 500,
  'unknown-datacenter': 500,
  'not-built': 501,
  internal: 500,
};
