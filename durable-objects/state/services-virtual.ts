/**
 * The virtual addresses that instances show among their tagged ones: a mesh service's own, and at a terminating gateway
 * those of the services that it stands for.
 */
import type { ServiceAddress } from '../../protocol/types/catalog.ts';
import type { WriteTxn } from '../writer.ts';
import type { Content } from './catalog-table.ts';
import { assignVirtualIPTxn, servicesBehind } from './catalog-virtual-ip.ts';
import { findEntryRow } from './config-entries.ts';
import { renderTaggedAddresses } from './services-content.ts';
import type { ServiceRow } from './services-rows.ts';

/** Under this name a tagged address says where mesh clients reach the service. */
const VIRTUAL_ADDRESS_TAG = 'consul-virtual';
/** Followed by the name of a service behind a terminating gateway. */
const BEHIND_GATEWAY_PREFIX = `${VIRTUAL_ADDRESS_TAG}:`;

type TaggedAddresses = Record<string, ServiceAddress>;

/** Puts into `content` the addresses that the datacenter gives, in place of those that it gave before. */
export function withVirtualAddressesTxn(
  tx: WriteTxn,
  content: Content<ServiceRow>,
): Content<ServiceRow> {
  if (content.connect_key !== '') {
    const Address = assignVirtualIPTxn(tx, content.connect_key);
    const own = { [VIRTUAL_ADDRESS_TAG]: { Address, Port: content.port } };
    return withTagged(content, { ...taggedOf(content), ...own });
  }
  if (content.kind !== 'terminating-gateway') return content;
  const kept = Object.entries(taggedOf(content)).filter(
    ([tag]) => !tag.startsWith(BEHIND_GATEWAY_PREFIX),
  );
  return withTagged(content, { ...Object.fromEntries(kept), ...addressesBehindTxn(tx, content) });
}

function withTagged(content: Content<ServiceRow>, tagged: TaggedAddresses): Content<ServiceRow> {
  return { ...content, tagged_addresses: renderTaggedAddresses(tagged) };
}

function taggedOf({ tagged_addresses }: Content<ServiceRow>): TaggedAddresses {
  return tagged_addresses === null ? {} : (JSON.parse(tagged_addresses) as TaggedAddresses);
}

function addressesBehindTxn(tx: WriteTxn, { name_key }: Content<ServiceRow>): TaggedAddresses {
  const row = findEntryRow(tx.sql, 'terminating-gateway', name_key);
  if (row === undefined) return {};
  const services = [...servicesBehind(row)];
  return Object.fromEntries(
    services.map(([key, name]) => [
      `${BEHIND_GATEWAY_PREFIX}${name}`,
      { Address: assignVirtualIPTxn(tx, key), Port: 0 },
    ]),
  );
}
