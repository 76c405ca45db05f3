/**
 * That something of the ACL system changed: every compiled authorizer may be out of date.
 *
 * The number is memory of this run alone. It only ever rises, also where the write is undone: a compiled authorizer is then compiled
 * once more for nothing.
 */
import type { SQL } from '../db/storage.ts';
import { ACL, type Topic } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';

const versions = new WeakMap<SQL, number>();

export function aclVersion(sql: SQL): number {
  return versions.get(sql) ?? 0;
}

/** For what is in memory when a write that was not undone alone failed. */
export function forgetACLs(sql: SQL): void {
  versions.set(sql, aclVersion(sql) + 1);
}

/** Wakes whoever watches the topic, and all who watch what a token may do. */
export function touchACLTxn(tx: WriteTxn, topic: Topic, gone = false): void {
  forgetACLs(tx.sql);
  tx.touch(topic, gone);
  tx.touch(ACL);
}
