/**
 * What a write of one entry may do to the others (Consul: agent/consul/state/config_entry.go,
 * validateProposedConfigEntryInGraph).
 *
 * The checks look at the entries as they would stand afterwards: a write that would break a discovery chain, leave a
 * gateway with a service of another protocol, or take away what an intention refers to is refused.
 */
import type { Entry, KindName } from '../../protocol/config-entries/kinds.ts';
import { invalid } from '../../protocol/errors.ts';
import type { SQL } from '../db/storage.ts';
import { foldName } from '../state/catalog-topics.ts';
import { findEntry } from '../state/config-entries.ts';
import { type CheckedChain, checkChain } from '../state/config-chain.ts';
import { isHTTPLike } from '../discovery-chain/chain-entries.ts';
import { EntryReader, type Proposal } from '../state/config-reader.ts';
import { quote } from './kind-rules.ts';
import { checkPeerExport, exportedToPeers, newlyExported } from './peer-exports.ts';
import { refuseLostProvider, requireProviders } from './jwt-references.ts';

/** @throws RPCError when the write must not happen */
export function checkProposal(sql: SQL, proposal: Proposal): void {
  const entries = new EntryReader(sql, proposal);
  checkReferences(sql, entries, proposal);
  checkGraph(sql, entries, proposal);
}

function checkReferences(sql: SQL, entries: EntryReader, proposal: Proposal): void {
  const { kind, name, entry } = proposal;
  switch (kind) {
    case 'proxy-defaults':
    case 'service-defaults':
      requirePermissionForPermissive(sql, entries, proposal);
      break;
    case 'ingress-gateway':
      refuseClash(entries, kind, name, 'terminating-gateway');
      break;
    case 'terminating-gateway':
      refuseClash(entries, kind, name, 'ingress-gateway');
      break;
    case 'service-intentions':
      if (entry !== undefined) requireProviders(entries, entry as Entry<'service-intentions'>);
      break;
    case 'jwt-provider':
      if (entry === undefined) refuseLostProvider(entries, name);
      break;
    default:
  }
}

/** A mesh must say that it bears unencrypted connections before a service may take them. What stands already may stay. */
function requirePermissionForPermissive(
  sql: SQL,
  entries: EntryReader,
  { kind, name, entry }: Proposal,
): void {
  const modeOf = (from: unknown): string | undefined =>
    (from as Entry<'service-defaults'> | undefined)?.MutualTLSMode;
  if (modeOf(entry) !== 'permissive' || modeOf(findEntry(sql, kind, name)) === 'permissive') return;
  if (entries.find('mesh', 'mesh')?.AllowEnablingPermissiveMutualTLS === true) return;
  throw invalid(
    'cannot set MutualTLSMode=permissive because AllowEnablingPermissiveMutualTLS=false in the mesh config entry',
  );
}

function refuseClash(entries: EntryReader, kind: KindName, name: string, other: KindName): void {
  if (entries.find(other, name) === undefined) return;
  throw invalid(
    `cannot create a ${quote(kind)} config entry with name ${quote(name)}, ` +
      `a ${quote(other)} config entry with that name already exists`,
  );
}

/** Which parts of the graph a write can break. */
interface Affected {
  readonly services: Set<string>;
  readonly gateways: Entry<'ingress-gateway'>[];
  readonly intentions: Entry<'service-intentions'>[];
}

/** Kinds that say nothing about any chain. */
const OUTSIDE: ReadonlySet<KindName> = new Set<KindName>([
  'mesh',
  'sameness-group',
  'api-gateway',
  'bound-api-gateway',
  'http-route',
  'tcp-route',
  'file-system-certificate',
  'inline-certificate',
  'jwt-provider',
  'terminating-gateway',
]);

function checkGraph(sql: SQL, entries: EntryReader, proposal: Proposal): void {
  if (OUTSIDE.has(proposal.kind)) return;
  const affected = findAffected(entries, proposal);
  const chains = new Map<string, CheckedChain>();
  const chainOf = (service: string): CheckedChain => {
    let chain = chains.get(service);
    if (chain === undefined) chains.set(service, (chain = checkChain(entries, service)));
    return chain;
  };
  const isExported = exportedToPeers(entries);
  const stored = new EntryReader(sql);
  for (const service of affected.services) {
    const chain = chainOf(service);
    if (isExported(service)) checkPeerExport(service, chain, () => checkChain(stored, service));
  }
  for (const gateway of affected.gateways) {
    checkListeners(gateway, chainOf, proposal.kind === 'ingress-gateway');
  }
  for (const intention of affected.intentions) checkPermissions(intention, chainOf);
}

function findAffected(entries: EntryReader, proposal: Proposal): Affected {
  const { kind, name, entry } = proposal;
  switch (kind) {
    case 'exported-services':
      return {
        services: new Set(newlyExported(entries, proposal)),
        gateways: [],
        intentions: [],
      };
    case 'service-intentions':
      return {
        services: new Set(),
        gateways: [],
        intentions: entry === undefined ? [] : [entry as Entry<'service-intentions'>],
      };
    case 'ingress-gateway':
      return {
        services: new Set(),
        gateways: entry === undefined ? [] : [entry as Entry<'ingress-gateway'>],
        intentions: [],
      };
    case 'proxy-defaults':
      return {
        services: new Set(
          [
            ...entries.all('service-router'),
            ...entries.all('service-splitter'),
            ...entries.all('service-resolver'),
            ...entries.all('service-defaults'),
          ].map(({ Name }) => Name ?? ''),
        ),
        gateways: entries.all('ingress-gateway'),
        intentions: entries.all('service-intentions'),
      };
    default:
      return {
        services: new Set([name, ...chainsThrough(entries, name)]),
        gateways: entries
          .all('ingress-gateway')
          .filter((gateway) => servicesOf(gateway).some((service) => isSame(service, name))),
        intentions: entries.all('service-intentions'),
      };
  }
}

const isSame = (a: string, b: string): boolean => foldName(a) === foldName(b);

/** Services whose own entries lead to this one. */
function chainsThrough(entries: EntryReader, service: string): string[] {
  const leadsThere = (name: string | undefined): boolean =>
    name !== undefined && isSame(name, service);
  const found = [
    ...entries
      .all('service-router')
      .filter(({ Routes = [] }) => Routes.some((route) => leadsThere(route.Destination?.Service))),
    ...entries
      .all('service-splitter')
      .filter(({ Splits = [] }) => Splits.some((split) => leadsThere(split.Service))),
    ...entries
      .all('service-resolver')
      .filter(
        ({ Redirect, Failover = {} }) =>
          leadsThere(Redirect?.Service) ||
          Object.values(Failover).some(
            (failover) =>
              leadsThere(failover.Service) ||
              (failover.Targets ?? []).some((target) => leadsThere(target.Service)),
          ),
      ),
  ];
  return found.map(({ Name }) => Name ?? '');
}

function servicesOf({ Listeners = [] }: Entry<'ingress-gateway'>): string[] {
  return Listeners.flatMap(({ Services = [] }) => Services.map(({ Name }) => Name ?? ''));
}

type ChainOf = (service: string) => CheckedChain;

/**
 * A listener's services speak its protocol.
 *
 * @param isGatewayWrite the gateway itself is written: then TCP listeners, too, take no service of another protocol,
 * which a change of the service may bring about later
 */
function checkListeners(
  { Listeners = [] }: Entry<'ingress-gateway'>,
  chainOf: ChainOf,
  isGatewayWrite: boolean,
): void {
  for (const { Protocol: expected = 'tcp', Services = [] } of Listeners) {
    for (const { Name: service = '' } of Services) {
      if (service === '*') continue;
      const { protocol, startsWith } = chainOf(service);
      if (protocol === expected) continue;
      if (!isGatewayWrite && expected === 'tcp' && startsWith === 'resolver') continue;
      throw invalid(
        `service ${quote(service)} has protocol ${quote(protocol)}, ` +
          `which does not match defined listener protocol ${quote(expected)}`,
      );
    }
  }
}

/** Permissions are about requests, so the destination must speak HTTP. */
function checkPermissions(
  { Name: service = '', Sources = [] }: Entry<'service-intentions'>,
  chainOf: ChainOf,
): void {
  if (service === '*') return;
  const { protocol } = chainOf(service);
  const hasPermissions = Sources.some(({ Permissions = [] }) => Permissions.length > 0);
  if (!hasPermissions || isHTTPLike(protocol)) return;
  throw invalid(
    `service ${quote(service)} has protocol ${quote(protocol)}, which is incompatible with L7 intentions permissions`,
  );
}
