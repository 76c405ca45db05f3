/** What one server asks another about the keys of the other's LAN pool, and the answer: JSON in a Serf query. */
import type { KeyChange, PoolKeys } from '../../agent-api/agent.ts';

export interface KeyTask {
  readonly verb: 'list' | KeyChange;
  /** In base64; '' for a list. */
  readonly key: string;
  readonly relayFactor: number;
}

type Result = PoolKeys['result'];

const VERBS: readonly string[] = ['list', 'install', 'use', 'remove'] satisfies KeyTask['verb'][];
/** As the HTTP API takes it (Serf). */
const MAX_RELAY_FACTOR = 5;

export function encodeKeyTask(task: KeyTask): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(task));
}

/** @returns undefined for what is no task: it comes from the network */
export function decodeKeyTask(payload: Uint8Array): KeyTask | undefined {
  const task = parseRecord(payload);
  if (task === undefined) return undefined;
  const { verb, key, relayFactor } = task;
  if (typeof verb !== 'string' || !VERBS.includes(verb) || typeof key !== 'string')
    return undefined;
  if (!isCount(relayFactor) || relayFactor > MAX_RELAY_FACTOR) return undefined;
  return { verb: verb as KeyTask['verb'], key, relayFactor };
}

/**
 * The most of an answer that the pool's limit on responses lets through: without what single nodes said, where that is too
 * long, and at last only that it is too long.
 */
export function encodeKeyResult(
  result: Result,
  fits: (payload: Uint8Array) => boolean,
): Uint8Array {
  const { messages: _messages, ...short } = result;
  const tooLong = {
    ...emptyResult(`the answer does not fit into a query: ask in that datacenter`),
    nodes: result.nodes,
  };
  const forms = [result, { ...short, messages: {} }].map((form) =>
    new TextEncoder().encode(JSON.stringify(form)),
  );
  return forms.find(fits) ?? new TextEncoder().encode(JSON.stringify(tooLong));
}

/** @returns undefined for what is no answer: it comes from the network */
export function decodeKeyResult(payload: Uint8Array): Result | undefined {
  const answer = parseRecord(payload);
  if (answer === undefined) return undefined;
  const { messages, nodes, keys, primaryKeys, error } = answer;
  if (!isCount(nodes) || !isRecordOf(keys, isCount) || !isRecordOf(primaryKeys, isCount))
    return undefined;
  if (!isRecordOf(messages, isText)) return undefined;
  if (error !== undefined && typeof error !== 'string') return undefined;
  return { messages, nodes, keys, primaryKeys, ...(error !== undefined && { error }) };
}

export function emptyResult(error: string): Result {
  return { messages: {}, nodes: 0, keys: {}, primaryKeys: {}, error };
}

function parseRecord(payload: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRecordOf<Item>(
  value: unknown,
  isItem: (item: unknown) => item is Item,
): value is Record<string, Item> {
  return isRecord(value) && Object.values(value).every(isItem);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
