/** The checks table: its rows, how they are found, and the mapper to the wire shape. */
import type { HealthCheck } from '../../protocol/types/catalog.ts';
import { BOUND_TEXT } from '../db/bound-text.ts';
import { type SQL, firstRow } from '../db/storage.ts';
import { quote } from './catalog-json.ts';
import { CatalogTable } from './catalog-table.ts';
import { foldName } from './catalog-topics.ts';

export type CheckRow = {
  /** The node's key. */
  node: string;
  key: string;
  id: string;
  /** '' for a node's own check. */
  service_key: string;
  service_id: string;
  name: string;
  /** Consul takes any text here, so a reader must not count on the three known ones. */
  status: string;
  notes: string;
  output: string;
  service_name: string;
  /** JSON, like `definition`. */
  service_tags: string;
  type: string;
  interval: string;
  timeout: string;
  exposed_port: number;
  definition: string;
  create_index: number;
  modify_index: number;
};

const CONTENT_COLUMNS = [
  'id',
  'service_key',
  'service_id',
  'name',
  'status',
  'notes',
  'output',
  'service_name',
  'service_tags',
  'type',
  'interval',
  'timeout',
  'exposed_port',
  'definition',
] as const;

export const checksTable = new CatalogTable<CheckRow>(
  'checks',
  ['node', 'key'],
  ['node', 'key', ...CONTENT_COLUMNS],
  {
    service_key: '',
    service_id: '',
    status: 'passing',
    notes: '',
    output: '',
    service_name: '',
    service_tags: '[]',
    type: '',
    interval: '',
    timeout: '',
    exposed_port: 0,
    definition: '{}',
  },
);

const FIND = `SELECT ${checksTable.select()} FROM checks WHERE node = ? AND key = ?`;

export function findCheckRow(sql: SQL, node: string, id: string): CheckRow | undefined {
  return firstRow<CheckRow>(sql, FIND, foldName(node), foldName(id));
}

/** In the order of IDs. */
export function checkRowsOfNode(sql: SQL, node: string): CheckRow[] {
  return sql
    .exec<CheckRow>(
      `SELECT ${checksTable.select()} FROM checks WHERE node = ${BOUND_TEXT} ORDER BY key`,
      foldName(node),
    )
    .toArray();
}

export function checkRowsOfService(sql: SQL, node: string, serviceKey: string): CheckRow[] {
  return sql
    .exec<CheckRow>(
      `SELECT ${checksTable.select()} FROM checks WHERE node = ${BOUND_TEXT} AND service_key = ${BOUND_TEXT} ORDER BY key`,
      foldName(node),
      serviceKey,
    )
    .toArray();
}

/**
 * JSON of a HealthCheck, with the fields in Consul's order. `node` is the node's name as it is
 * spelled.
 */
export function renderCheck(row: CheckRow, node: string): string {
  return (
    `{"Node":${quote(node)},"CheckID":${quote(row.id)},"Name":${quote(row.name)}` +
    `,"Status":${quote(row.status)},"Notes":${quote(row.notes)}` +
    `,"Output":${quote(row.output)},"ServiceID":${quote(row.service_id)}` +
    `,"ServiceName":${quote(row.service_name)},"ServiceTags":${row.service_tags}` +
    `,"Type":${quote(row.type)},"Interval":${quote(row.interval)}` +
    `,"Timeout":${quote(row.timeout)},"ExposedPort":${row.exposed_port},"Definition":${row.definition}` +
    `,"CreateIndex":${row.create_index},"ModifyIndex":${row.modify_index}}`
  );
}

export function toHealthCheck(row: CheckRow, node: string): HealthCheck {
  return JSON.parse(renderCheck(row, node)) as HealthCheck;
}
