/**
 * The ring of user events.
 *
 * An event is a row and no catalog entry: its topics have no rows of their own, the index of a list is that of its last
 * event. The oldest row goes with each new one, so a ring costs one insert and one deletion an event.
 */
import { EVENT_RING_SIZE } from '../../protocol/limits.ts';
import type { UserEvent } from '../../protocol/types/event.ts';
import { type SQL, firstRow } from '../db/storage.ts';
import { EVENTS, eventTopic } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import type { Reading } from './kv-read.ts';

type EventRow = {
  ltime: number;
  idx: number;
  id: string;
  name: string;
  payload: string;
  node_filter: string;
  service_filter: string;
  tag_filter: string;
};

const COLUMNS = 'ltime, idx, id, name, payload, node_filter, service_filter, tag_filter';

/** The Lamport time of the next event. */
export function nextEventTime(sql: SQL): number {
  return (
    (firstRow<{ last: number | null }>(sql, 'SELECT MAX(ltime) AS last FROM events')?.last ?? 0) + 1
  );
}

/** The event of this ID, if the ring still holds it. */
export function findEvent(sql: SQL, id: string): UserEvent | undefined {
  const row = firstRow<EventRow>(sql, `SELECT ${COLUMNS} FROM events WHERE id = ?`, id);
  return row === undefined ? undefined : toEvent(row);
}

/** Appends the event under its LTime, and wakes those who watch all events or those of its name. */
export function fireEventTxn(tx: WriteTxn, event: UserEvent): void {
  tx.sql.exec(
    `INSERT INTO events (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    event.LTime,
    tx.index,
    event.ID,
    event.Name,
    event.Payload ?? '',
    event.NodeFilter,
    event.ServiceFilter,
    event.TagFilter,
  );
  tx.sql.exec('DELETE FROM events WHERE ltime <= ?', event.LTime - EVENT_RING_SIZE);
  tx.record({
    kind: 'event.fire',
    key: event.Name,
    previousIndex: 0,
    value: JSON.stringify(event),
  });
  tx.wake(EVENTS);
  tx.wake(eventTopic(event.Name));
}

/**
 * Events with the oldest first.
 *
 * @param name '' for all
 * @param last only so many of the latest; 0 for all
 * @param mayRead names that the reader may not see are left out
 */
export function readEvents(
  sql: SQL,
  name: string,
  last: number,
  mayRead: (name: string) => boolean,
): Reading {
  const rows = sql
    .exec<EventRow>(`SELECT ${COLUMNS} FROM events ORDER BY ltime DESC`)
    .toArray()
    .filter((row) => (name === '' || row.name === name) && mayRead(row.name))
    .slice(0, last === 0 ? EVENT_RING_SIZE : last)
    .reverse();
  return { index: rows.at(-1)?.idx ?? 1, body: JSON.stringify(rows.map(toEvent)) };
}

function toEvent(row: EventRow): UserEvent {
  return {
    ID: row.id,
    Name: row.name,
    Payload: row.payload === '' ? null : row.payload,
    NodeFilter: row.node_filter,
    ServiceFilter: row.service_filter,
    TagFilter: row.tag_filter,
    Version: 1,
    LTime: row.ltime,
  };
}
