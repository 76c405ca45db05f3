/** What the functions of this folder share while they answer one question. */
import type { DNSOptions } from '../options.ts';
import type { Question } from '../wire/query.ts';
import type { ResourceRecord } from '../wire/record.ts';
import type { AddressTranslator } from './translate-address.ts';
import type { ServiceTTLs } from './service-ttl.ts';
import type { TrackedSource } from './tracked-source.ts';
import type { Zones } from './zones.ts';

/** The options in the form the resolver works with; made anew at a reload. */
export interface ResolverSettings {
  readonly options: DNSOptions;
  readonly zones: Zones;
  readonly serviceTTLs: ServiceTTLs;
  readonly addresses: AddressTranslator;
  readonly nodeTTL: number;
}

/** Follows an alias: the records that `target` leads to, of any type, or none when it cannot be followed. */
export type FollowAlias = (context: ResolveContext, target: string) => Promise<ResourceRecord[]>;

export interface ResolveContext {
  readonly settings: ResolverSettings;
  readonly source: TrackedSource;
  readonly question: Question;
  /** The zone's domain in the case of the question. */
  readonly domain: string;
  readonly hasEDNS: boolean;
  /** Canonical text: of the client's subnet option if it sent one, of its own address otherwise. */
  readonly clientAddress: string;
  /** How many more aliases may be followed: two nodes that name each other must not hang the server. */
  readonly aliasesLeft: number;
  readonly followAlias: FollowAlias;
}
