/**
 * Timers after a restore. Deadlines are moments of the old state's time: some still mean what they meant, others are
 * made anew from what was restored.
 */
import { LINK_GRACE_MS } from '../../protocol/limits.ts';
import { SERF_HEALTH_CHECK_ID } from '../../protocol/types/catalog.ts';
import type { SQL } from '../db/storage.ts';
import type { TimerKind } from '../state/timers.ts';
import type { TemporaryNames } from './temporary-names.ts';

/**
 * `saved`: the deadline of the snapshot; one that has passed is due at once. `live`: as it is, for it is no part of the
 * state. `new`: from the restored tables.
 */
const FATE: Record<TimerKind, 'saved' | 'live' | 'new'> = {
  // As in Consul, whose leader starts all session timers anew: nobody could renew while the state was a file.
  'session-ttl': 'new',
  // Links end with a restore, so every node has to prove its life again.
  'link-grace': 'new',
  'link-closed': 'new',
  vouch: 'new',
  accused: 'new',
  // What agents and operators said of the hosts as they are now.
  heartbeat: 'live',
  'recent-failure': 'live',
  'held-failure': 'new',
  'lost-links': 'live',
  'kv-ttl': 'saved',
  'acl-token': 'saved',
  'ca-roots': 'saved',
  'trim-log': 'live',
  // The first sweep ends itself when there is no policy; and nobody could report while the state was a file.
  'sweep-unreported': 'new',
  'reap-unreported': 'new',
};

/** Before the swap: the staged timers become those that are to be. */
export function stageTimersTxn(sql: SQL, names: TemporaryNames, now: number): void {
  const staged = `"${names.of('timers')}"`;
  for (const [kind, fate] of Object.entries(FATE)) {
    if (fate === 'saved') continue;
    sql.exec(`DELETE FROM ${staged} WHERE kind = ?`, kind);
    if (fate === 'live') {
      sql.exec(`INSERT INTO ${staged} SELECT * FROM timers WHERE kind = ?`, kind);
    }
  }
  sql.exec(
    `INSERT INTO ${staged} (kind, id, due_at)
     SELECT 'session-ttl', id, ? + 2 * ttl_ms FROM "${names.of('sessions')}" WHERE ttl_ms > 0`,
    now,
  );
  sql.exec(`INSERT INTO ${staged} (kind, id, due_at) VALUES ('sweep-unreported', '', ?)`, now);
  sql.exec(
    `INSERT INTO ${staged} (kind, id, due_at)
     SELECT 'link-grace', node, ? FROM "${names.of('checks')}" WHERE key = ? AND status = 'passing'`,
    now + LINK_GRACE_MS,
    SERF_HEALTH_CHECK_ID.toLowerCase(),
  );
}
