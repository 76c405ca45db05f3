/** Keys written in transactions: each is all or nothing. */
import type { TxnOp, TxnResponse } from '../../protocol/types/txn.ts';
import { parseJSON, renderJSON } from '../client/json.ts';
import type { ConsulClient } from '../client/http-client.ts';

/** Consul's limit of operations in a transaction. */
export const MAX_OPS = 64;
/** Below the agents' default limit of 512 KiB for a transaction's values, with room for names and JSON. */
export const MAX_BATCH_BYTES = 384 * 1024;

export interface CheckedEntry {
  readonly key: string;
  readonly flags: number | bigint;
  readonly value: string;
}

export function* splitBatches(entries: readonly CheckedEntry[]): Generator<CheckedEntry[]> {
  let batch: CheckedEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = entry.key.length + entry.value.length;
    if (batch.length === MAX_OPS || (batch.length > 0 && bytes + size > MAX_BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

export async function writeBatch(
  client: ConsulClient,
  batch: readonly CheckedEntry[],
): Promise<void> {
  const ops: (Omit<TxnOp, 'KV'> & { KV: object })[] = batch.map(({ key, flags, value }) => ({
    KV: { Verb: 'set', Key: key, Flags: flags, Value: value },
  }));
  const response = await client.request({
    method: 'PUT',
    path: '/v1/txn',
    body: renderJSON(ops),
    // 409 carries the reasons, one for each operation that was refused.
    accept: [409],
  });
  if (response.status !== 409) return;
  const { Errors } = parseJSON(response.body.toString('utf8')) as TxnResponse;
  const reasons = (Errors ?? []).map(({ OpIndex, What }) => `${batch[OpIndex]?.key}: ${What}`);
  throw new Error(reasons.join('; '));
}

export function countKeys(count: number): string {
  return count === 1 ? '1 key' : `${count} keys`;
}
