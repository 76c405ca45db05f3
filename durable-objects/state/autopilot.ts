/** The configuration of Autopilot: one row, which is kept and shown and steers nothing. */
import {
  type AutopilotConfiguration,
  DEFAULT_AUTOPILOT,
  type StoredAutopilotConfiguration,
} from '../../protocol/types/operator.ts';
import type { SQL } from '../db/storage.ts';
import { AUTOPILOT } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import { getMeta, setMetaTxn } from './meta.ts';

/** Of one that nobody has written: as old as the datacenter. */
const FIRST_INDEX = 1;

export function readAutopilot(sql: SQL): StoredAutopilotConfiguration {
  const text = getMeta(sql, 'autopilot');
  if (text !== undefined) return JSON.parse(text) as StoredAutopilotConfiguration;
  return { ...DEFAULT_AUTOPILOT, CreateIndex: FIRST_INDEX, ModifyIndex: FIRST_INDEX };
}

/** @returns false when `cas` is not the ModifyIndex; nothing is written then */
export function setAutopilotTxn(
  tx: WriteTxn,
  configuration: AutopilotConfiguration,
  cas: number | undefined,
): boolean {
  const held = readAutopilot(tx.sql);
  if (cas !== undefined && cas !== held.ModifyIndex) return false;
  const { CreateIndex } = held;
  const value = JSON.stringify({ ...configuration, CreateIndex, ModifyIndex: tx.index });
  setMetaTxn(tx.sql, 'autopilot', value);
  const previousIndex = held.ModifyIndex === FIRST_INDEX ? 0 : held.ModifyIndex;
  tx.record({ kind: 'autopilot.set', key: '', previousIndex, value });
  tx.touch(AUTOPILOT);
  return true;
}
