/** Structures that several kinds share. */
import {
  type Decoded,
  keep,
  keepInAPI,
  keepInCLI,
  list,
  map,
  nullable,
  omit,
  pointer,
  pointerInCLI,
  struct,
  TEXT_MAP,
  TEXTS,
} from '../shape.ts';

/** What every kind has but `mesh`, which has no name of its own. */
export const HEAD = { Kind: keep('string'), Name: keep('string') } as const;
export const META = { Meta: omit(TEXT_MAP) } as const;

export const MESH_GATEWAY = struct({ Mode: omit('string') });

export const TRANSPARENT_PROXY = struct({
  OutboundListenerPort: omit('int'),
  DialedDirectly: omit('bool'),
});

export const EXPOSE = struct({
  Checks: omit('bool'),
  Paths: omit(
    list(
      struct({
        ListenerPort: omit('int'),
        Path: omit('string'),
        LocalPathPort: omit('int'),
        Protocol: omit('string'),
        ParsedFromCheck: keepInCLI('bool'),
      }),
    ),
  ),
});

export const ACCESS_LOGS = struct({
  Enabled: omit('bool'),
  DisableListenerLogs: omit('bool'),
  Type: omit('string'),
  Path: omit('string'),
  JSONFormat: omit('string'),
  TextFormat: omit('string'),
});

export const ENVOY_EXTENSION = struct({
  Name: keep('string'),
  Required: keep('bool'),
  Arguments: keep(map('any')),
  ConsulVersion: keep('string'),
  EnvoyVersion: keep('string'),
});
export type EnvoyExtension = Decoded<typeof ENVOY_EXTENSION>;

export const PASSIVE_HEALTH_CHECK = struct({
  Interval: omit('duration'),
  MaxFailures: keepInCLI('uint32'),
  EnforcingConsecutive5xx: pointer('uint32'),
  MaxEjectionPercent: pointer('uint32'),
  BaseEjectionTime: pointer('duration'),
});
export type PassiveHealthCheck = Decoded<typeof PASSIVE_HEALTH_CHECK>;

export const UPSTREAM_CONFIG = struct({
  Name: omit('string'),
  Peer: keepInAPI('string'),
  EnvoyListenerJSON: omit('string'),
  EnvoyClusterJSON: omit('string'),
  Protocol: omit('string'),
  ConnectTimeoutMs: omit('int'),
  Limits: pointer(
    struct({
      MaxConnections: pointerInCLI('int'),
      MaxPendingRequests: pointerInCLI('int'),
      MaxConcurrentRequests: pointerInCLI('int'),
    }),
  ),
  PassiveHealthCheck: pointer(PASSIVE_HEALTH_CHECK),
  MeshGateway: omit(MESH_GATEWAY),
  BalanceOutboundConnections: omit('string'),
});
export type UpstreamConfig = Decoded<typeof UPSTREAM_CONFIG>;

export const HEADER_MODIFIERS = struct({
  Add: omit(TEXT_MAP),
  Set: omit(TEXT_MAP),
  Remove: omit(TEXTS),
});
export type HeaderModifiers = Decoded<typeof HEADER_MODIFIERS>;

export const FAILOVER_POLICY = struct({ Mode: omit('string'), Regions: omit(TEXTS) });
export type FailoverPolicy = Decoded<typeof FAILOVER_POLICY>;

export const PRIORITIZE_BY_LOCALITY = struct({ Mode: omit('string') });
export type PrioritizeByLocality = Decoded<typeof PRIORITIZE_BY_LOCALITY>;

/** Versions and cipher suites of TLS where the field names say so. */
export const TLS_PARAMETERS = {
  TLSMinVersion: omit('string'),
  TLSMaxVersion: omit('string'),
  CipherSuites: omit(TEXTS),
} as const;

/** Claims that a JWT of one of these providers must have. */
export const JWT_REQUIREMENT = struct({
  Providers: omit(
    list(
      struct({
        Name: omit('string'),
        VerifyClaims: omit(list(struct({ Path: omit(TEXTS), Value: omit('string') }))),
      }),
    ),
  ),
});
export type JWTRequirement = Decoded<typeof JWT_REQUIREMENT>;

/** Another entry, or a listener of one. */
export const RESOURCE_REFERENCE = struct({
  Kind: keep('string'),
  Name: keep('string'),
  SectionName: keep('string'),
});
export type ResourceReference = Decoded<typeof RESOURCE_REFERENCE>;

/** What became of an API gateway or a route. The datacenter writes it; a writer's is ignored. */
export const STATUS = struct({
  Conditions: keep(
    list(
      struct({
        Type: keep('string'),
        Status: keep('string'),
        Reason: keep('string'),
        Message: keep('string'),
        Resource: nullable(RESOURCE_REFERENCE),
        LastTransitionTime: nullable('time'),
      }),
    ),
  ),
});
export type Status = Decoded<typeof STATUS>;
export type Condition = NonNullable<Status['Conditions']>[number];
