/** KV pairs over `/v1/kv` and `/v1/txn`. */
import { escapePath } from './http-client.ts';
import type { ConsulClient, QueryParameters } from './http-client.ts';
import { parseJSON } from './json.ts';
import { readIndex } from './blocking.ts';
import type { BlockingOptions, Indexed } from './blocking.ts';

/** Members stand in the order in which Consul's own client prints them. */
export interface KVPair {
  Key: string;
  CreateIndex: number;
  ModifyIndex: number;
  LockIndex: number;
  /** BigInt above 2^53 - 1. */
  Flags: number | bigint;
  /** Standard base64; null when the value is empty. */
  Value: string | null;
  /** Empty while nobody holds the key. */
  Session: string;
}

/** A key that may not be written: URLs have no place for it. */
export class InvalidKeyError extends Error {
  constructor(key: string) {
    super(`Invalid key. Key must not begin with a '/': ${key}`);
    this.name = 'InvalidKeyError';
  }
}

export interface PutOptions {
  readonly flags?: number | bigint | undefined;
  /** Write only if the pair's ModifyIndex is this; 0 means only if there is none. */
  readonly cas?: number | bigint;
  /** Take or give back the lock for this session. */
  readonly acquire?: string;
  readonly release?: string;
  /** A Go duration: the key is deleted after so long unless it is written before. Not in Consul. */
  readonly ttl?: string | undefined;
  readonly signal?: AbortSignal;
}

/** @returns undefined when there is no such key */
export async function getPair(
  client: ConsulClient,
  key: string,
  options: BlockingOptions = {},
): Promise<Indexed<KVPair | undefined>> {
  const { body, index } = await read(client, key, {}, options);
  return { value: (body as KVPair[] | undefined)?.map(arrangePair)[0], index };
}

/** Every pair under a prefix; undefined when there is none. */
export async function listPairs(
  client: ConsulClient,
  prefix: string,
  options: BlockingOptions = {},
): Promise<Indexed<KVPair[] | undefined>> {
  const { body, index } = await read(client, prefix, { recurse: true }, options);
  return { value: (body as KVPair[] | undefined)?.map(arrangePair), index };
}

/** Names under a prefix, folded after the separator unless that is empty. */
export async function listKeys(
  client: ConsulClient,
  prefix: string,
  separator: string,
): Promise<string[]> {
  const query = { keys: true as const, separator: separator === '' ? undefined : separator };
  return ((await read(client, prefix, query, {})).body as string[] | undefined) ?? [];
}

/** @returns false when a check-and-set or a lock refused the write */
export async function putPair(
  client: ConsulClient,
  key: string,
  value: Buffer | string,
  options: PutOptions = {},
): Promise<boolean> {
  if (key.startsWith('/')) throw new InvalidKeyError(key);
  const { flags, cas, acquire, release, ttl, signal } = options;
  return client.json<boolean>({
    method: 'PUT',
    path: `/v1/kv/${escapePath(key)}`,
    query: { flags: flags === 0 ? undefined : flags, cas, acquire, release, ttl },
    body: value,
    ...(signal ? { signal } : {}),
  });
}

/** @returns false when a check-and-set refused; deleting what is absent is true */
export async function deletePair(
  client: ConsulClient,
  key: string,
  options: { cas?: number | bigint; recurse?: boolean; signal?: AbortSignal } = {},
): Promise<boolean> {
  return client.json<boolean>({
    method: 'DELETE',
    path: `/v1/kv/${escapePath(key)}`,
    query: { cas: options.cas, recurse: options.recurse ? true : undefined },
    ...(options.signal ? { signal: options.signal } : {}),
  });
}

/** The value's bytes. */
export function decodeValue(pair: KVPair): Buffer {
  return Buffer.from(pair.Value ?? '', 'base64');
}

async function read(
  client: ConsulClient,
  key: string,
  query: QueryParameters,
  options: BlockingOptions,
): Promise<{ body: unknown; index: bigint }> {
  const { index, wait, signal, onBytes, ...rest } = options;
  const response = await client.request({
    path: `/v1/kv/${escapePath(key.replace(/^\//, ''))}`,
    query: { ...query, index, wait, ...rest.query },
    accept: [404],
    ...(onBytes ? { onBytes } : {}),
    ...(signal ? { signal } : {}),
  });
  const text = response.status === 404 ? '' : response.body.toString('utf8');
  return { body: text === '' ? undefined : parseJSON(text), index: readIndex(response.headers) };
}

function arrangePair(pair: KVPair): KVPair {
  const { Key, CreateIndex, ModifyIndex, LockIndex, Flags, Value, Session } = pair;
  return { Key, CreateIndex, ModifyIndex, LockIndex, Flags, Value, Session: Session ?? '' };
}
