/** The ports at which an ingress gateway listens, and the services behind each. */
import { type Decoded, keep, list, omit, pointer, struct, TEXTS } from '../shape.ts';
import { HEAD, HEADER_MODIFIERS, META, PASSIVE_HEALTH_CHECK, TLS_PARAMETERS } from './parts.ts';

const SDS = struct({ ClusterName: omit('string'), CertResource: omit('string') });

const TLS = struct({ Enabled: keep('bool'), SDS: pointer(SDS), ...TLS_PARAMETERS });

const SERVICE = struct({
  Name: keep('string'),
  Hosts: keep(TEXTS),
  TLS: pointer(struct({ SDS: pointer(SDS) })),
  RequestHeaders: pointer(HEADER_MODIFIERS),
  ResponseHeaders: pointer(HEADER_MODIFIERS),
  MaxConnections: omit('uint32'),
  MaxPendingRequests: omit('uint32'),
  MaxConcurrentRequests: omit('uint32'),
  PassiveHealthCheck: pointer(PASSIVE_HEALTH_CHECK),
  ...META,
});

const LISTENER = struct({
  Port: keep('int'),
  Protocol: keep('string'),
  TLS: pointer(TLS),
  Services: keep(list(SERVICE)),
});

export const INGRESS_GATEWAY = struct({
  ...HEAD,
  TLS: keep(TLS),
  Listeners: keep(list(LISTENER)),
  Defaults: pointer(
    struct({
      MaxConnections: keep('uint32'),
      MaxPendingRequests: keep('uint32'),
      MaxConcurrentRequests: keep('uint32'),
      PassiveHealthCheck: pointer(PASSIVE_HEALTH_CHECK),
    }),
  ),
  ...META,
});

export type IngressTLS = Decoded<typeof TLS>;
export type IngressListener = Decoded<typeof LISTENER>;
export type IngressService = Decoded<typeof SERVICE>;
