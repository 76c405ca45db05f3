/** Answers about services: A, AAAA, ANY and SRV from the fit instances. */
import type { CheckServiceNode } from '../../../protocol/types/catalog.ts';
import { parseAddress } from '../wire/address.ts';
import { RecordType, ResponseCode } from '../wire/codes.ts';
import { fullyQualified } from '../wire/name.ts';
import { addressRecord } from '../wire/record.ts';
import type { ResourceRecord } from '../wire/record.ts';
import type { ResolveContext } from './context.ts';
import { fitInstances, weightOf } from './instances.ts';
import { answersType, metadataRecords, nodeName, notFound } from './node-answer.ts';
import { resolution } from './resolution.ts';
import type { AnswerGroup, Resolution } from './resolution.ts';
import type { Route } from './route.ts';

/** Records behind an external alias that a client without EDNS gets (Consul's maxRecurseRecords). */
const MAX_ALIAS_RECORDS = 5;

/** What the instances of one answer have in common. */
interface InstanceScope {
  /** Whence the instances come: another datacenter's may be known by their WAN addresses. */
  readonly datacenter: string;
  readonly ttl: number;
}

export async function answerService(
  context: ResolveContext,
  route: Extract<Route, { kind: 'service' }>,
): Promise<Resolution> {
  const { source, settings } = context;
  const { service, lookup, datacenter, tag } = route;
  if (!source.knowsDatacenter(datacenter)) return notFound();
  // `_._tcp.service` asks for a service without a name: Consul's catalog refuses the question.
  if (service === '') return resolution({ code: ResponseCode.SERVFAIL });
  if (!source.serviceExists(service, lookup, datacenter)) return notFound();
  const instances = await source.serviceNodes(service, lookup, datacenter);
  const fit = fitInstances(instances, { tag, onlyPassing: settings.options.onlyPassing });
  if (fit.length === 0) return notFound();
  const scope = { datacenter, ttl: settings.serviceTTLs.secondsFor(service) };
  return { ...(await answerInstances(context, fit, scope)), shuffled: true };
}

/** In the order given; without groups when the instances have no record of the type asked for. */
export async function answerInstances(
  context: ResolveContext,
  instances: readonly CheckServiceNode[],
  scope: InstanceScope,
): Promise<Resolution> {
  const isSRV = context.question.type === RecordType.SRV;
  const groups = new Map<string, AnswerGroup>();
  for (const instance of instances) {
    const group = await instanceGroup(context, instance, scope);
    const first = group?.answer[0];
    if (!group || !first) continue;
    const key = isSRV ? serviceKey(context, instance, scope) : recordKey(first);
    if (!groups.has(key)) groups.set(key, group);
  }
  const all = [...groups.values()];
  if (isSRV) return resolution({ groups: all });
  const direct = all.filter(({ answer }) => answer[0]!.type !== RecordType.CNAME);
  // A name has one alias at most and nothing beside it (RFC 1034 section 3.6.2), so addresses go before aliases.
  if (direct.length === 0) return resolution({ groups: all, maxGroups: 1 });
  return resolution({
    groups: direct,
    maxGroups: context.settings.options.aRecordLimit || Number.POSITIVE_INFINITY,
  });
}

/** Two instances at one address and port of one node are one SRV record. */
function serviceKey(
  { settings: { addresses } }: ResolveContext,
  instance: CheckServiceNode,
  { datacenter }: InstanceScope,
): string {
  const address = addresses.serviceAddress(instance, datacenter, RecordType.SRV);
  return `${instance.Node.Node}:${address}:${addresses.servicePort(instance, datacenter)}`;
}

function recordKey(record: ResourceRecord): string {
  if ('address' in record) return record.address.join('.');
  return 'target' in record ? record.target : '';
}

async function instanceGroup(
  context: ResolveContext,
  instance: CheckServiceNode,
  scope: InstanceScope,
): Promise<AnswerGroup | undefined> {
  const { addresses, options } = context.settings;
  const { type, name } = context.question;
  const own = addresses.serviceAddress(instance, scope.datacenter, type);
  const nodeText = addresses.nodeAddress(instance.Node, type);
  const nodeIP = parseAddress(nodeText);
  const ip = own === '' ? nodeIP : parseAddress(own);
  // A service whose address is the very name that was asked for would be an alias of itself.
  const isSelf = own !== '' && !ip && nodeIP && fullyQualified(own) === name;
  let group: AnswerGroup | undefined;
  if (isSelf) group = addressGroup(context, instance, scope, nodeIP, nodeTarget(context, instance));
  else if (ip) {
    const byNode = own === '' && nodeText === instance.Node.Address;
    const target = byNode ? nodeTarget(context, instance) : addressTarget(context, instance, ip);
    group = addressGroup(context, instance, scope, ip, target);
  } else if (own !== '' || nodeText !== '') {
    group = await aliasGroup(context, instance, scope, fullyQualified(own || nodeText));
  }
  if (!group || type !== RecordType.SRV || !options.nodeMetaTXT) return group;
  const target = nodeName(instance.Node, context.domain);
  const texts = metadataRecords(instance.Node, target, scope.ttl);
  return { answer: group.answer, additional: [...group.additional, ...texts] };
}

function addressGroup(
  context: ResolveContext,
  instance: CheckServiceNode,
  scope: InstanceScope,
  address: Uint8Array,
  target: string,
): AnswerGroup | undefined {
  const { type, name } = context.question;
  if (!answersType(address, type)) return undefined;
  if (type !== RecordType.SRV) {
    return { answer: [addressRecord(name, scope.ttl, address)], additional: [] };
  }
  return {
    answer: [serviceRecord(context, instance, scope, target)],
    additional: [addressRecord(target, scope.ttl, address)],
  };
}

/** The instance lives behind a host name: an alias, with what it leads to where that can be found out. */
async function aliasGroup(
  context: ResolveContext,
  instance: CheckServiceNode,
  scope: InstanceScope,
  target: string,
): Promise<AnswerGroup> {
  const { ttl } = scope;
  const followed: ResourceRecord[] = [];
  for (const record of await context.followAlias(context, target)) {
    const { type } = record;
    const leads = type === RecordType.CNAME || type === RecordType.A || type === RecordType.AAAA;
    if (leads) followed.push({ ...record, ttl });
  }
  const records = context.hasEDNS ? followed : followed.slice(0, MAX_ALIAS_RECORDS);
  if (context.question.type === RecordType.SRV) {
    return { answer: [serviceRecord(context, instance, scope, target)], additional: records };
  }
  const name = context.question.name;
  return { answer: [{ type: RecordType.CNAME, name, ttl, target }, ...records], additional: [] };
}

function serviceRecord(
  { settings: { addresses }, question }: ResolveContext,
  instance: CheckServiceNode,
  { datacenter, ttl }: InstanceScope,
  target: string,
): ResourceRecord {
  return {
    type: RecordType.SRV,
    name: question.name,
    ttl,
    priority: 1,
    weight: weightOf(instance),
    port: addresses.servicePort(instance, datacenter) & 0xffff,
    target,
  };
}

function nodeTarget({ domain }: ResolveContext, { Node }: CheckServiceNode): string {
  return nodeName(Node, domain);
}

/** `0a0e0002.addr.DC.DOMAIN.`: a name for an address that belongs to no node. */
function addressTarget(
  { domain }: ResolveContext,
  { Node }: CheckServiceNode,
  address: Uint8Array,
): string {
  return `${Buffer.from(address).toString('hex')}.addr.${Node.Datacenter}.${domain}`;
}
