/** Which requests to a service go where. */
import { type Decoded, keep, keepInAPI, list, omit, pointer, struct, TEXTS } from '../shape.ts';
import { HEAD, HEADER_MODIFIERS, META } from './parts.ts';

const HEADER_MATCH = struct({
  Name: keep('string'),
  Present: omit('bool'),
  Exact: omit('string'),
  Prefix: omit('string'),
  Suffix: omit('string'),
  Regex: omit('string'),
  Invert: omit('bool'),
});

const QUERY_MATCH = struct({
  Name: keep('string'),
  Present: omit('bool'),
  Exact: omit('string'),
  Regex: omit('string'),
});

const HTTP_MATCH = struct({
  PathExact: omit('string'),
  PathPrefix: omit('string'),
  PathRegex: omit('string'),
  CaseInsensitive: omit('bool'),
  Header: omit(list(HEADER_MATCH)),
  QueryParam: omit(list(QUERY_MATCH)),
  Methods: omit(TEXTS),
});

const DESTINATION = struct({
  RequestTimeout: omit('duration-text'),
  IdleTimeout: omit('duration-text'),
  Service: omit('string'),
  ServiceSubset: omit('string'),
  Namespace: omit('string'),
  Partition: omit('string'),
  PrefixRewrite: omit('string'),
  NumRetries: omit('uint32'),
  RetryOnConnectFailure: omit('bool'),
  RetryOn: omit(TEXTS),
  RetryOnStatusCodes: omit(list('uint32')),
  RequestHeaders: pointer(HEADER_MODIFIERS),
  ResponseHeaders: pointer(HEADER_MODIFIERS),
});

export const SERVICE_ROUTE = struct({
  Match: pointer(struct({ HTTP: pointer(HTTP_MATCH) })),
  Destination: pointer(DESTINATION),
});
export type ServiceRoute = Decoded<typeof SERVICE_ROUTE>;

export const SERVICE_ROUTER = struct({
  ...HEAD,
  Routes: keepInAPI(list(SERVICE_ROUTE)),
  ...META,
});
