/**
 * JSON schemas of prefixes: of the schemas whose prefix a key begins with, the one of the longest prefix says what its
 * value has to be. Values that stand already are left alone.
 *
 * Schemas are compiled when they are first needed and kept in memory. Where there are none, a write is asked nothing.
 */
import { RPCError, badRequest } from '../../protocol/errors.ts';
import { MAX_KV_SCHEMAS } from '../../protocol/limits.ts';
import type { SQL } from '../db/storage.ts';
import { firstRow } from '../db/storage.ts';
import { misfitOfBytes } from '../json-schema/check-bytes.ts';
import { type CompiledSchema, compileSchema } from '../json-schema/compile-schema.ts';
import { SchemaError } from '../json-schema/schema-error.ts';
import { KV_SCHEMAS, kvSchemaTopic } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import type { Reading } from './kv-read.ts';
import { topicIndex } from './topic-index.ts';

type SchemaRow = {
  prefix: string;
  /** JSON text. */
  schema: string;
  create_index: number;
  modify_index: number;
};

const COLUMNS = 'prefix, schema, create_index, modify_index';

/**
 * The schema as it is stored.
 *
 * @throws RPCError bad-request with the reason and the place in it
 */
export function normalizeSchema(text: string): string {
  try {
    compileSchema(text);
  } catch (error) {
    if (error instanceof SchemaError) throw badRequest(`Invalid schema: ${error.message}`);
    throw error;
  }
  // On one line, as a stream of changes needs it.
  return JSON.stringify(JSON.parse(text));
}

/** @param schema from normalizeSchema */
export function setSchemaTxn(tx: WriteTxn, prefix: string, schema: string): void {
  const existing = findSchemaRow(tx.sql, prefix);
  if (existing?.schema === schema) return;
  if (existing === undefined && countSchemas(tx.sql) >= MAX_KV_SCHEMAS)
    throw new RPCError('too-large', `a datacenter has at most ${MAX_KV_SCHEMAS} schemas`);
  tx.sql.exec(
    `INSERT OR REPLACE INTO kv_schemas (${COLUMNS}) VALUES (?, ?, ?, ?)`,
    prefix,
    schema,
    existing?.create_index ?? tx.index,
    tx.index,
  );
  const previousIndex = existing?.modify_index ?? 0;
  tx.record({ kind: 'kv-schema.set', key: prefix, previousIndex, value: schema });
  touchTxn(tx, prefix, false);
}

/** @returns false when there was none */
export function deleteSchemaTxn(tx: WriteTxn, prefix: string): boolean {
  const existing = findSchemaRow(tx.sql, prefix);
  if (existing === undefined) return false;
  tx.sql.exec('DELETE FROM kv_schemas WHERE prefix = ?', prefix);
  const { modify_index: previousIndex } = existing;
  tx.record({ kind: 'kv-schema.delete', key: prefix, previousIndex, value: null });
  touchTxn(tx, prefix, true);
  return true;
}

function touchTxn(tx: WriteTxn, prefix: string, isGone: boolean): void {
  tx.touch(KV_SCHEMAS);
  tx.touch(kvSchemaTopic(prefix), isGone);
  forgetSchemas(tx.sql);
}

export function readSchema(sql: SQL, prefix: string): Reading {
  const row = findSchemaRow(sql, prefix);
  const index = topicIndex(sql, kvSchemaTopic(prefix));
  return { index, body: row === undefined ? '' : renderSchemaRow(row) };
}

/** @param mayRead whether the reader may see what is below a prefix */
export function readSchemas(sql: SQL, mayRead: (prefix: string) => boolean): Reading {
  const rows = sql.exec<SchemaRow>(`SELECT ${COLUMNS} FROM kv_schemas ORDER BY prefix`).toArray();
  const visible = rows.filter(({ prefix }) => mayRead(prefix));
  const body = `[${visible.map(renderSchemaRow).join(',')}]`;
  return { index: topicIndex(sql, KV_SCHEMAS), body };
}

function renderSchemaRow({ prefix, schema, create_index, modify_index }: SchemaRow): string {
  return (
    `{"Prefix":${JSON.stringify(prefix)},"Schema":${schema},` +
    `"CreateIndex":${create_index},"ModifyIndex":${modify_index}}`
  );
}

/** @throws RPCError unprocessable for a value that does not fit, with the reason */
export function checkValue(sql: SQL, key: string, base64: string): void {
  const known = schemasOf(sql);
  if (known.length === 0) return;
  const found = known.find(({ prefix }) => key.startsWith(prefix));
  if (found === undefined) return;
  const reason = misfitOfBytes((found.compiled ??= compileSchema(found.text)), base64);
  if (reason === null) return;
  throw new RPCError(
    'unprocessable',
    `the value of ${JSON.stringify(key)} does not fit the schema of ${JSON.stringify(found.prefix)}: ${reason}`,
  );
}

interface KnownSchema {
  readonly prefix: string;
  readonly text: string;
  compiled?: CompiledSchema;
}

/** The longest prefix first. */
const knownSchemas = new WeakMap<SQL, KnownSchema[]>();

function schemasOf(sql: SQL): KnownSchema[] {
  let known = knownSchemas.get(sql);
  if (known === undefined) {
    const rows = sql.exec<SchemaRow>(`SELECT ${COLUMNS} FROM kv_schemas`).toArray();
    known = rows
      .map(({ prefix, schema }) => ({ prefix, text: schema }))
      .toSorted((left, right) => right.prefix.length - left.prefix.length);
    knownSchemas.set(sql, known);
  }
  return known;
}

/** After a write failed, or the tables were replaced: what is known may be wrong. */
export function forgetSchemas(sql: SQL): void {
  knownSchemas.delete(sql);
}

function findSchemaRow(sql: SQL, prefix: string): SchemaRow | undefined {
  return firstRow<SchemaRow>(sql, `SELECT ${COLUMNS} FROM kv_schemas WHERE prefix = ?`, prefix);
}

function countSchemas(sql: SQL): number {
  return firstRow<{ n: number }>(sql, 'SELECT COUNT(*) AS n FROM kv_schemas')?.n ?? 0;
}
