/**
 * The hash that stands for a service of the agent, equal to Consul's: that of its Go structure, field by field
 * (mitchellh/hashstructure, version 1, over api.AgentService).
 *
 * Structures and maps do not depend on the order of their members, lists do. Indexes count as zero, as they are never
 * shown; the datacenter, the locality and tenants do not count. No secret: FNV withstands nobody.
 */

type Shape =
  | 'string'
  | 'int'
  | 'bool'
  /** Whatever JSON may hold: numbers are floating. */
  | 'any'
  | { readonly list: Shape }
  | { readonly map: Shape }
  /** Null hashes as the number 0. */
  | { readonly pointer: Struct }
  | Struct;

interface Struct {
  readonly name: string;
  readonly fields: Readonly<Record<string, Shape>>;
}

const CONFIG: Shape = { map: 'any' };
const MESH_GATEWAY: Struct = { name: 'MeshGatewayConfig', fields: { Mode: 'string' } };
const EXPOSE: Struct = {
  name: 'ExposeConfig',
  fields: {
    Checks: 'bool',
    Paths: {
      list: {
        name: 'ExposePath',
        fields: {
          ListenerPort: 'int',
          Path: 'string',
          LocalPathPort: 'int',
          Protocol: 'string',
          ParsedFromCheck: 'bool',
        },
      },
    },
  },
};
const UPSTREAM: Struct = {
  name: 'Upstream',
  fields: {
    DestinationType: 'string',
    DestinationPartition: 'string',
    DestinationNamespace: 'string',
    DestinationPeer: 'string',
    DestinationName: 'string',
    Datacenter: 'string',
    LocalBindAddress: 'string',
    LocalBindPort: 'int',
    LocalBindSocketPath: 'string',
    LocalBindSocketMode: 'string',
    Config: CONFIG,
    MeshGateway: MESH_GATEWAY,
    CentrallyConfigured: 'bool',
  },
};
const ENVOY_EXTENSION: Struct = {
  name: 'EnvoyExtension',
  fields: {
    Name: 'string',
    Required: 'bool',
    Arguments: CONFIG,
    ConsulVersion: 'string',
    EnvoyVersion: 'string',
  },
};
const PROXY: Struct = {
  name: 'AgentServiceConnectProxyConfig',
  fields: {
    EnvoyExtensions: { list: ENVOY_EXTENSION },
    DestinationServiceName: 'string',
    DestinationServiceID: 'string',
    LocalServiceAddress: 'string',
    LocalServicePort: 'int',
    LocalServiceSocketPath: 'string',
    Mode: 'string',
    TransparentProxy: {
      pointer: {
        name: 'TransparentProxyConfig',
        fields: { OutboundListenerPort: 'int', DialedDirectly: 'bool' },
      },
    },
    Config: CONFIG,
    Upstreams: { list: UPSTREAM },
    MeshGateway: MESH_GATEWAY,
    Expose: EXPOSE,
    AccessLogs: {
      pointer: {
        name: 'AccessLogsConfig',
        fields: {
          Enabled: 'bool',
          DisableListenerLogs: 'bool',
          Type: 'string',
          Path: 'string',
          JSONFormat: 'string',
          TextFormat: 'string',
        },
      },
    },
  },
};
const SERVICE: Struct = {
  name: 'AgentService',
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
      map: { name: 'ServiceAddress', fields: { Address: 'string', Port: 'int' } },
    },
    Weights: { name: 'AgentWeights', fields: { Passing: 'int', Warning: 'int' } },
    EnableTagOverride: 'bool',
    CreateIndex: 'int',
    ModifyIndex: 'int',
    ContentHash: 'string',
    Proxy: { pointer: PROXY },
    // A sidecar is a service of its own by then, so its pointer is null.
    Connect: {
      pointer: { name: 'AgentServiceConnect', fields: { Native: 'bool', SidecarService: 'int' } },
    },
    PeerName: 'string',
  },
};

/** @returns hexadecimal digits, without zeros in front */
export function contentHash(service: Readonly<Record<string, unknown>>): string {
  return hashStruct(service, SERVICE).toString(16);
}

function hashValue(value: unknown, shape: Shape): bigint {
  if (shape === 'string') return hashText(String(value ?? ''));
  if (shape === 'int') return hashInteger(Number(value ?? 0));
  if (shape === 'bool') return hashBytes([value === true ? 1 : 0]);
  if (shape === 'any') return hashAny(value);
  if ('list' in shape) return hashList((value ?? []) as unknown[], shape.list);
  if ('map' in shape) return hashMap((value ?? {}) as Record<string, unknown>, shape.map);
  if (!('pointer' in shape)) return hashStruct((value ?? {}) as Record<string, unknown>, shape);
  if (value === undefined || value === null) return hashInteger(0);
  return hashStruct(value as Record<string, unknown>, shape.pointer);
}

function hashAny(value: unknown): bigint {
  if (value === null || value === undefined) return hashInteger(0);
  if (typeof value === 'number') return hashFloat(value);
  if (typeof value === 'boolean') return hashValue(value, 'bool');
  if (Array.isArray(value)) return hashList(value, 'any');
  if (typeof value === 'object') return hashMap(value as Record<string, unknown>, 'any');
  return hashText(String(value));
}

function hashStruct(value: Readonly<Record<string, unknown>>, { name, fields }: Struct): bigint {
  let hash = hashText(name);
  for (const [field, shape] of Object.entries(fields))
    hash ^= ordered(hashText(field), hashValue(value[field], shape));
  return hash;
}

function hashMap(value: Readonly<Record<string, unknown>>, shape: Shape): bigint {
  let hash = 0n;
  for (const [key, item] of Object.entries(value))
    hash ^= ordered(hashText(key), hashValue(item, shape));
  return hash;
}

function hashList(items: readonly unknown[], shape: Shape): bigint {
  return items.reduce<bigint>((hash, item) => ordered(hash, hashValue(item, shape)), 0n);
}

const WORD = new DataView(new ArrayBuffer(8));
const PAIR = new DataView(new ArrayBuffer(16));

function hashInteger(value: number): bigint {
  WORD.setBigInt64(0, BigInt(Math.trunc(value)), true);
  return hashBytes(new Uint8Array(WORD.buffer));
}

function hashFloat(value: number): bigint {
  WORD.setFloat64(0, value, true);
  return hashBytes(new Uint8Array(WORD.buffer));
}

function ordered(first: bigint, second: bigint): bigint {
  PAIR.setBigUint64(0, first, true);
  PAIR.setBigUint64(8, second, true);
  return hashBytes(new Uint8Array(PAIR.buffer));
}

function hashText(text: string): bigint {
  return hashBytes(Buffer.from(text));
}

const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/** FNV-1 of 64 bits. */
function hashBytes(bytes: Iterable<number>): bigint {
  let hash = OFFSET_BASIS;
  for (const byte of bytes) hash = BigInt.asUintN(64, hash * PRIME) ^ BigInt(byte);
  return hash;
}
