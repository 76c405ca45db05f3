/** What an open link or relay watches, as one row, so that a hibernated object finds it again. */
import { type SQL, firstRow } from '../db/storage.ts';
import type { DatacenterState } from '../datacenter-state.ts';
import { UNKNOWN_INDEX, queryIdentity, type Watcher } from '../watch/watched-query.ts';
import { findEndpoint } from '../dispatch.ts';

/** Stands in place of a node's ID in the rows of relays. */
export const RELAY_NODE = 'relay:';

type StoredSubscription = [id: number, method: string, args: unknown, token: string];

export function storeSubscriptions(
  state: DatacenterState,
  watcherId: string,
  nodeId: string,
  watcher: Watcher,
): void {
  const list: StoredSubscription[] = state.subscriptions
    .listOf(watcher)
    .map(({ id, query }) => [id, query.method, query.args, query.token]);
  state.storage.sql.exec(
    'INSERT OR REPLACE INTO links (id, node_id, subscriptions) VALUES (?, ?, ?)',
    watcherId,
    nodeId,
    JSON.stringify(list),
  );
}

/** Known indexes are not stored: the next write that touches a topic is pushed in any case, which is never wrong. */
export function restoreSubscriptions(
  state: DatacenterState,
  watcherId: string,
  watcher: Watcher,
): void {
  const row = firstRow<{ subscriptions: string }>(
    state.storage.sql,
    'SELECT subscriptions FROM links WHERE id = ?',
    watcherId,
  );
  if (row === undefined) return;
  for (const [id, method, args, token] of JSON.parse(row.subscriptions) as StoredSubscription[]) {
    const endpoint = findEndpoint(method);
    if (endpoint.kind !== 'read') continue;
    const identity = queryIdentity(method, args, token);
    // Those of some queries are found by reading only.
    const topics = endpoint.findsTopics
      ? state.topicsNow({ method, args, token, actor: '' })
      : endpoint.topics(args as never);
    state.subscriptions.add(
      watcher,
      id,
      { identity, method: method as never, args: args as never, token, topics },
      UNKNOWN_INDEX,
    );
  }
}

export function deleteStoredSubscriptions(sql: SQL, watcherId: string): void {
  sql.exec('DELETE FROM links WHERE id = ?', watcherId);
}

export interface LostLink {
  readonly id: string;
  /** Key of the node that the link belonged to; null for one that the catalog does not have. */
  readonly node: string | null;
}

/** Links of sidecars that have a row, but are not among the open ones. Relays have no socket here. */
export function listLostLinks(sql: SQL, open: ReadonlySet<string>): LostLink[] {
  return sql
    .exec<{ id: string; node: string | null }>(
      `SELECT links.id AS id, nodes.key AS node FROM links
       LEFT JOIN nodes ON lower(nodes.id) = lower(links.node_id) AND nodes.id <> ''
       WHERE links.node_id <> ?`,
      RELAY_NODE,
    )
    .toArray()
    .filter(({ id }) => !open.has(id));
}
