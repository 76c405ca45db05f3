/** Which requests to a listener of an API gateway go to which services. */
import { type Decoded, keep, list, nullable, struct, TEXT_MAP, TEXTS } from '../shape.ts';
import { HEAD, META, RESOURCE_REFERENCE, STATUS } from './parts.ts';

const HEADER_FILTERS = list(
  struct({ Add: keep(TEXT_MAP), Remove: keep(TEXTS), Set: keep(TEXT_MAP) }),
);

const FILTERS = struct({
  Headers: keep(HEADER_FILTERS),
  URLRewrite: nullable(struct({ Path: keep('string') })),
  RetryFilter: nullable(
    struct({
      NumRetries: keep('uint32'),
      RetryOn: keep(TEXTS),
      RetryOnStatusCodes: keep(list('uint32')),
      RetryOnConnectFailure: keep('bool'),
    }),
  ),
  TimeoutFilter: nullable(
    struct({ RequestTimeout: keep('duration'), IdleTimeout: keep('duration') }),
  ),
  JWT: nullable(struct({})),
});

const RESPONSE_FILTERS = struct({ Headers: keep(HEADER_FILTERS) });

const VALUE_MATCH = struct({ Match: keep('string'), Name: keep('string'), Value: keep('string') });

const MATCH = struct({
  Headers: keep(list(VALUE_MATCH)),
  Method: keep('string'),
  Path: keep(struct({ Match: keep('string'), Value: keep('string') })),
  Query: keep(list(VALUE_MATCH)),
});

const RULE = struct({
  Filters: keep(FILTERS),
  ResponseFilters: keep(RESPONSE_FILTERS),
  Matches: keep(list(MATCH)),
  Services: keep(
    list(
      struct({
        Name: keep('string'),
        Weight: keep('int'),
        Filters: keep(FILTERS),
        ResponseFilters: keep(RESPONSE_FILTERS),
      }),
    ),
  ),
});

export const HTTP_ROUTE = struct({
  ...HEAD,
  Parents: keep(list(RESOURCE_REFERENCE)),
  Rules: keep(list(RULE)),
  Hostnames: keep(TEXTS),
  ...META,
  Status: keep(STATUS),
});

export type HTTPRouteRule = Decoded<typeof RULE>;
export type HTTPRouteMatch = Decoded<typeof MATCH>;
