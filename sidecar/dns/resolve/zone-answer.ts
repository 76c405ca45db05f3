/** Answers about the zone itself (SOA, NS), about addresses spelled in a name, and reverse lookups. */
import type { CheckServiceNode } from '../../../protocol/types/catalog.ts';
import { formatAddress, parseAddress } from '../wire/address.ts';
import { RecordType } from '../wire/codes.ts';
import { isEncodableName, lowerCase } from '../wire/name.ts';
import { addressRecord } from '../wire/record.ts';
import type { ResourceRecord, SOARecord } from '../wire/record.ts';
import type { ResolveContext, ResolverSettings } from './context.ts';
import { fitInstances } from './instances.ts';
import { answersType, nodeAddressRecords, nodeName, notFound } from './node-answer.ts';
import { randomSelection, resolution, singleAnswer } from './resolution.ts';
import type { Resolution } from './resolution.ts';

/** The servers of a datacenter register themselves under this name; they are the zone's name servers. */
const SERVERS_SERVICE = 'consul';
const MAX_NAME_SERVERS = 3;
/** A name server's host name must be an ordinary one, so a node with an odd name is not listed. */
const ORDINARY_NODE_NAME = /^[A-Za-z0-9-]+$/;

export function startOfAuthority(
  { options, zones }: ResolverSettings,
  questionName: string,
): SOARecord {
  const name = zones.authorityOf(questionName);
  const { soa } = options;
  return {
    type: RecordType.SOA,
    name,
    ttl: soa.minTTLSeconds,
    nameServer: `ns.${name}`,
    mailbox: `hostmaster.${name}`,
    refreshSeconds: soa.refreshSeconds,
    retrySeconds: soa.retrySeconds,
    expireSeconds: soa.expireSeconds,
    minimumTTLSeconds: soa.minTTLSeconds,
  };
}

export async function answerStartOfAuthority(context: ResolveContext): Promise<Resolution> {
  const { nameServers, glue } = await findNameServers(context);
  const answer = [startOfAuthority(context.settings, context.question.name)];
  return { ...singleAnswer(answer, glue), authority: nameServers };
}

export async function answerNameServers(context: ResolveContext): Promise<Resolution> {
  const { nameServers, glue } = await findNameServers(context);
  return singleAnswer(nameServers, glue);
}

/** `0a0b0c0d.addr`: the address of the other family's question goes into the additional section. */
export function answerAddress(context: ResolveContext, hex: string): Resolution {
  if (!/^(?:[0-9a-f]{8}|[0-9a-f]{32})$/.test(hex)) return notFound();
  const address = Uint8Array.from(Buffer.from(hex, 'hex'));
  const record = addressRecord(lowerName(context), context.settings.nodeTTL, address);
  const { type } = context.question;
  const asked = answersType(address, type) && (type === RecordType.ANY || type === record.type);
  return asked ? singleAnswer([record]) : singleAnswer([], [record]);
}

/** Consul answers the A record to a question of any type. */
export async function answerVirtualIP(
  context: ResolveContext,
  service: string,
  peer: string,
): Promise<Resolution> {
  const address = peer === '' ? await context.source.virtualIP(service) : null;
  const bytes = address === null ? undefined : parseAddress(address);
  if (!bytes) return resolution({});
  return singleAnswer([addressRecord(lowerName(context), context.settings.nodeTTL, bytes)]);
}

/**
 * A name under `arpa.`: PTR of a node, else of a service with that address, whatever type was asked for.
 */
export async function answerReverse(context: ResolveContext): Promise<Resolution> {
  const { question, settings } = context;
  const address = parseReverseName(question.labels);
  const owner = address ? await context.source.addressOwner(address) : null;
  const soa = startOfAuthority(settings, question.name);
  const authority = question.type === RecordType.SOA ? [soa] : [];
  if (!owner) return { ...notFound(), authority: [...authority, soa], isReverseMiss: true };
  const target = `${owner.name}.${owner.kind}.${owner.datacenter}.${settings.zones.domain}`;
  const pointer = { type: RecordType.PTR, name: question.name, ttl: 0, target };
  return { ...singleAnswer([pointer]), authority };
}

/** `1.0.11.10.in-addr.arpa` to `10.11.0.1` (RFC 1035 section 3.5, RFC 3596 section 2.5), in canonical text. */
export function parseReverseName(labels: readonly string[]): string | undefined {
  const parts = labels.slice(0, -2).toReversed();
  const zone = labels.at(-2);
  let text = '';
  if (zone === 'in-addr' && parts.length === 4) text = parts.join('.');
  if (zone === 'ip6' && parts.length === 32 && parts.every((part) => /^[0-9a-f]$/.test(part))) {
    text = parts.join('').replace(/(.{4})(?=.)/g, '$1:');
  }
  const address = parseAddress(text);
  return address && formatAddress(address);
}

async function findNameServers(
  context: ResolveContext,
): Promise<{ nameServers: ResourceRecord[]; glue: ResourceRecord[] }> {
  const { options, nodeTTL } = context.settings;
  const servers = fitInstances(
    await context.source.serviceNodes(SERVERS_SERVICE, 'service', options.datacenter),
    { tag: '', onlyPassing: options.onlyPassing },
  ).filter((server) => isOrdinary(server, context.domain));
  const nameServers: ResourceRecord[] = [];
  const glue: ResourceRecord[] = [];
  for (const { Node } of randomSelection(servers, MAX_NAME_SERVERS)) {
    const target = lowerCase(nodeName(Node, context.domain));
    nameServers.push({ type: RecordType.NS, name: context.domain, ttl: nodeTTL, target });
    glue.push(...(await nodeAddressRecords(context, Node, target, RecordType.ANY)));
  }
  return { nameServers, glue };
}

function isOrdinary({ Node }: CheckServiceNode, domain: string): boolean {
  return ORDINARY_NODE_NAME.test(Node.Node) && isEncodableName(nodeName(Node, domain));
}

/** Consul lower-cases the labels before the domain here, and only here. */
function lowerName({ question, domain }: ResolveContext): string {
  return lowerCase(question.name.slice(0, -domain.length)) + domain;
}
