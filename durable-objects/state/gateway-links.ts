/**
 * Which services stand behind ingress and terminating gateways (Consul: agent/consul/state/catalog.go, the table of
 * gateway services).
 *
 * Links are no rows: they follow from the gateways' configuration entries, from which services exist, and from what
 * those speak. Entries of gateways are few, and a datacenter without any pays one lookup.
 */
import type { Entry } from '../../protocol/config-entries/kinds.ts';
import { RPCError } from '../../protocol/errors.ts';
import { type SQL, firstRow } from '../db/storage.ts';
import { foldName } from './catalog-topics.ts';
import { mayHaveKind } from './config-kinds.ts';
import { checkChain } from './config-chain.ts';
import { type ConfigEntryRow, entryRowsOfKind, toEntry } from './config-entries.ts';
import { protocolOf } from '../discovery-chain/chain-entries.ts';
import { EntryReader } from './config-reader.ts';
import { hasInstances } from './services-rows.ts';

export type LinkingKind = 'ingress-gateway' | 'terminating-gateway';

export interface GatewayLink {
  readonly service: string;
  /** The link as the API renders it, without its indexes. */
  readonly json: string;
}

export interface GatewayLinks {
  readonly kind: LinkingKind;
  readonly name: string;
  /** The gateway takes in whatever service comes. */
  readonly hasWildcard: boolean;
  /** In the order of names, then of ports. */
  readonly links: readonly GatewayLink[];
}

export function hasLinkingGateways(sql: SQL): boolean {
  if (!mayHaveKind(sql, 'ingress-gateway') && !mayHaveKind(sql, 'terminating-gateway'))
    return false;
  const query =
    "SELECT 1 AS one FROM config_entries WHERE kind IN ('ingress-gateway', 'terminating-gateway') LIMIT 1";
  return firstRow(sql, query) !== undefined;
}

/** @param only services to look at; without them all */
export function linksOfGateways(sql: SQL, only?: readonly string[]): GatewayLinks[] {
  const rows = [
    ...entryRowsOfKind(sql, 'ingress-gateway'),
    ...entryRowsOfKind(sql, 'terminating-gateway'),
  ];
  return rows.map((row) => linksOf(sql, row, only));
}

export function linksOf(sql: SQL, row: ConfigEntryRow, only?: readonly string[]): GatewayLinks {
  const asked = only === undefined ? undefined : new Set(only.map(foldName));
  const listed = row.kind === 'ingress-gateway' ? ingressLinks(row) : terminatingLinks(row);
  const named = new Map<string, ListedLink>();
  const wildcards = listed.filter(({ service }) => service === '*');
  for (const link of listed) if (link.service !== '*') named.set(keyOf(link), link);
  for (const wildcard of wildcards) {
    for (const link of wildcardLinks(sql, row.kind as LinkingKind, wildcard, asked)) {
      if (!named.has(keyOf(link))) named.set(keyOf(link), link);
    }
  }
  const entries = new EntryReader(sql);
  const links = [...named.values()]
    .filter(({ service }) => asked === undefined || asked.has(foldName(service)))
    .filter((link) => isSpoken(entries, link))
    .toSorted((a, b) => compareText(a.service, b.service) || (a.port ?? 0) - (b.port ?? 0))
    .map((link) => ({ service: link.service, json: renderLink(sql, row, link) }));
  return {
    kind: row.kind as LinkingKind,
    name: row.name,
    hasWildcard: wildcards.length > 0,
    links,
  };
}

/** A link before it is known what its service is. */
interface ListedLink {
  readonly service: string;
  readonly isFromWildcard?: boolean;
  readonly isDestination?: boolean;
  /** Of an ingress gateway's listener. */
  readonly port?: number;
  readonly protocol?: string;
  readonly hosts?: readonly string[];
  /** Of a terminating gateway's service, in the names of its entry. */
  readonly tls?: Readonly<Record<string, string | undefined>>;
  readonly hasAutoHostRewrite?: boolean;
}

const keyOf = ({ service, port }: ListedLink): string => `${foldName(service)}\0${port ?? 0}`;
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function ingressLinks(row: ConfigEntryRow): ListedLink[] {
  const { Listeners = [] } = toEntry<'ingress-gateway'>(row);
  return Listeners.flatMap(({ Port, Protocol, Services = [] }) =>
    Services.map(({ Name = '', Hosts }) => ({
      service: Name,
      port: Port ?? 0,
      protocol: Protocol ?? 'tcp',
      hosts: Hosts ?? [],
    })),
  );
}

function terminatingLinks(row: ConfigEntryRow): ListedLink[] {
  const { Services = [] } = toEntry<'terminating-gateway'>(row);
  return Services.map(({ Name = '', DisableAutoHostRewrite, CAFile, CertFile, KeyFile, SNI }) => ({
    service: Name,
    tls: { CAFile, CertFile, KeyFile, SNI },
    hasAutoHostRewrite: DisableAutoHostRewrite !== true,
  }));
}

/** Services of the datacenter's own make are never taken in by a wildcard. */
const OWN_SERVICE = 'consul';

/**
 * An ingress gateway's wildcard means what can be reached through Connect, a terminating gateway's what can be reached
 * without it; both mean what service-defaults describe as a destination outside.
 */
function wildcardLinks(
  sql: SQL,
  kind: LinkingKind,
  wildcard: ListedLink,
  asked: ReadonlySet<string> | undefined,
): ListedLink[] {
  const condition =
    kind === 'ingress-gateway'
      ? "EXISTS (SELECT 1 FROM services c WHERE c.connect_key = s.name_key AND c.connect_key <> '')"
      : 's.connect <> \'{"Native":true}\'';
  const names = sql
    .exec<{ name: string }>(
      `SELECT MIN(s.name) AS name FROM services s WHERE s.kind = '' AND s.name_key <> ? ` +
        `AND ${condition} ${asked === undefined ? '' : 'AND s.name_key IN (SELECT value FROM json_each(?))'} ` +
        'GROUP BY s.name_key',
      OWN_SERVICE,
      ...(asked === undefined ? [] : [JSON.stringify([...asked])]),
    )
    .toArray();
  const found = names.map(({ name }) => ({ ...wildcard, service: name, isFromWildcard: true }));
  const destinations = destinationsOf(sql).map((service) => {
    return { ...wildcard, service, isFromWildcard: true, isDestination: true };
  });
  return [...found, ...destinations];
}

function destinationsOf(sql: SQL): string[] {
  return sql
    .exec<{ name: string }>(
      "SELECT name FROM config_entries WHERE kind = 'service-defaults' AND content ->> '$.Destination' IS NOT NULL",
    )
    .toArray()
    .map(({ name }) => name);
}

/** A listener leads only to what speaks its protocol. */
function isSpoken(entries: EntryReader, { service, protocol }: ListedLink): boolean {
  return protocol === undefined || spokenBy(entries, service) === protocol;
}

function spokenBy(entries: EntryReader, service: string): string {
  try {
    return checkChain(entries, service).protocol;
  } catch (error) {
    // A chain that does not hold together still has the protocol of its own service.
    if (error instanceof RPCError) return protocolOf(entries, service);
    throw error;
  }
}

function renderLink(sql: SQL, row: ConfigEntryRow, link: ListedLink): string {
  const { CAFile, CertFile, KeyFile, SNI } = link.tls ?? {};
  const value = {
    Gateway: { Name: row.name },
    Service: { Name: link.service },
    GatewayKind: row.kind,
    Port: link.port || undefined,
    Protocol: link.protocol,
    Hosts: link.hosts?.length ? link.hosts : undefined,
    CAFile: CAFile || undefined,
    CertFile: CertFile || undefined,
    KeyFile: KeyFile || undefined,
    SNI: SNI || undefined,
    FromWildcard: link.isFromWildcard,
    ServiceKind: serviceKindOf(sql, row, link),
    AutoHostRewrite: link.hasAutoHostRewrite || undefined,
  };
  return JSON.stringify(value);
}

/** Whether the service is in the catalog or outside; undefined where nobody knows it. */
function serviceKindOf(sql: SQL, row: ConfigEntryRow, link: ListedLink): string | undefined {
  if (link.isDestination) return 'destination';
  if (row.kind === 'ingress-gateway' || link.isFromWildcard) return undefined;
  const key = foldName(link.service);
  if (hasInstances(sql, key)) return 'service';
  const defaults = new EntryReader(sql).find('service-defaults', link.service);
  return isOutside(defaults) ? 'destination' : undefined;
}

function isOutside(defaults: Entry<'service-defaults'> | undefined): boolean {
  return defaults?.Destination !== undefined;
}

/** Folded names of the gateways of a kind through which a service is reached. */
export function gatewaysOfService(sql: SQL, kind: LinkingKind, service: string): string[] {
  return entryRowsOfKind(sql, kind)
    .filter((row) => linksOf(sql, row, [service]).links.length > 0)
    .map((row) => row.key);
}
