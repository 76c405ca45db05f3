/**
 * What the brake on mass failures asks at each failure: how many nodes have an agent, and how many failed lately.
 *
 * Each is counted once, row by row; from then on the number stands in `meta`, and whatever comes or goes moves it. A failure
 * so costs what its own node costs, however large the datacenter is. Where nobody ever asks there is no number, and
 * nothing to move.
 */
import { SERF_HEALTH_CHECK_ID } from '../../protocol/types/catalog.ts';
import { type SQL, firstRow } from '../db/storage.ts';
import { type MetaName, getMeta, setMetaTxn } from './meta.ts';

/** The check that an agent gives its node, as its row's key. */
export const AGENT_CHECK_KEY = SERF_HEALTH_CHECK_ID.toLowerCase();
/** The kind of the timer that runs while a failure counts as recent. */
export const RECENT_FAILURE = 'recent-failure';

type CountName = Extract<MetaName, 'agents' | 'recent-failures'>;

const COUNTED: Readonly<Record<CountName, string>> = {
  agents: `SELECT COUNT(*) AS n FROM checks WHERE key = '${AGENT_CHECK_KEY}'`,
  'recent-failures': `SELECT COUNT(*) AS n FROM timers WHERE kind = '${RECENT_FAILURE}'`,
};

export function countTxn(sql: SQL, name: CountName): number {
  const known = getMeta(sql, name);
  if (known !== undefined) return Number(known);
  const { n } = firstRow<{ n: number }>(sql, COUNTED[name])!;
  setMetaTxn(sql, name, String(n));
  return n;
}

function moveTxn(sql: SQL, name: CountName, difference: 1 | -1): void {
  sql.exec('UPDATE meta SET value = value + ? WHERE name = ?', difference, name);
}

/** A check has come or gone. */
export function noteAgentTxn(sql: SQL, checkKey: string, difference: 1 | -1): void {
  if (checkKey === AGENT_CHECK_KEY) moveTxn(sql, 'agents', difference);
}

/** A failure begins to count as recent, or does no longer. */
export function noteRecentFailureTxn(sql: SQL, difference: 1 | -1): void {
  moveTxn(sql, 'recent-failures', difference);
}

/** The tables were replaced. */
export function forgetCountsTxn(sql: SQL): void {
  sql.exec(`DELETE FROM meta WHERE name IN ('agents', 'recent-failures')`);
}
