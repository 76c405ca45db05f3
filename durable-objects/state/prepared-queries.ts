/**
 * Writing and reading prepared queries (Consul: agent/consul/state/prepared_query.go).
 *
 * A query that is bound to a session goes with it. The token that a query is executed with never reaches the change
 * log; there it is only told that there is one.
 */
import { TemplateError, compileTemplate } from '../../http-api/prepared-query/compile-template.ts';
import { isTemplate, isUUID } from '../../http-api/prepared-query/resolve-query.ts';
import { invalid } from '../../protocol/errors.ts';
import type { QueryInput } from '../../protocol/types/prepared-query.ts';
import type { SQL } from '../db/storage.ts';
import { QUERIES, queryTopic } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import { touchOnce } from './catalog-topics.ts';
import {
  type PreparedQueryRow,
  findNamelessTemplate,
  findQueryRow,
  findQueryRowByName,
  hideToken,
  queriesTable,
  queryRowsOfSession,
  renderDefinition,
  renderQuery,
} from './prepared-query-rows.ts';
import { findSessionRow } from './session-rows.ts';

/**
 * Creates a query or replaces the one with its ID; an equal one is no change.
 *
 * @throws RPCError when the name is taken, the session unknown, or the template cannot work
 */
export function setQueryTxn(tx: WriteTxn, query: QueryInput): PreparedQueryRow {
  const existing = findQueryRow(tx.sql, query.ID);
  requireFreeName(tx.sql, query);
  if (query.Session !== '' && findSessionRow(tx.sql, query.Session.toLowerCase()) === undefined) {
    throw invalid(`raft apply failed: invalid session ${JSON.stringify(query.Session)}`);
  }
  if (isTemplate(query)) requireTemplate(query);
  const row = queriesTable.putTxn(tx, existing, {
    id: query.ID.toLowerCase(),
    name: query.Name,
    name_key: query.Name.toLowerCase(),
    session: query.Session.toLowerCase(),
    token: query.Token,
    is_template: isTemplate(query) ? 1 : 0,
    definition: renderDefinition(query),
  });
  if (row === existing) return row;
  tx.record({
    kind: 'query.set',
    key: row.id,
    previousIndex: existing?.modify_index ?? 0,
    value: renderQuery(row, hideToken(row.token)),
  });
  touchOnce(tx, QUERIES);
  tx.wake(queryTopic(row.id));
  return row;
}

/** One that does not exist is no change. */
export function deleteQueryTxn(tx: WriteTxn, id: string): void {
  const row = findQueryRow(tx.sql, id);
  if (row !== undefined) removeQueryTxn(tx, row);
}

/** For the end of a session. */
export function removeQueriesOfSessionTxn(tx: WriteTxn, session: string): void {
  for (const row of queryRowsOfSession(tx.sql, session)) removeQueryTxn(tx, row);
}

function removeQueryTxn(tx: WriteTxn, row: PreparedQueryRow): void {
  queriesTable.delete(tx.sql, row);
  tx.record({
    kind: 'query.delete',
    key: row.id,
    previousIndex: row.modify_index,
    value: null,
  });
  touchOnce(tx, QUERIES);
  touchOnce(tx, queryTopic(row.id), true);
}

/**
 * A name may be no other query's, nor the ID of any: queries are asked for by both, and nobody must be able to put
 * himself in another's place.
 */
function requireFreeName(sql: SQL, query: QueryInput): void {
  const id = query.ID.toLowerCase();
  const other = findQueryRowByName(sql, query.Name);
  if (other !== undefined && other.id !== id) {
    throw invalid(`raft apply failed: name '${query.Name}' aliases an existing query name`);
  }
  if (query.Name === '' && isTemplate(query)) {
    const template = findNamelessTemplate(sql);
    if (template !== undefined && template.id !== id) {
      throw invalid('raft apply failed: a query template with an empty name already exists');
    }
  }
  if (isUUID(query.Name) && findQueryRow(sql, query.Name) !== undefined) {
    throw invalid(`raft apply failed: name '${query.Name}' aliases an existing query ID`);
  }
}

function requireTemplate(query: QueryInput): void {
  try {
    compileTemplate({ ...query, CreateIndex: 0, ModifyIndex: 0 });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw invalid(`raft apply failed: failed compiling template: ${error.message}`);
  }
}
