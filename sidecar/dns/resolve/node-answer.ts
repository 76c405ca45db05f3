/** Answers about nodes: their address, and their metadata as TXT. */
import type { Node } from '../../../protocol/types/catalog.ts';
import { parseAddress } from '../wire/address.ts';
import { RecordType, ResponseCode } from '../wire/codes.ts';
import { fullyQualified } from '../wire/name.ts';
import { addressRecord } from '../wire/record.ts';
import type { ResourceRecord, TXTRecord } from '../wire/record.ts';
import type { ResolveContext } from './context.ts';
import { resolution, singleAnswer } from './resolution.ts';
import type { Resolution } from './resolution.ts';

const NODE_TYPES = new Set<number>([RecordType.A, RecordType.AAAA, RecordType.ANY, RecordType.TXT]);

/** Types that a node has nothing for are answered empty without a look at the catalog, even for unknown nodes. */
export async function answerNode(
  context: ResolveContext,
  name: string,
  datacenter: string | null,
): Promise<Resolution> {
  const { type, name: owner } = context.question;
  if (!NODE_TYPES.has(type)) return resolution({});
  if (datacenter === null || !context.source.knowsDatacenter(datacenter)) return notFound();
  const node = await context.source.node(name, datacenter);
  if (!node) return notFound();
  const { options, nodeTTL } = context.settings;
  const texts = metadataRecords(node, owner, nodeTTL);
  if (type === RecordType.TXT) return singleAnswer(texts);
  const addresses = await nodeAddressRecords(context, node, owner, type);
  if (type === RecordType.ANY) return singleAnswer([...addresses, ...texts]);
  return singleAnswer(addresses, options.nodeMetaTXT ? texts : []);
}

/** A node whose address is a host name is an alias of it, whatever was asked. */
export async function nodeAddressRecords(
  context: ResolveContext,
  node: Node,
  owner: string,
  type: number,
): Promise<ResourceRecord[]> {
  const { addresses, nodeTTL } = context.settings;
  const address = parseAddress(addresses.nodeAddress(node, type));
  if (address) return answersType(address, type) ? [addressRecord(owner, nodeTTL, address)] : [];
  const target = fullyQualified(node.Address);
  const alias: ResourceRecord = { type: RecordType.CNAME, name: owner, ttl: nodeTTL, target };
  return [alias, ...(await context.followAlias(context, target))];
}

/**
 * Whether a question of `type` may be answered with this address. NS and TXT may, beside ANY and SRV: Consul answers a
 * TXT question for a service with its addresses.
 */
export function answersType(address: Uint8Array, type: number): boolean {
  if (type === RecordType.A) return address.length === 4;
  if (type === RecordType.AAAA) return address.length === 16;
  return (
    type === RecordType.SRV ||
    type === RecordType.ANY ||
    type === RecordType.NS ||
    type === RecordType.TXT
  );
}

/** `NODE.node.DC.DOMAIN.`, in the node's own spelling. */
export function nodeName(node: Pick<Node, 'Node' | 'Datacenter'>, domain: string): string {
  return `${node.Node}.node.${node.Datacenter}.${domain}`;
}

/** `key=value` (RFC 1464), or the bare value for keys that begin with `rfc1035-`. */
export function metadataRecords(node: Node, owner: string, ttl: number): TXTRecord[] {
  return Object.entries(node.Meta ?? {}).map(([key, value]) => ({
    type: RecordType.TXT,
    name: owner,
    ttl,
    text: key.toLowerCase().startsWith('rfc1035-') ? value : renderAttribute(key, value),
  }));
}

export function notFound(): Resolution {
  return resolution({ code: ResponseCode.NXDOMAIN });
}

/** RFC 1464 section 2: a back quote quotes itself, `=`, and spaces at either end of the key. */
function renderAttribute(key: string, value: string): string {
  const quoted = key
    .replaceAll('`', '``')
    .replaceAll('=', '`=')
    .replace(/^ +| +$/g, (spaces) => '` '.repeat(spaces.length));
  return `${quoted}=${value.replaceAll('`', '``')}`;
}
