/**
 * Keys put back to what they were.
 *
 * A rollback is a write like any other: recorded, with an index of its own, undone by another rollback. It restores
 * values and flags; a lock stays with whoever holds it now.
 */
import { RPCError } from '../../protocol/errors.ts';
import { MAX_ROLLBACK_KEYS } from '../../protocol/limits.ts';
import type { WriteTxn } from '../writer.ts';
import { pairAt, treeAt } from './kv-past.ts';
import { findKVRow } from './kv-rows.ts';
import { deleteKeyTxn, setKeyTxn } from './kv-write.ts';
import { resolveMoment } from './log-time.ts';

export interface RollbackResult {
  set: number;
  deleted: number;
}

/**
 * @param to an index or an RFC 3339 time
 * @throws RPCError gone, too-large, bad-request; nothing may stand of what was written before
 */
export function rollBackTxn(
  tx: WriteTxn,
  key: string,
  to: string,
  isPrefix: boolean,
): RollbackResult {
  const index = resolveMoment(tx.sql, to, tx.now);
  const pairs = isPrefix
    ? treeAt(tx.sql, key, index)
    : new Map([[key, pairAt(tx.sql, key, index)]]);
  const result = { set: 0, deleted: 0 };
  for (const [name, pair] of pairs) {
    const before = findKVRow(tx.sql, name);
    if (pair === null) {
      if (before === undefined) continue;
      deleteKeyTxn(tx, name);
      result.deleted++;
    } else {
      const content = contentOf(pair);
      if (before?.value === content.value && before.flags === content.flags) continue;
      setKeyTxn(tx, { key: name, ...content });
      result.set++;
    }
    if (result.set + result.deleted > MAX_ROLLBACK_KEYS) throw tooManyKeys(key);
  }
  return result;
}

const CONTENT = /"Flags":(\d+),"Value":(?:null|"([A-Za-z0-9+/=]*)")/;

/** From the text, because flags may need 64 bits. In the key before them quotation marks are escaped. */
function contentOf(pair: string): { value: string; flags: string } {
  const match = CONTENT.exec(pair);
  if (match === null) throw new Error('the change log holds a pair that cannot be read');
  return { flags: match[1]!, value: match[2] ?? '' };
}

function tooManyKeys(prefix: string): RPCError {
  return new RPCError(
    'too-large',
    `more than ${MAX_ROLLBACK_KEYS} keys below ${JSON.stringify(prefix)} would change: roll back longer prefixes one by one`,
  );
}
