/**
 * What else changes when a configuration entry is written or removed: the services behind gateways, and who has a virtual
 * address.
 */
import { type KindName, type KnownEntry, nameOf } from '../../protocol/config-entries/kinds.ts';
import type { WriteTxn } from '../writer.ts';
import { foldName } from './catalog-topics.ts';
import {
  DESCRIBING_KINDS,
  assignVirtualIPTxn,
  releaseVirtualIPTxn,
  servicesBehind,
} from './catalog-virtual-ip.ts';
import { deleteEntryTxn, findEntryRow, putEntryTxn } from './config-entries.ts';
import { withDerivedTopicsTxn } from './derived-topics.ts';
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
  withEffectsTxn(tx, entry.Kind, name, () => {
    putEntryTxn(tx, entry);
    if (hasOwnAddress(entry.Kind, name)) assignVirtualIPTxn(tx, foldName(name));
  });
}

/** Removes an entry that may go. */
export function removeEntryTxn(tx: WriteTxn, kind: KindName, name: string): void {
  withEffectsTxn(tx, kind, name, () => deleteEntryTxn(tx, kind, name));
  if (hasOwnAddress(kind, name)) releaseVirtualIPTxn(tx, foldName(name));
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
