/**
 * From a question to a resolution: finds the zone, reads the name, calls the answerer of its kind.
 *
 * Errors of the source are not caught here; the caller answers SERVFAIL.
 */
import { parseDuration } from '../../../protocol/duration.ts';
import type { DNSOptions } from '../options.ts';
import { RecordType, ResponseCode } from '../wire/codes.ts';
import type { Query, Question } from '../wire/query.ts';
import { lowerCase } from '../wire/name.ts';
import type { ResourceRecord } from '../wire/record.ts';
import type { ResolveContext, ResolverSettings } from './context.ts';
import { answerNode, notFound } from './node-answer.ts';
import { randomSelection, resolution } from './resolution.ts';
import type { Resolution } from './resolution.ts';
import { parseRoute } from './route.ts';
import type { Route } from './route.ts';
import { answerInstances, answerService } from './service-answer.ts';
import { ServiceTTLs, wholeSeconds } from './service-ttl.ts';
import type { TrackedSource } from './tracked-source.ts';
import { AddressTranslator } from './translate-address.ts';
import {
  answerAddress,
  answerNameServers,
  answerReverse,
  answerStartOfAuthority,
  answerVirtualIP,
  startOfAuthority,
} from './zone-answer.ts';
import { Zones } from './zones.ts';

/** Aliases within our own zone that are followed in a row. */
const MAX_ALIASES = 3;

/** Asks a recursor for the addresses of a name outside our zones; empty when there is none or it fails. */
export type ResolveExternalName = (name: string) => Promise<ResourceRecord[]>;

/** `foreign`: the name is in no zone of ours; a recursor or REFUSED is the answer. */
export type Resolved = Resolution | 'foreign';

export class Resolver {
  readonly settings: ResolverSettings;
  readonly #resolveExternal: ResolveExternalName;

  constructor(options: DNSOptions, resolveExternal: ResolveExternalName) {
    this.settings = {
      options,
      zones: new Zones(options.domain, options.altDomain),
      serviceTTLs: new ServiceTTLs(options.serviceTTLSeconds),
      addresses: new AddressTranslator(options),
      nodeTTL: wholeSeconds(options.nodeTTLSeconds),
    };
    this.#resolveExternal = resolveExternal;
  }

  async resolve(query: Query, source: TrackedSource, clientAddress: string): Promise<Resolved> {
    const { question, edns } = query;
    const zone = this.settings.zones.match(question);
    if (zone.kind === 'foreign') return 'foreign';
    const context: ResolveContext = {
      settings: this.settings,
      source,
      question,
      domain: zone.kind === 'domain' ? zone.domain : this.settings.zones.domain,
      hasEDNS: edns !== undefined,
      clientAddress: edns?.clientSubnet?.address ?? clientAddress,
      aliasesLeft: MAX_ALIASES,
      followAlias: this.#followAlias,
    };
    if (zone.kind === 'reverse') return answerReverse(context);
    return this.#answerDomain(context, zone.labels);
  }

  async #answerDomain(context: ResolveContext, labels: readonly string[]): Promise<Resolution> {
    const { question } = context;
    if (question.type === RecordType.SOA) return answerStartOfAuthority(context);
    if (question.type === RecordType.NS) return answerNameServers(context);
    // Zone transfers would list the catalog to anybody.
    if (question.type === RecordType.AXFR) return resolution({ code: ResponseCode.NOTIMP });
    const route = parseRoute(labels, question.type, this.settings.options.datacenter);
    const found = await this.#answerRoute(context, route);
    return this.#isNegative(found, route)
      ? { ...found, authority: [startOfAuthority(this.settings, question.name)] }
      : found;
  }

  #answerRoute(
    context: ResolveContext,
    route: Route | undefined,
  ): Resolution | Promise<Resolution> {
    switch (route?.kind) {
      case undefined:
        return notFound();
      case 'service':
        return answerService(context, route);
      case 'node':
        return answerNode(context, route.node, route.datacenter);
      case 'query':
        return answerPreparedQuery(context, route.nameOrID, route.datacenter);
      case 'virtual':
        return answerVirtualIP(context, route.service, route.peer);
      case 'address':
        return answerAddress(context, route.hex);
    }
  }

  /** RFC 2308: NXDOMAIN carries an SOA. Of the empty answers only those about services do, as in Consul. */
  #isNegative({ code, groups }: Resolution, route: Route | undefined): boolean {
    if (code !== ResponseCode.NOERROR) return code === ResponseCode.NXDOMAIN;
    return groups.length === 0 && (route?.kind === 'service' || route?.kind === 'query');
  }

  readonly #followAlias = async (
    context: ResolveContext,
    target: string,
  ): Promise<ResourceRecord[]> => {
    if (!this.settings.zones.contains(target)) {
      if (this.settings.options.recursors.length === 0) return [];
      context.source.markUnrepeatable();
      return this.#resolveExternal(target);
    }
    if (context.aliasesLeft === 0) return [];
    const question = aliasQuestion(target);
    const zone = this.settings.zones.match(question);
    if (zone.kind !== 'domain') return [];
    const found = await this.#answerDomain(
      { ...context, question, domain: zone.domain, aliasesLeft: context.aliasesLeft - 1 },
      zone.labels,
    );
    const { groups, maxGroups, shuffled } = found;
    const chosen = shuffled ? randomSelection(groups, maxGroups) : groups.slice(0, maxGroups);
    return chosen.flatMap(({ answer }) => answer);
  };
}

async function answerPreparedQuery(
  context: ResolveContext,
  nameOrID: string,
  datacenter: string,
): Promise<Resolution> {
  const { source, settings, clientAddress } = context;
  if (!source.knowsDatacenter(datacenter)) return { ...notFound(), perClient: true };
  if (nameOrID === '') return resolution({ code: ResponseCode.SERVFAIL });
  const result = await source.preparedQuery(nameOrID, datacenter, clientAddress);
  if (!result || result.Nodes.length === 0) return { ...notFound(), perClient: true };
  const configured = result.DNS.TTL === '' ? null : parseDuration(result.DNS.TTL);
  const ttl =
    configured === null
      ? settings.serviceTTLs.secondsFor(result.Service)
      : wholeSeconds(configured / 1000);
  const scope = { datacenter: result.Datacenter, ttl };
  return { ...(await answerInstances(context, result.Nodes, scope)), perClient: true };
}

function aliasQuestion(name: string): Question {
  const labels = lowerCase(name).slice(0, -1).split('.');
  return { name, labels, type: RecordType.ANY, class: 1, bytes: new Uint8Array() };
}
