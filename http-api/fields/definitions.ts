/**
 * The fields that bodies of registrations may have (agent/structs/service_definition.go,
 * check_definition.go). Names ignore case. A few have a second spelling, in snake case, that
 * Consul takes in JSON as well; no others are known.
 */
import type { Field, Struct } from './field.ts';
import { withOwnDecoder } from './own-fields.ts';
import {
  CHECK_ID,
  LOCALITY,
  PROXY,
  SERVICE_ADDRESSES,
  SERVICE_KIND,
  STRINGS,
  STRING_MAP,
  WEIGHTS,
} from './service-parts.ts';

/**
 * Of checks in both places; which ID each place knows is settled below
 * (agent/structs/check_definition.go).
 */
const CHECK_FIELD_TYPES: Readonly<Record<string, Field>> = {
  ID: 'string',
  CheckID: CHECK_ID,
  Name: 'string',
  Notes: 'string',
  ServiceID: 'string',
  Token: 'string',
  Status: 'string',
  ScriptArgs: STRINGS,
  HTTP: 'string',
  H2PING: 'string',
  H2PingUseTLS: 'bool',
  Header: { map: STRINGS },
  Method: 'string',
  Body: 'string',
  DisableRedirects: 'bool',
  TCP: 'string',
  TCPUseTLS: 'bool',
  UDP: 'string',
  Interval: 'duration',
  DockerContainerID: 'string',
  Shell: 'string',
  GRPC: 'string',
  GRPCUseTLS: 'bool',
  OSService: 'string',
  Resource: 'string',
  WarningAbove: 'int',
  CriticalAbove: 'int',
  TLSServerName: 'string',
  TLSSkipVerify: 'bool',
  AliasNode: 'string',
  AliasService: 'string',
  Timeout: 'duration',
  TTL: 'duration',
  SuccessBeforePassing: 'int',
  FailuresBeforeWarning: 'int',
  FailuresBeforeCritical: 'int',
  DeregisterCriticalServiceAfter: 'duration',
  OutputMaxSize: 'int',
};

/**
 * What the decoder of both kinds declares itself, in Consul's order; `alias_service` and others in snake case are unknown
 * fields.
 */
const CHECK_OWN = [
  'Interval',
  'Timeout',
  'TTL',
  'DeregisterCriticalServiceAfter',
  'args',
  'script_args',
  'deregister_critical_service_after',
  'docker_container_id',
  'tls_server_name',
  'tls_skip_verify',
  'tcp_use_tls',
  'grpc_use_tls',
];
const PRINTED = {
  args: 'Args []string "json:\\"args\\""',
  ServiceID: 'ServiceID string "json:\\"ServiceID\\""',
};

const { CheckID: _embeddedID, ...STANDALONE_FIELD_TYPES } = CHECK_FIELD_TYPES;
const { ID: _standaloneID, Token: _token, ...EMBEDDED_FIELD_TYPES } = CHECK_FIELD_TYPES;

/** Of Lictor's own checks, which Consul does not know. */
const RESOURCE_SECONDS = { warning_above: 'int', critical_above: 'int' } as const;

/** Body of PUT /v1/agent/check/register; its ID is called `ID`. */
export const CHECK_FIELDS = withOwnDecoder(
  'structs.CheckDefinition',
  { ...STANDALONE_FIELD_TYPES, ...RESOURCE_SECONDS },
  { own: [...CHECK_OWN, 'service_id', 'h2ping_use_tls', 'disable_redirects'], printed: PRINTED },
);

/** Where a proxy exposes a check, which Consul keeps to itself. */
const EXPOSED = { ProxyHTTP: 'string', ProxyGRPC: 'string' } as const;

/**
 * A check inside a service's definition; its ID is called `CheckID`, and another service's ID is
 * read past.
 */
const EMBEDDED_CHECK_FIELDS = withOwnDecoder(
  'structs.CheckType',
  { ...EMBEDDED_FIELD_TYPES, ...EXPOSED, ...RESOURCE_SECONDS },
  { own: [...CHECK_OWN, 'h2ping_use_tls', 'ServiceID', 'service_id'], printed: PRINTED },
);

/**
 * @param depth how many more sidecars may be nested: one too many is refused later, with Consul's
 * sentence
 */
function serviceFields(depth: number): Struct {
  const fields: Readonly<Record<string, Field>> = {
    Kind: SERVICE_KIND,
    ID: 'string',
    Name: 'string',
    Tags: STRINGS,
    Address: 'string',
    TaggedAddresses: SERVICE_ADDRESSES,
    Meta: STRING_MAP,
    Port: 'int',
    SocketPath: 'string',
    Check: EMBEDDED_CHECK_FIELDS,
    Checks: { list: EMBEDDED_CHECK_FIELDS, type: 'structs.CheckTypes' },
    Weights: WEIGHTS,
    Token: 'string',
    EnableTagOverride: 'bool',
    Proxy: PROXY,
    // Consul reads past whatever else stands in it.
    Connect: { ...connectFields(depth > 0 ? serviceFields(depth - 1) : 'any'), open: true },
    Locality: LOCALITY,
  };
  return withOwnDecoder('structs.ServiceDefinition', fields, {
    own: ['enable_tag_override', 'tagged_addresses'],
  });
}

/** What stands under `Connect`. @param sidecar how much of the sidecar's own definition is looked at */
export function connectFields(sidecar: Field): Struct {
  return withOwnDecoder(
    'structs.ServiceConnect',
    { Native: 'bool', SidecarService: sidecar },
    {
      own: ['sidecar_service'],
      printed: {
        sidecar_service:
          'SidecarServiceSnake *structs.ServiceDefinition "json:\\"sidecar_service\\""',
      },
    },
  );
}

/** Body of PUT /v1/agent/service/register. */
export const SERVICE_FIELDS = serviceFields(2);
