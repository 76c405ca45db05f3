/** Operations as HTTP requests, and answers as outcomes. */
import type { KVPair } from '../../protocol/types/kv.ts';
import type { Entry, Operation, Outcome } from './history.ts';
import type { Answer, Request } from './http-call.ts';

/** How a read asks; a blocking one parks at the index that it gives. */
export interface ReadStyle {
  readonly consistent?: boolean;
  readonly index?: number;
  readonly waitMs?: number;
}

/** The node that sessions belong to. It has no checks, so nothing but the clients ends a session. */
export const SESSION_NODE = 'nobody';

export function encode(op: Operation, prefix: string, style: ReadStyle = {}): Request {
  const key = `/v1/kv/${prefix}${op.key ?? ''}`;
  switch (op.kind) {
    case 'get':
      return { method: 'GET', path: `${key}?${readQuery(style)}` };
    case 'list':
      return { method: 'GET', path: `${key}?recurse&${readQuery(style)}` };
    case 'set':
      return put(key, op);
    case 'cas':
      return put(`${key}?cas=${op.index}`, op);
    case 'lock':
      return put(`${key}?acquire=${op.session}`, op);
    case 'unlock':
      return put(`${key}?release=${op.session}`, op);
    case 'delete':
      return { method: 'DELETE', path: key };
    case 'delete-cas':
      return { method: 'DELETE', path: `${key}?cas=${op.index}` };
    case 'delete-tree':
      return { method: 'DELETE', path: `${key}?recurse` };
    case 'session-destroy':
      return { method: 'PUT', path: `/v1/session/destroy/${op.session}` };
    case 'session-create':
      return { method: 'PUT', path: '/v1/session/create', body: sessionBody(op) };
    case 'txn':
      return { method: 'PUT', path: '/v1/txn', body: transactionBody(op, prefix) };
    default:
      throw new Error(`no request for ${op.kind}`);
  }
}

function readQuery({ consistent, index, waitMs }: ReadStyle): string {
  const parts = consistent === true ? ['consistent'] : [];
  if (index !== undefined) parts.push(`index=${index}`, `wait=${waitMs}ms`);
  return parts.join('&');
}

function put(path: string, op: Operation): Request {
  return { method: 'PUT', path, body: op.value ?? '' };
}

function sessionBody({ behavior }: Operation): string {
  return JSON.stringify({
    Node: SESSION_NODE,
    Behavior: behavior,
    LockDelay: '0s',
    NodeChecks: [],
  });
}

function transactionBody(op: Operation, prefix: string): string {
  return JSON.stringify(
    op.ops?.map(({ kind, key, value, index, session }) => ({
      KV: {
        Verb: kind,
        Key: prefix + key,
        ...(value !== undefined && { Value: Buffer.from(value).toString('base64') }),
        ...(index !== undefined && { Index: index }),
        ...(session !== undefined && { Session: session }),
      },
    })),
  );
}

/** @returns null for an answer that leaves open whether the operation was applied */
export function decode(op: Operation, prefix: string, { status, body }: Answer): Outcome | null {
  if (op.kind === 'get' || op.kind === 'list') return decodeRead(op, prefix, status, body);
  if (op.kind === 'txn') return decodeTransaction(prefix, status, body);
  if (status === 200) return { ok: op.kind === 'session-create' || body.trim() === 'true' };
  if (op.kind === 'lock' && body.startsWith('invalid session')) return { noSession: true };
  return null;
}

function decodeRead(op: Operation, prefix: string, status: number, body: string): Outcome | null {
  if (status !== 200 && status !== 404) return null;
  const pairs = status === 404 ? [] : (JSON.parse(body) as KVPair[]);
  const entries = Object.fromEntries(
    pairs.map((pair) => [pair.Key.slice(prefix.length), toEntry(pair)]),
  );
  return op.kind === 'list' ? { entries } : { entry: entries[op.key!] ?? null };
}

interface TransactionAnswer {
  readonly Results: readonly { KV: KVPair }[] | null;
  readonly Errors: readonly { OpIndex: number }[] | null;
}

function decodeTransaction(prefix: string, status: number, body: string): Outcome | null {
  if (status !== 200 && status !== 409) return null;
  const { Results, Errors } = JSON.parse(body) as TransactionAnswer;
  if (status === 409) return { ok: false, failed: Errors?.map(({ OpIndex }) => OpIndex) ?? [] };
  const results = (Results ?? []).map(({ KV }) => ({
    key: KV.Key.slice(prefix.length),
    hasValue: KV.Value !== null && KV.Value !== undefined,
    entry: toEntry(KV),
  }));
  return { ok: true, results };
}

function toEntry(pair: KVPair): Entry {
  return {
    value: Buffer.from(pair.Value ?? '', 'base64').toString(),
    session: pair.Session ?? '',
    lock: Number(pair.LockIndex),
    index: Number(pair.ModifyIndex),
  };
}

/** The session's id, which the datacenter chose. */
export function sessionID({ body }: Answer): string {
  return (JSON.parse(body) as { ID: string }).ID;
}
