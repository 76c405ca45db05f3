/**
 * What a name inside the domain asks for. The grammar is Consul's
 * (developer.hashicorp.com/consul/docs/services/discovery/dns-static-lookups):
 *
 *     [tag.]NAME.service[.DC]     _NAME._TAG[.service][.DC]     NODE.node[.DC]     QUERY.query[.DC]
 *     NAME.connect[.DC]           NAME.ingress[.DC]             NAME.virtual       HEX.addr[.anything]
 *
 * `DC` may also be spelled `DC.dc`. Cluster peers (`PEER.peer`) do not exist here, so services and nodes of theirs are not found.
 */
import { RecordType } from '../wire/codes.ts';
import type { ServiceLookupKind } from '../source.ts';

export type Route =
  | {
      readonly kind: 'service';
      readonly lookup: ServiceLookupKind;
      readonly service: string;
      /** Empty for none. */
      readonly tag: string;
      readonly datacenter: string;
    }
  /** `datacenter` is null for a node of a peer, of which there are none. */
  | { readonly kind: 'node'; readonly node: string; readonly datacenter: string | null }
  | { readonly kind: 'query'; readonly nameOrID: string; readonly datacenter: string }
  | { readonly kind: 'virtual'; readonly service: string; readonly peer: string }
  | { readonly kind: 'address'; readonly hex: string };

interface Locality {
  /** Empty for the agent's own. */
  readonly datacenter: string;
  readonly peer: string;
  /** A lone label, which names a peer for virtual names and a datacenter for all others. */
  readonly ambiguous: string;
}

const KEYWORDS = new Set(['service', 'connect', 'virtual', 'ingress', 'node', 'query', 'addr']);

/**
 * @param labels lower-cased, without the domain.
 * @returns undefined when the name has no meaning: NXDOMAIN.
 */
export function parseRoute(
  labels: readonly string[],
  type: number,
  ownDatacenter: string,
): Route | undefined {
  const found = findKeyword(labels, type);
  if (!found || found.parts.length === 0) return undefined;
  const { keyword, parts, suffix } = found;
  const last = parts.at(-1)!;
  if (keyword === 'addr') return parts.length === 1 ? { kind: 'address', hex: last } : undefined;
  if (keyword === 'query') {
    if (suffix.length > 1) return undefined;
    return { kind: 'query', nameOrID: queryName(parts), datacenter: suffix[0] ?? ownDatacenter };
  }
  const locality = parseLocality(suffix);
  if (!locality) return undefined;
  if (keyword === 'virtual') {
    return { kind: 'virtual', service: last, peer: locality.peer || locality.ambiguous };
  }
  // Nobody's node: types that nodes have nothing for are answered empty, as for any node (node-answer.ts).
  if (keyword === 'node' && locality.peer !== '') {
    return { kind: 'node', node: parts.join('.'), datacenter: null };
  }
  // For `.connect` and `.ingress` Consul reads over the peer.
  if (keyword === 'service' && locality.peer !== '') return undefined;
  const datacenter = locality.datacenter || locality.ambiguous || ownDatacenter;
  if (keyword === 'node') return { kind: 'node', node: parts.join('.'), datacenter };
  if (keyword === 'service') return serviceRoute(parts, datacenter);
  return {
    kind: 'service',
    lookup: keyword as ServiceLookupKind,
    service: last,
    tag: '',
    datacenter,
  };
}

/** The rightmost keyword divides the name. In SRV questions a label such as `_tcp` may stand for `_tcp.service`. */
function findKeyword(
  labels: readonly string[],
  type: number,
): { keyword: string; parts: readonly string[]; suffix: readonly string[] } | undefined {
  for (let index = labels.length - 1; index >= 0; index--) {
    const label = labels[index]!;
    const suffix = labels.slice(index + 1);
    if (KEYWORDS.has(label)) return { keyword: label, parts: labels.slice(0, index), suffix };
    if (type === RecordType.SRV && label.startsWith('_')) {
      return { keyword: 'service', parts: labels.slice(0, index + 1), suffix };
    }
  }
  return undefined;
}

/** `_web._v1` (RFC 2782, where `_tcp` means no tag) or `v1.web`; a tag may contain dots. */
function serviceRoute(parts: readonly string[], datacenter: string): Route {
  const [first = '', second = ''] = parts;
  if (parts.length === 2 && first.startsWith('_') && second.startsWith('_')) {
    const tag = second === '_tcp' ? '' : second.slice(1);
    return { kind: 'service', lookup: 'service', service: first.slice(1), tag, datacenter };
  }
  const tag = parts.slice(0, -1).join('.');
  return { kind: 'service', lookup: 'service', service: parts.at(-1)!, tag, datacenter };
}

/** `_my-query._tcp` or `my-query`; a query's name may contain dots. */
function queryName(parts: readonly string[]): string {
  const isServiceStyle =
    parts.length >= 2 && parts[0]!.startsWith('_') && parts.at(-1)!.startsWith('_');
  return isServiceStyle ? parts.slice(0, -1).join('.').slice(1) : parts.join('.');
}

function parseLocality(labels: readonly string[]): Locality | undefined {
  if (labels.length === 0) return { datacenter: '', peer: '', ambiguous: '' };
  if (labels.length === 1) return { datacenter: '', peer: '', ambiguous: labels[0]! };
  if (labels.length !== 2 && labels.length !== 4) return undefined;
  let datacenter = '';
  let peer = '';
  for (let index = 0; index < labels.length; index += 2) {
    if (labels[index + 1] === 'dc') datacenter = labels[index]!;
    else if (labels[index + 1] === 'peer') peer = labels[index]!;
    else return undefined;
  }
  return datacenter !== '' && peer !== '' ? undefined : { datacenter, peer, ambiguous: '' };
}
