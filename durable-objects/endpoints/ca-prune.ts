/** Ends the trust in roots that others took over from, once no leaf of theirs is in use (Consul: pruneCARoots). */
import { storedSettings } from '../ca/ca-settings.ts';
import { pruneRootsTxn, readCAConfig } from '../state/ca.ts';
import { setTimerTxn } from '../state/timers.ts';
import type { WriteTxn } from '../writer.ts';
import { keptMs } from './ca-configure.ts';

/** The timer's work. A root is measured by the life that leaves have now, as in Consul. */
export function pruneCARootsTxn(tx: WriteTxn): void {
  const row = readCAConfig(tx.sql);
  if (row === undefined) return;
  const settings = storedSettings(row.config);
  const next = pruneRootsTxn(tx, keptMs(settings));
  if (next !== undefined) setTimerTxn(tx, 'ca-roots', '', next);
}
