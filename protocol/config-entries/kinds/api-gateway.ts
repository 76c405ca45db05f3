/** The listeners of an API gateway; what is bound to them stands in `bound-api-gateway`. */
import { type Decoded, keep, keepInAPI, list, pointer, struct, TEXTS } from '../shape.ts';
import { HEAD, META, RESOURCE_REFERENCE, STATUS } from './parts.ts';

/** JWT requirements of listeners and routes are an Enterprise feature: no field is known. */
const POLICY = struct({ JWT: pointer(struct({})) });

const LISTENER = struct({
  Name: keep('string'),
  Hostname: keep('string'),
  Port: keep('int'),
  Protocol: keep('string'),
  TLS: keep(
    struct({
      Certificates: keep(list(RESOURCE_REFERENCE)),
      MaxVersion: keepInAPI('string'),
      MinVersion: keepInAPI('string'),
      CipherSuites: keepInAPI(TEXTS),
    }),
  ),
  Override: pointer(POLICY),
  Default: pointer(POLICY),
});

export const API_GATEWAY = struct({
  ...HEAD,
  Listeners: keep(list(LISTENER)),
  Status: keep(STATUS),
  ...META,
});

export type APIGatewayListener = Decoded<typeof LISTENER>;
