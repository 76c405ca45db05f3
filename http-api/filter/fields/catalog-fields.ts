/**
 * Rows of /v1/catalog and /v1/health (agent/structs/structs.go). Indexes, localities and what a check does are not
 * selectable in Consul either. `Partition` and `PeerName` are always empty here, but valid names.
 */
import type { FieldSet } from '../field-set.ts';
import {
  BOOL,
  INT,
  mapOf,
  STRING,
  STRING_LIST,
  STRING_MAP,
  struct,
  structList,
} from '../field-set.ts';
import { CONNECT_FIELDS, PROXY_FIELDS } from './proxy-fields.ts';

const WEIGHTS = struct({ Passing: INT, Warning: INT });
const SERVICE_ADDRESSES = mapOf(struct({ Address: STRING, Port: INT }));

/** /v1/catalog/nodes */
export const NODE_FIELDS: FieldSet = {
  ID: STRING,
  Node: STRING,
  Partition: STRING,
  PeerName: STRING,
  Address: STRING,
  Datacenter: STRING,
  TaggedAddresses: STRING_MAP,
  Meta: STRING_MAP,
};

/** /v1/catalog/node/:node and node-services/:node, for each service; also /v1/agent/services */
export const NODE_SERVICE_FIELDS: FieldSet = {
  Kind: STRING,
  ID: STRING,
  Service: STRING,
  Tags: STRING_LIST,
  Address: STRING,
  TaggedAddresses: SERVICE_ADDRESSES,
  Meta: STRING_MAP,
  Port: INT,
  SocketPath: STRING,
  Weights: WEIGHTS,
  EnableTagOverride: BOOL,
  Proxy: struct(PROXY_FIELDS),
  Connect: struct(CONNECT_FIELDS),
  PeerName: STRING,
};

/**
 * /v1/catalog/service/:service and connect/:service. /v1/catalog/services takes the same: it filters the instances of
 * which it then lists the names and tags.
 */
export const SERVICE_NODE_FIELDS: FieldSet = {
  ID: STRING,
  Node: STRING,
  Address: STRING,
  Datacenter: STRING,
  TaggedAddresses: STRING_MAP,
  NodeMeta: STRING_MAP,
  ServiceKind: STRING,
  ServiceID: STRING,
  ServiceName: STRING,
  ServiceTags: STRING_LIST,
  ServiceAddress: STRING,
  ServiceTaggedAddresses: SERVICE_ADDRESSES,
  ServiceMeta: STRING_MAP,
  ServicePort: INT,
  ServiceSocketPath: STRING,
  ServiceWeights: WEIGHTS,
  ServiceEnableTagOverride: BOOL,
  ServiceProxy: struct(PROXY_FIELDS),
  ServiceConnect: struct(CONNECT_FIELDS),
  PeerName: STRING,
};

/** /v1/health/node, checks and state; /v1/agent/checks */
export const HEALTH_CHECK_FIELDS: FieldSet = {
  Node: STRING,
  CheckID: STRING,
  Name: STRING,
  Status: STRING,
  Notes: STRING,
  Output: STRING,
  ServiceID: STRING,
  ServiceName: STRING,
  ServiceTags: STRING_LIST,
  Type: STRING,
  Interval: STRING,
  Timeout: STRING,
  ExposedPort: INT,
  PeerName: STRING,
};

/** /v1/health/service, connect and ingress; /v1/internal/ui/services */
export const CHECK_SERVICE_NODE_FIELDS: FieldSet = {
  Node: struct(NODE_FIELDS),
  Service: struct(NODE_SERVICE_FIELDS),
  Checks: structList(HEALTH_CHECK_FIELDS),
};

/** /v1/internal/ui/nodes: a node with all that is on it. */
export const NODE_INFO_FIELDS: FieldSet = {
  ID: STRING,
  Node: STRING,
  Partition: STRING,
  PeerName: STRING,
  Address: STRING,
  TaggedAddresses: STRING_MAP,
  Meta: STRING_MAP,
  Services: structList(NODE_SERVICE_FIELDS),
  Checks: structList(HEALTH_CHECK_FIELDS),
};
