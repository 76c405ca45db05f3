/** The root of the certificate authority: one row of `meta`, made once for a datacenter. Its key never leaves it. */
import type { SQL, Storage } from '../db/storage.ts';
import type { MadeRoot } from '../ca/make-root.ts';
import { getMeta, setMetaTxn } from './meta.ts';

export function readCARoot(sql: SQL): MadeRoot | undefined {
  const text = getMeta(sql, 'ca-root');
  return text === undefined ? undefined : (JSON.parse(text) as MadeRoot);
}

/** Takes no index: it is part of what the datacenter is, like its UUID, and nobody can have waited for it. */
export function storeCARoot(storage: Storage, root: MadeRoot): void {
  storage.transactionSync(() => setMetaTxn(storage.sql, 'ca-root', JSON.stringify(root)));
}
