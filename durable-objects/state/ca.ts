/**
 * The certificate authority's rows: one of configuration with the key that signs, and one for each root that is trusted.
 *
 * Keys stand in no change and no answer.
 */
import type { CAConfiguration, CARoot } from '../../protocol/types/connect.ts';
import { type SQL, type Storage, firstRow } from '../db/storage.ts';
import { CA_CONFIG, CA_ROOTS } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import { setTimerTxn } from './timers.ts';

export type CAConfigRow = {
  cluster_id: string;
  provider: string;
  config: string;
  without_cross_signing: number;
  signing_key: string;
  signing_cert: string;
  create_index: number;
  modify_index: number;
};

export type CARootRow = {
  id: string;
  content: string;
  active: number;
  rotated_out_at: number | null;
  create_index: number;
  modify_index: number;
};

/** What a change sets, the rest being indexes. */
export type CASetup = Omit<CAConfigRow, 'create_index' | 'modify_index'>;

export interface NewRoot {
  readonly id: string;
  /** JSON of a CARoot without ID, Active and indexes. Text, because JavaScript's numbers hold no serial number of 64 bits. */
  readonly content: string;
}

const CONFIG_COLUMNS =
  'cluster_id, provider, config, without_cross_signing, signing_key, signing_cert, create_index, modify_index';
const ROOT_COLUMNS = 'id, content, active, rotated_out_at, create_index, modify_index';

/** What rows of the founding are stamped with: it takes no index, as nobody can have waited for it. */
const FIRST_INDEX = 1;

/** Undefined where there is no authority: Connect is off, or its first configuration was refused. */
export function readCAConfig(sql: SQL): CAConfigRow | undefined {
  return firstRow<CAConfigRow>(sql, `SELECT ${CONFIG_COLUMNS} FROM ca_config WHERE name = 'ca'`);
}

/** In order of ID, as Consul lists them. */
export function readCARoots(sql: SQL): CARootRow[] {
  return sql.exec<CARootRow>(`SELECT ${ROOT_COLUMNS} FROM ca_roots ORDER BY id`).toArray();
}

/** JSON as the API answers it. */
export function renderCARoot({
  id,
  content,
  active,
  create_index,
  modify_index,
}: CARootRow): string {
  const indexes = `"CreateIndex":${create_index},"ModifyIndex":${modify_index}`;
  return `{"ID":"${id}",${content.slice(1, -1)},"Active":${active === 1},${indexes}}`;
}

/** What leaves of this root bring along. */
export function bridgesOf({ content }: CARootRow): string[] {
  return (JSON.parse(content) as Pick<CARoot, 'IntermediateCerts'>).IntermediateCerts ?? [];
}

export function toCAConfiguration(row: CAConfigRow): CAConfiguration {
  const config = JSON.parse(row.config) as CAConfiguration['Config'];
  return {
    Provider: row.provider,
    Config: config,
    State: stateOf(config),
    ForceWithoutCrossSigning: row.without_cross_signing === 1,
    CreateIndex: row.create_index,
    ModifyIndex: row.modify_index,
  };
}

/** The built-in authority has none but what its configuration gives it to tell, which Consul's own clients try. */
export function stateOf(config: CAConfiguration['Config']): CAConfiguration['State'] {
  const state = config?.['test_state'];
  if (typeof state !== 'object' || state === null || Array.isArray(state)) return null;
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [name, String(value)]));
}

/** The authority that a datacenter begins with. */
export function foundCA(storage: Storage, setup: CASetup, root: NewRoot): void {
  storage.transactionSync(() => {
    writeConfig(storage.sql, setup, FIRST_INDEX, FIRST_INDEX);
    writeRoot(storage.sql, toActiveRow(root, FIRST_INDEX, FIRST_INDEX));
  });
}

export function setCAConfigTxn(tx: WriteTxn, setup: CASetup): void {
  const before = readCAConfig(tx.sql);
  tx.sql.exec("DELETE FROM ca_config WHERE name = 'pending'");
  writeConfig(tx.sql, setup, before?.create_index ?? tx.index, tx.index);
  tx.record({
    kind: 'ca-config.set',
    key: setup.provider,
    previousIndex: before?.modify_index ?? 0,
    value: JSON.stringify({
      Provider: setup.provider,
      Config: withoutSecrets(setup.config),
      ForceWithoutCrossSigning: setup.without_cross_signing === 1,
    }),
  });
  tx.touch(CA_CONFIG);
}

/** Keys are the operator's secrets; the token is Vault's. */
const SECRETS = /^(private_?key|token)$/i;

function withoutSecrets(config: string): unknown {
  return JSON.parse(config, (key, value: unknown) => (SECRETS.test(key) ? undefined : value));
}

/** Makes `root` the active one; the one before it stays trusted until it is pruned. */
export function activateRootTxn(tx: WriteTxn, root: NewRoot, pruneAtMs: number): void {
  const rows = readCARoots(tx.sql);
  for (const row of rows.filter(({ id }) => id !== root.id)) {
    const rotated_out_at = row.active === 1 ? tx.now : row.rotated_out_at;
    writeRoot(tx.sql, { ...row, active: 0, rotated_out_at, modify_index: tx.index });
  }
  const before = rows.find(({ id }) => id === root.id);
  writeRoot(tx.sql, toActiveRow(root, before?.create_index ?? tx.index, tx.index));
  tx.record({
    kind: 'ca-root.set',
    key: root.id,
    previousIndex: before?.modify_index ?? 0,
    value: root.content,
  });
  tx.touch(CA_ROOTS);
  if (rows.length > 0) setTimerTxn(tx, 'ca-roots', '', pruneAtMs);
}

/** A secondary's: the primary decides what is trusted. */
export function replaceRootsTxn(tx: WriteTxn, roots: readonly NewRoot[], activeID: string): void {
  const before = readCARoots(tx.sql);
  for (const row of before) {
    if (!roots.some(({ id }) => id === row.id)) deleteRootTxn(tx, row);
  }
  for (const root of roots) {
    const old = before.find(({ id }) => id === root.id);
    const row = toActiveRow(root, old?.create_index ?? tx.index, tx.index);
    writeRoot(tx.sql, { ...row, active: root.id === activeID ? 1 : 0 });
    const previousIndex = old?.modify_index ?? 0;
    tx.record({ kind: 'ca-root.set', key: root.id, previousIndex, value: root.content });
  }
  tx.touch(CA_ROOTS);
}

/** A secondary's key while its certificate is asked for; it becomes that of the configuration. */
export function readPendingKey(sql: SQL): string | undefined {
  const query = "SELECT signing_key FROM ca_config WHERE name = 'pending'";
  return firstRow<{ signing_key: string }>(sql, query)?.signing_key;
}

export function setPendingKeyTxn(tx: WriteTxn, key: string): void {
  tx.sql.exec(
    `INSERT OR REPLACE INTO ca_config (name, ${CONFIG_COLUMNS}) VALUES ('pending', '', '', 'null', 0, ?, '', 0, 0)`,
    key,
  );
  tx.record({ kind: 'ca-key.set', key: 'pending', previousIndex: 0, value: null });
}

/** @returns when the next of them may go, undefined when none is left to go */
export function pruneRootsTxn(tx: WriteTxn, keptMs: number): number | undefined {
  let next: number | undefined;
  for (const row of readCARoots(tx.sql)) {
    if (row.rotated_out_at === null) continue;
    const goesAt = row.rotated_out_at + keptMs;
    if (goesAt > tx.now) {
      next = Math.min(goesAt, next ?? Infinity);
      continue;
    }
    deleteRootTxn(tx, row);
    tx.touch(CA_ROOTS);
  }
  return next;
}

function deleteRootTxn(tx: WriteTxn, { id, modify_index }: CARootRow): void {
  tx.sql.exec('DELETE FROM ca_roots WHERE id = ?', id);
  tx.record({ kind: 'ca-root.delete', key: id, previousIndex: modify_index, value: null });
}

function toActiveRow({ id, content }: NewRoot, createIndex: number, index: number): CARootRow {
  return {
    id,
    content,
    active: 1,
    rotated_out_at: null,
    create_index: createIndex,
    modify_index: index,
  };
}

function writeConfig(sql: SQL, setup: CASetup, createIndex: number, index: number): void {
  sql.exec(
    `INSERT OR REPLACE INTO ca_config (name, ${CONFIG_COLUMNS}) VALUES ('ca', ?, ?, ?, ?, ?, ?, ?, ?)`,
    setup.cluster_id,
    setup.provider,
    setup.config,
    setup.without_cross_signing,
    setup.signing_key,
    setup.signing_cert,
    createIndex,
    index,
  );
}

function writeRoot(sql: SQL, row: CARootRow): void {
  sql.exec(
    `INSERT OR REPLACE INTO ca_roots (${ROOT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)`,
    row.id,
    row.content,
    row.active,
    row.rotated_out_at,
    row.create_index,
    row.modify_index,
  );
}
