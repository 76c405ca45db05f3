/**
 * Bodies of PUT /v1/catalog/register and deregister, field by field (Consul:
 * agent/structs/structs.go).
 */
import { SERVICE_FIELDS, connectFields } from '../fields/definitions.ts';
import type { Struct } from '../fields/field.ts';
import { withOwnDecoder } from '../fields/own-fields.ts';
import {
  CHECK_ID,
  LOCALITY,
  PROXY,
  SERVICE_ADDRESSES,
  SERVICE_KIND,
  STRINGS,
  STRING_MAP,
  WEIGHTS,
} from '../fields/service-parts.ts';

const RAFT_INDEX = { CreateIndex: 'uint64', ModifyIndex: 'uint64' } as const;

const SERVICE: Struct = {
  struct: 'structs.NodeService',
  fields: {
    Kind: SERVICE_KIND,
    ID: 'string',
    Service: 'string',
    Tags: STRINGS,
    Address: 'string',
    TaggedAddresses: SERVICE_ADDRESSES,
    Meta: STRING_MAP,
    Port: 'int',
    SocketPath: 'string',
    Weights: WEIGHTS,
    EnableTagOverride: 'bool',
    Locality: LOCALITY,
    Proxy: PROXY,
    // Consul reads past whatever else stands in it.
    Connect: { ...connectFields(SERVICE_FIELDS), open: true },
    PeerName: 'string',
    ...RAFT_INDEX,
  },
};

/** Unknown fields are dropped here alone: Consul reads a definition by a decoder of its own. */
const DEFINITION: Struct = {
  ...withOwnDecoder(
    'structs.HealthCheckDefinition',
    {
      HTTP: 'string',
      TLSServerName: 'string',
      TLSSkipVerify: 'bool',
      Header: { map: STRINGS },
      Method: 'string',
      Body: 'string',
      DisableRedirects: 'bool',
      TCP: 'string',
      TCPUseTLS: 'bool',
      UDP: 'string',
      H2PING: 'string',
      H2PingUseTLS: 'bool',
      OSService: 'string',
      GRPC: 'string',
      GRPCUseTLS: 'bool',
      ScriptArgs: STRINGS,
      DockerContainerID: 'string',
      Shell: 'string',
      AliasNode: 'string',
      AliasService: 'string',
      SessionName: 'string',
      OutputMaxSize: 'int',
      Interval: 'duration',
      Timeout: 'duration',
      DeregisterCriticalServiceAfter: 'duration',
      TTL: 'duration',
    },
    { own: ['Interval', 'Timeout', 'DeregisterCriticalServiceAfter', 'TTL'] },
  ),
  open: true,
};

const CHECK: Struct = {
  struct: 'structs.HealthCheck',
  fields: {
    Node: 'string',
    CheckID: CHECK_ID,
    Name: 'string',
    Status: 'string',
    Notes: 'string',
    Output: 'string',
    ServiceID: 'string',
    ServiceName: 'string',
    ServiceTags: STRINGS,
    Type: 'string',
    Interval: 'string',
    Timeout: 'string',
    ExposedPort: 'int',
    PeerName: 'string',
    Definition: DEFINITION,
    ...RAFT_INDEX,
  },
};

export const REGISTER_BODY: Struct = {
  struct: 'structs.RegisterRequest',
  fields: {
    Datacenter: 'string',
    ID: { scalar: 'string', type: 'types.NodeID' },
    Node: 'string',
    Address: 'string',
    TaggedAddresses: STRING_MAP,
    NodeMeta: STRING_MAP,
    Locality: LOCALITY,
    Service: SERVICE,
    Check: CHECK,
    Checks: { list: CHECK, type: 'structs.HealthChecks' },
    SkipNodeUpdate: 'bool',
    PeerName: 'string',
    Token: 'string',
  },
};

export const DEREGISTER_BODY = withOwnDecoder(
  'structs.DeregisterRequest',
  {
    Datacenter: 'string',
    Node: 'string',
    Address: 'string',
    ServiceID: 'string',
    CheckID: CHECK_ID,
    PeerName: 'string',
    Token: 'string',
  },
  { own: ['Address'] },
);
