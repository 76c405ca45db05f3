/**
 * What else changes when a configuration entry is written or removed: the services behind gateways, who has a virtual
 * address, and which routes are bound to API gateways.
 */
import {
  type Entry,
  type KindName,
  type KnownEntry,
  nameOf,
} from '../../protocol/config-entries/kinds.ts';
import type { WriteTxn } from '../writer.ts';
import { foldName } from './catalog-topics.ts';
import {
  DESCRIBING_KINDS,
  assignVirtualIPTxn,
  releaseVirtualIPTxn,
  servicesBehind,
} from './catalog-virtual-ip.ts';
import {
  deleteEntryTxn,
  findEntry,
  findEntryRow,
  hasEntryOfKind,
  putEntryTxn,
} from './config-entries.ts';
import { EntryReader } from './config-reader.ts';
import { withDerivedTopicsTxn } from './derived-topics.ts';
import { bindRoutes } from './gateway-binding.ts';
import { followPolicyTxn } from './reap-unreported.ts';
import { refreshGatewayAddressesTxn } from './services.ts';

/** Kinds that decide what a gateway leads to, or what is exported. */
const DERIVING_KINDS: ReadonlySet<KindName> = new Set<KindName>([
  'ingress-gateway',
  'terminating-gateway',
  'service-defaults',
  'proxy-defaults',
  'service-router',
  'service-splitter',
  'service-resolver',
  'exported-services',
]);

/** Stores an entry that has been found acceptable. */
export function writeEntryTxn(tx: WriteTxn, entry: KnownEntry): void {
  const name = nameOf(entry);
  followPolicyTxn(tx, findEntry(tx.sql, entry.Kind, name), entry);
  withEffectsTxn(tx, entry.Kind, name, () => {
    putWithBindingsTxn(tx, entry, name);
    if (hasOwnAddress(entry.Kind, name)) assignVirtualIPTxn(tx, foldName(name));
  });
}

/** Removes an entry that may go. */
export function removeEntryTxn(tx: WriteTxn, kind: KindName, name: string): void {
  followPolicyTxn(tx, findEntry(tx.sql, kind, name), undefined);
  withEffectsTxn(tx, kind, name, () => {
    deleteEntryTxn(tx, kind, name);
    if (kind === 'api-gateway') deleteEntryTxn(tx, 'bound-api-gateway', name);
    if (bindsRoutes(tx, kind)) {
      for (const bound of bindRoutes(new EntryReader(tx.sql), tx.now)) putEntryTxn(tx, bound);
    }
  });
  if (hasOwnAddress(kind, name)) releaseVirtualIPTxn(tx, foldName(name));
}

/** Kinds upon which the binding of routes to API gateways depends. */
const BINDING_KINDS: ReadonlySet<KindName> = new Set<KindName>([
  'api-gateway',
  'http-route',
  'tcp-route',
  'inline-certificate',
  'file-system-certificate',
  'service-defaults',
  'proxy-defaults',
  'service-router',
  'service-splitter',
  'service-resolver',
]);

const BOUND_KINDS = ['api-gateway', 'http-route', 'tcp-route'] as const;

function bindsRoutes(tx: WriteTxn, kind: KindName): boolean {
  return BINDING_KINDS.has(kind) && BOUND_KINDS.some((bound) => hasEntryOfKind(tx.sql, bound));
}

/** Stores the entry, with its status if it has one, and every gateway and route that it binds or sets free. */
function putWithBindingsTxn(tx: WriteTxn, entry: KnownEntry, name: string): void {
  const isBound = (BOUND_KINDS as readonly KindName[]).includes(entry.Kind);
  if (!isBound) putEntryTxn(tx, entry);
  if (!isBound && !bindsRoutes(tx, entry.Kind)) return;
  const proposal = { kind: entry.Kind, name, entry: entry as Entry<KindName> };
  const entries = new EntryReader(tx.sql, proposal);
  for (const bound of bindRoutes(entries, tx.now)) putEntryTxn(tx, bound);
}

function hasOwnAddress(kind: KindName, name: string): boolean {
  return (DESCRIBING_KINDS as readonly KindName[]).includes(kind) && !name.includes('*');
}

function withEffectsTxn(tx: WriteTxn, kind: KindName, name: string, work: () => void): void {
  if (!DERIVING_KINDS.has(kind)) return work();
  const before = kind === 'terminating-gateway' ? behindTxn(tx, name) : undefined;
  withDerivedTopicsTxn(tx, undefined, work);
  if (before === undefined) return;
  const after = behindTxn(tx, name);
  for (const service of after) assignVirtualIPTxn(tx, service);
  refreshGatewayAddressesTxn(tx, name);
  for (const service of before) if (!after.has(service)) releaseVirtualIPTxn(tx, service);
}

function behindTxn(tx: WriteTxn, gateway: string): Set<string> {
  const row = findEntryRow(tx.sql, 'terminating-gateway', gateway);
  return new Set(row === undefined ? [] : servicesBehind(row).keys());
}
