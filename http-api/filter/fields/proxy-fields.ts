/**
 * The selectable part of a proxy's definition (agent/structs/connect_proxy_config.go). Opaque configuration, such as
 * `Config` of a proxy or an upstream, cannot be selected in Consul either.
 */
import type { FieldSet } from '../field-set.ts';
import { BOOL, INT, STRING, struct, structList } from '../field-set.ts';

const MESH_GATEWAY = struct({ Mode: STRING });

const UPSTREAMS = structList({
  DestinationType: STRING,
  DestinationNamespace: STRING,
  DestinationPartition: STRING,
  DestinationPeer: STRING,
  DestinationName: STRING,
  Datacenter: STRING,
  LocalBindAddress: STRING,
  LocalBindPort: INT,
  LocalBindSocketPath: STRING,
  LocalBindSocketMode: STRING,
  MeshGateway: MESH_GATEWAY,
});

const EXPOSE = struct({
  Checks: BOOL,
  Paths: structList({
    ListenerPort: INT,
    Path: STRING,
    LocalPathPort: INT,
    Protocol: STRING,
    ParsedFromCheck: BOOL,
  }),
});

const ACCESS_LOGS = struct({
  Enabled: BOOL,
  DisableListenerLogs: BOOL,
  Type: STRING,
  Path: STRING,
  JSONFormat: STRING,
  TextFormat: STRING,
});

const ENVOY_EXTENSIONS = structList({
  Name: STRING,
  Required: BOOL,
  ConsulVersion: STRING,
  EnvoyVersion: STRING,
});

export const PROXY_FIELDS: FieldSet = {
  EnvoyExtensions: ENVOY_EXTENSIONS,
  DestinationServiceName: STRING,
  DestinationServiceID: STRING,
  LocalServiceAddress: STRING,
  LocalServicePort: INT,
  LocalServiceSocketPath: STRING,
  Upstreams: UPSTREAMS,
  MeshGateway: MESH_GATEWAY,
  Expose: EXPOSE,
  TransparentProxy: struct({ OutboundListenerPort: INT, DialedDirectly: BOOL }),
  Mode: STRING,
  AccessLogs: ACCESS_LOGS,
};

export const CONNECT_FIELDS: FieldSet = { Native: BOOL };
