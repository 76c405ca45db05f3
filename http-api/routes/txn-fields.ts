/** The body of PUT /v1/txn, field by field (Consul: api/txn.go, api/agent.go, api/health.go). Unknown names are refused. */
import type { Field, Struct } from '../fields/field.ts';
import { withOwnDecoder } from '../fields/own-fields.ts';

const RAFT_INDEX = { CreateIndex: 'uint64', ModifyIndex: 'uint64' } as const;
/** Enterprise fields are taken and mean nothing. */
const TENANCY = { Namespace: 'string', Partition: 'string' } as const;
const LOCALITY: Struct = { struct: 'api.Locality', fields: { Region: 'string', Zone: 'string' } };

const KV_OP: Struct = {
  struct: 'api.KVTxnOp',
  fields: {
    Verb: 'string',
    Key: 'string',
    Value: 'bytes',
    Flags: 'uint64',
    Index: 'uint64',
    Session: 'string',
    ...TENANCY,
  },
};

const NODE: Struct = {
  struct: 'api.Node',
  fields: {
    ID: 'string',
    Node: 'string',
    Address: 'string',
    Datacenter: 'string',
    TaggedAddresses: { map: 'string' },
    Meta: { map: 'string' },
    Locality: LOCALITY,
    PeerName: 'string',
    Partition: 'string',
    ...RAFT_INDEX,
  },
};

/** The free-form parts of a proxy are kept as they came; the datacenter validates what it acts upon. */
const PROXY: Struct = {
  struct: 'api.AgentServiceConnectProxyConfig',
  fields: {
    EnvoyExtensions: { list: 'any' },
    DestinationServiceName: 'string',
    DestinationServiceID: 'string',
    LocalServiceAddress: 'string',
    LocalServicePort: 'int',
    LocalServiceSocketPath: 'string',
    Mode: 'string',
    TransparentProxy: 'any',
    Config: { map: 'any' },
    Upstreams: { list: { map: 'any' }, type: '[]api.Upstream' },
    MeshGateway: 'any',
    Expose: 'any',
    AccessLogs: 'any',
  },
};

const SERVICE: Struct = {
  struct: 'api.AgentService',
  fields: {
    Kind: 'string',
    ID: 'string',
    Service: 'string',
    Tags: { list: 'string' },
    Meta: { map: 'string' },
    Port: 'int',
    Address: 'string',
    SocketPath: 'string',
    TaggedAddresses: {
      map: { struct: 'api.ServiceAddress', fields: { Address: 'string', Port: 'int' } },
    },
    Weights: { struct: 'api.AgentWeights', fields: { Passing: 'int', Warning: 'int' } },
    EnableTagOverride: 'bool',
    ContentHash: 'string',
    Proxy: PROXY,
    Connect: {
      struct: 'api.AgentServiceConnect',
      fields: { Native: 'bool', SidecarService: 'any' },
    },
    PeerName: 'string',
    Datacenter: 'string',
    Locality: LOCALITY,
    ...TENANCY,
    ...RAFT_INDEX,
  },
};

/** Names of durations in a definition; each may also be written with `Duration` behind it. */
export const DEFINITION_DURATIONS = [
  'Interval',
  'Timeout',
  'DeregisterCriticalServiceAfter',
] as const;

const DEFINITION: Struct = {
  ...withOwnDecoder(
    'api.HealthCheckDefinition',
    {
      HTTP: 'string',
      Header: { map: { list: 'string' } },
      Method: 'string',
      Body: 'string',
      DisableRedirects: 'bool',
      TLSServerName: 'string',
      TLSSkipVerify: 'bool',
      TCP: 'string',
      TCPUseTLS: 'bool',
      UDP: 'string',
      GRPC: 'string',
      GRPCUseTLS: 'bool',
      OSService: 'string',
      SessionName: 'string',
      ...Object.fromEntries(
        DEFINITION_DURATIONS.flatMap((name): [string, Field][] => [
          [name, 'readable duration'],
          [`${name}Duration`, 'duration'],
        ]),
      ),
    },
    { own: DEFINITION_DURATIONS.map((name) => `${name}Duration`) },
  ),
  open: true,
};

const CHECK: Struct = {
  struct: 'api.HealthCheck',
  fields: {
    Node: 'string',
    CheckID: 'string',
    Name: 'string',
    Status: 'string',
    Notes: 'string',
    Output: 'string',
    ServiceID: 'string',
    ServiceName: 'string',
    ServiceTags: { list: 'string' },
    Type: 'string',
    ExposedPort: 'int',
    PeerName: 'string',
    Definition: DEFINITION,
    ...TENANCY,
    ...RAFT_INDEX,
  },
};

/** In a list, as the whole body. */
export const TXN_OP: Struct = {
  struct: 'api.TxnOp',
  fields: {
    KV: KV_OP,
    Node: { struct: 'api.NodeTxnOp', fields: { Verb: 'string', Node: NODE } },
    Service: {
      struct: 'api.ServiceTxnOp',
      fields: { Verb: 'string', Node: 'string', Service: SERVICE },
    },
    Check: { struct: 'api.CheckTxnOp', fields: { Verb: 'string', Check: CHECK } },
  },
};
