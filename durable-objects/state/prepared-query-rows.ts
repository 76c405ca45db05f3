/** The prepared_queries table: its rows, how they are found, and the one mapper to the wire shape. */
import { canonicalJSON } from '../../protocol/canonical-json.ts';
import {
  HIDDEN_TOKEN,
  type PreparedQuery,
  type QueryDefinition,
  type ServiceQuery,
} from '../../protocol/types/prepared-query.ts';
import type { QuerySource } from '../../http-api/prepared-query/resolve-query.ts';
import { type SQL, firstRow } from '../db/storage.ts';
import { CatalogTable } from './catalog-table.ts';

export type PreparedQueryRow = {
  /** Lower case, like `session`. */
  id: string;
  name: string;
  name_key: string;
  /** '' for a query that depends on none. */
  session: string;
  token: string;
  /** 0 or 1 */
  is_template: number;
  /** JSON of a QueryDefinition. */
  definition: string;
  create_index: number;
  modify_index: number;
};

export const queriesTable = new CatalogTable<PreparedQueryRow>(
  'prepared_queries',
  ['id'],
  ['id', 'name', 'name_key', 'session', 'token', 'is_template', 'definition'],
  { session: '', token: '', is_template: 0 },
);

const SELECT = `SELECT ${queriesTable.select()} FROM prepared_queries`;

export function findQueryRow(sql: SQL, id: string): PreparedQueryRow | undefined {
  return firstRow<PreparedQueryRow>(sql, `${SELECT} WHERE id = ?`, id.toLowerCase());
}

/** Nothing is called ''. */
export function findQueryRowByName(sql: SQL, name: string): PreparedQueryRow | undefined {
  if (name === '') return undefined;
  const key = name.toLowerCase();
  return firstRow<PreparedQueryRow>(sql, `${SELECT} WHERE name_key = ?`, key);
}

/** The template without a name, which takes every name that nothing else takes. */
export function findNamelessTemplate(sql: SQL): PreparedQueryRow | undefined {
  return firstRow<PreparedQueryRow>(sql, `${SELECT} WHERE name_key = '' AND is_template = 1`);
}

export function queryRowsOfSession(sql: SQL, session: string): PreparedQueryRow[] {
  if (session === '') return [];
  // The second term is that of the partial index, which SQLite does not use without it.
  const where = "session = ? AND session <> ''";
  return sql.exec<PreparedQueryRow>(`${SELECT} WHERE ${where}`, session.toLowerCase()).toArray();
}

/** In the order of IDs. */
export function queryRows(sql: SQL): Iterable<PreparedQueryRow> {
  return sql.exec<PreparedQueryRow>(`${SELECT} ORDER BY id`);
}

/** For resolveQuery. */
export function querySource(sql: SQL): QuerySource {
  const found = (row: PreparedQueryRow | undefined) => row && toPreparedQuery(row);
  return {
    byID: (id) => found(findQueryRow(sql, id)),
    byName: (name) => found(findQueryRowByName(sql, name)),
    byPrefix: (name) => found(findTemplateRow(sql, name)),
  };
}

/** Templates are few: all their names are looked at. */
function findTemplateRow(sql: SQL, name: string): PreparedQueryRow | undefined {
  let best: { id: string; length: number } | undefined;
  const rows = sql.exec<{ id: string; name_key: string }>(
    'SELECT id, name_key FROM prepared_queries WHERE is_template = 1',
  );
  for (const { id, name_key } of rows) {
    if (!name.startsWith(name_key) || name_key.length <= (best?.length ?? -1)) continue;
    best = { id, length: name_key.length };
  }
  return best && findQueryRow(sql, best.id);
}

/** JSON of a definition: fields in one order, keys of maps sorted, so that equal ones have equal texts. */
export function renderDefinition({ Template, Service, DNS }: QueryDefinition): string {
  const { NodeMeta, ServiceMeta, Connect, Peer, ...rest } = orderService(Service);
  const template = {
    Type: Template.Type,
    Regexp: Template.Regexp,
    RemoveEmptyTags: Template.RemoveEmptyTags,
  };
  return (
    `{"Template":${JSON.stringify(template)},"Service":${JSON.stringify(rest).slice(0, -1)}` +
    `,"NodeMeta":${canonicalJSON(NodeMeta)},"ServiceMeta":${canonicalJSON(ServiceMeta)}` +
    `,"Connect":${Connect},"Peer":${JSON.stringify(Peer)}},"DNS":${JSON.stringify({ TTL: DNS.TTL })}}`
  );
}

function orderService(service: ServiceQuery): ServiceQuery {
  const { NearestN, Datacenters, Targets } = service.Failover;
  return {
    Service: service.Service,
    SamenessGroup: service.SamenessGroup,
    Failover: {
      NearestN,
      Datacenters,
      Targets: Targets?.map(({ Peer, Datacenter }) => ({ Peer, Datacenter })) ?? null,
    },
    OnlyPassing: service.OnlyPassing,
    IgnoreCheckIDs: service.IgnoreCheckIDs,
    Near: service.Near,
    Tags: service.Tags,
    NodeMeta: service.NodeMeta,
    ServiceMeta: service.ServiceMeta,
    Connect: service.Connect,
    Peer: service.Peer,
  };
}

export function toPreparedQuery(row: PreparedQueryRow): PreparedQuery {
  return JSON.parse(renderQuery(row, row.token)) as PreparedQuery;
}

/** JSON of a PreparedQuery, with the fields in Consul's order. @param token what is shown of the captured token */
export function renderQuery(row: PreparedQueryRow, token: string): string {
  return (
    `{"ID":${JSON.stringify(row.id)},"Name":${JSON.stringify(row.name)}` +
    `,"Session":${JSON.stringify(row.session)},"Token":${JSON.stringify(token)}` +
    `,${row.definition.slice(1, -1)}` +
    `,"CreateIndex":${row.create_index},"ModifyIndex":${row.modify_index}}`
  );
}

/** What stands for a token where it must not be seen; that there is one is no secret. */
export function hideToken(token: string): string {
  return token === '' ? '' : HIDDEN_TOKEN;
}
