/**
 * Network coordinates of nodes (Consul: agent/consul/state/coordinate.go).
 *
 * Agents send them again and again, so a write is as cheap as it can be: an equal one is none, and while a node has a
 * coordinate the index of its topic is that of its rows. They go with their node.
 */
import type { Coordinate, CoordinateEntry } from '../../protocol/types/coordinate.ts';
import type { CoordinateSet } from '../../protocol/coordinate.ts';
import { BOUND_TEXT } from '../db/bound-text.ts';
import type { SQL } from '../db/storage.ts';
import { COORDINATES, coordinateTopic } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import type { Reading } from './kv-read.ts';
import { foldName } from './catalog-topics.ts';
import { type ListRow, joinItems } from './list-rows.ts';
import { findNodeRow } from './nodes-rows.ts';
import { topicIndex } from './topic-index.ts';

type CoordinateRow = {
  node: string;
  segment_key: string;
  node_name: string;
  segment: string;
  /** JSON of a Coordinate. */
  coord: string;
  modify_index: number;
};

const COLUMNS = 'node, segment_key, node_name, segment, coord, modify_index';

/** Stores a node's coordinate; of a node that is not in the catalog nothing is kept, as in Consul. */
export function setCoordinateTxn(tx: WriteTxn, { Node, Segment, Coord }: CoordinateEntry): void {
  if (findNodeRow(tx.sql, Node) === undefined) return;
  const row: CoordinateRow = {
    node: foldName(Node),
    segment_key: foldName(Segment),
    node_name: Node,
    segment: Segment,
    coord: renderCoordinate(Coord),
    modify_index: tx.index,
  };
  const existing = rowsOfNode(tx.sql, Node).find((r) => r.segment_key === row.segment_key);
  if (
    existing?.coord === row.coord &&
    existing.node_name === Node &&
    existing.segment === Segment
  ) {
    return;
  }
  tx.sql.exec(
    `INSERT INTO coordinates (${COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (node, segment_key)
       DO UPDATE SET node_name = ?3, segment = ?4, coord = ?5, modify_index = ?6`,
    row.node,
    row.segment_key,
    row.node_name,
    row.segment,
    row.coord,
    row.modify_index,
  );
  tx.record({
    kind: 'coordinate.set',
    key: changeKey(row),
    previousIndex: existing?.modify_index ?? 0,
    value: renderEntry(row, row.node_name),
  });
  tx.touch(COORDINATES);
  tx.wake(coordinateTopic(row.node));
}

/** For the removal of a node. */
export function removeCoordinatesOfNodeTxn(tx: WriteTxn, node: string): void {
  const rows = rowsOfNode(tx.sql, node);
  if (rows.length === 0) return;
  tx.sql.exec('DELETE FROM coordinates WHERE node = ?', foldName(node));
  for (const row of rows) {
    const key = changeKey(row);
    tx.record({ kind: 'coordinate.delete', key, previousIndex: row.modify_index, value: null });
  }
  tx.touch(COORDINATES);
  tx.touch(coordinateTopic(node), true);
}

/** The coordinates of one node, named as the caller spelled it; `[]` for a node without any. */
export function readNodeCoordinates(sql: SQL, node: string): Reading {
  const rows = rowsOfNode(sql, node);
  const index =
    rows.length === 0
      ? topicIndex(sql, coordinateTopic(node))
      : Math.max(...rows.map((row) => row.modify_index));
  return { index, body: joinItems(rows.map((row) => renderEntry(row, node))) };
}

/** Every coordinate, in the order of node names; or those of some nodes, given by their keys. */
export function* listCoordinates(
  sql: SQL,
  isVisible: (node: string) => boolean,
  nodes?: readonly string[],
): Generator<ListRow> {
  const rows =
    nodes === undefined
      ? sql.exec<CoordinateRow>(`SELECT ${COLUMNS} FROM coordinates ORDER BY node, segment_key`)
      : nodes.flatMap((node) => rowsOfNode(sql, node));
  for (const row of rows) {
    if (!isVisible(row.node_name)) continue;
    yield { group: row.node, text: renderEntry(row, row.node_name) };
  }
}

export function coordinatesOf(sql: SQL, node: string): CoordinateSet {
  return new Map(
    rowsOfNode(sql, node).map((row) => [row.segment, JSON.parse(row.coord) as Coordinate]),
  );
}

function rowsOfNode(sql: SQL, node: string): CoordinateRow[] {
  return sql
    .exec<CoordinateRow>(
      `SELECT ${COLUMNS} FROM coordinates WHERE node = ${BOUND_TEXT} ORDER BY segment_key`,
      foldName(node),
    )
    .toArray();
}

/** The fields in one order, whatever the sender's: equal coordinates have equal texts. */
function renderCoordinate({ Vec, Error, Adjustment, Height }: Coordinate): string {
  return JSON.stringify({ Vec, Error, Adjustment, Height });
}

function renderEntry({ segment, coord }: CoordinateRow, node: string): string {
  return `{"Node":${JSON.stringify(node)},"Segment":${JSON.stringify(segment)},"Coord":${coord}}`;
}

function changeKey({ node, segment_key }: CoordinateRow): string {
  return segment_key === '' ? node : `${node}/${segment_key}`;
}
