import { buildCheck } from './check-definition.ts';
import { buildProxy } from './proxy-definition.ts';
import type { ServiceDefinition } from '../../../protocol/types/agent.ts';
import type { ServiceKind, Weights } from '../../../protocol/types/catalog.ts';
import type { RawService, RawSidecarService } from '../keys/service-keys.ts';

const KINDS: ReadonlySet<string> = new Set([
  'connect-proxy',
  'mesh-gateway',
  'terminating-gateway',
  'ingress-gateway',
  'api-gateway',
]);

/** Where each plain key of a file stands in the definition that the HTTP API takes. */
const FIELDS: readonly (readonly [keyof RawService, keyof ServiceDefinition])[] = [
  ['id', 'ID'],
  ['tags', 'Tags'],
  ['address', 'Address'],
  ['meta', 'Meta'],
  ['port', 'Port'],
  ['socket_path', 'SocketPath'],
  ['token', 'Token'],
  ['enable_tag_override', 'EnableTagOverride'],
];

/**
 * The definition of one service, as PUT /v1/agent/service/register takes it. Keys that are not set
 * stay unset. `check` follows `checks`, as in Consul, which tells the order in which checks without
 * an ID get one.
 */
export function buildService(raw: RawService): ServiceDefinition {
  const service: Record<string, unknown> = { ...buildBase(raw) };
  if (raw.connect !== undefined) {
    const { native, sidecar_service: sidecar } = raw.connect;
    service['Connect'] = {
      ...(native === undefined ? {} : { Native: native }),
      ...(sidecar === undefined ? {} : { SidecarService: buildBase(sidecar) }),
    };
  }
  return service as unknown as ServiceDefinition;
}

function buildBase(raw: RawService | RawSidecarService): Record<string, unknown> {
  const service: Record<string, unknown> = {};
  // A sidecar need not be named; every other service must be.
  if (raw.name !== undefined) service['Name'] = raw.name;
  for (const [key, field] of FIELDS) {
    const value = (raw as RawService)[key];
    if (value !== undefined) service[field] = value;
  }
  if (raw.kind !== undefined) service['Kind'] = kindOf(raw.kind);
  if (raw.weights !== undefined) service['Weights'] = buildWeights(raw);
  const checks = [...(raw.checks ?? []), ...(raw.check === undefined ? [] : [raw.check])];
  if (checks.length > 0) service['Checks'] = checks.map(buildCheck);
  if (raw.tagged_addresses !== undefined) {
    const addresses = Object.entries(raw.tagged_addresses).map(
      ([tag, { address = '', port = 0 }]) => [tag, { Address: address, Port: port }],
    );
    service['TaggedAddresses'] = Object.fromEntries(addresses);
  }
  if (raw.proxy !== undefined) service['Proxy'] = buildProxy(raw.proxy);
  if (raw.locality !== undefined) {
    const { region, zone } = raw.locality;
    service['Locality'] = { ...(region && { Region: region }), ...(zone && { Zone: zone }) };
  }
  return service;
}

/** An unknown kind is an ordinary service in Consul too. */
function kindOf(kind: string): ServiceKind {
  return KINDS.has(kind) ? (kind as ServiceKind) : '';
}

export function buildWeights(raw: RawService | RawSidecarService): Weights {
  return { Passing: raw.weights?.passing ?? 1, Warning: raw.weights?.warning ?? 1 };
}
