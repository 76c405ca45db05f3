/** What Consul does not have: the history of keys, reads of the past, rollback, the audit, schemas. */
import type {
  AuditPage,
  KVHistory,
  KVHistoryEntry,
  KVRollbackResult,
} from '../../protocol/types/history.ts';
import type { KVSchema } from '../../protocol/types/kv.ts';
import { escapePath } from './http-client.ts';
import type { ConsulClient } from './http-client.ts';
import { parseJSON } from './json.ts';
import type { KVPair } from './kv.ts';

export interface HistoryPart {
  /** Newest first. */
  readonly entries: readonly KVHistoryEntry[];
  /** True when the log has nothing older though there was something. */
  readonly isTrimmed: boolean;
}

/** @param limit 0 for all. @returns undefined for a key that never was */
export async function readHistory(
  client: ConsulClient,
  key: string,
  limit: number,
): Promise<HistoryPart | undefined> {
  const entries: KVHistoryEntry[] = [];
  let start: number | undefined;
  do {
    const left = limit === 0 ? undefined : limit - entries.length;
    const query = { history: true as const, start, limit: left };
    const path = `/v1/kv/${escapePath(key)}`;
    const page = await readOrAbsent<KVHistory>(client, path, query);
    if (page === undefined) return undefined;
    entries.push(...page.Entries);
    if (page.Next === 0) return { entries: cut(entries, limit), isTrimmed: page.Trimmed };
    start = page.Next;
  } while (limit === 0 || entries.length < limit);
  return { entries: cut(entries, limit), isTrimmed: false };
}

/** What an index did to a key comes whole, so a page may hold more than was asked for. */
function cut<Entry>(entries: Entry[], limit: number): Entry[] {
  return limit === 0 ? entries : entries.slice(0, limit);
}

/**
 * Pairs as they were.
 *
 * @param moment an index or an RFC 3339 time; '' for now
 */
export async function readPairsAt(
  client: ConsulClient,
  key: string,
  moment: string,
  isPrefix: boolean,
): Promise<KVPair[]> {
  const query = { at: moment || undefined, recurse: isPrefix ? (true as const) : undefined };
  return (await readOrAbsent<KVPair[]>(client, `/v1/kv/${escapePath(key)}`, query)) ?? [];
}

export function rollBack(
  client: ConsulClient,
  key: string,
  moment: string,
  isPrefix: boolean,
): Promise<KVRollbackResult> {
  return client.json<KVRollbackResult>({
    method: 'PUT',
    path: `/v1/kv/${escapePath(key)}`,
    query: { rollback: moment, recurse: isPrefix ? true : undefined },
  });
}

export interface AuditQuery {
  readonly kind: string;
  readonly prefix: string;
  readonly actor: string;
  readonly from: string;
  readonly to: string;
  readonly filter: string;
}

/** Pages of the audit, newest first, for as long as the caller wants more. */
export async function* readAudit(
  client: ConsulClient,
  { kind, prefix, actor, from, to, filter }: AuditQuery,
): AsyncGenerator<AuditPage> {
  let before = '';
  do {
    const page = await client.json<AuditPage>({
      path: '/v1/audit',
      query: {
        kind: kind || undefined,
        prefix: prefix || undefined,
        actor: actor || undefined,
        from: from || undefined,
        to: to || undefined,
        filter: filter || undefined,
        before: before || undefined,
      },
    });
    yield page;
    before = page.Next;
  } while (before !== '');
}

/** @returns undefined for a prefix without a schema */
export function readSchema(client: ConsulClient, prefix: string): Promise<KVSchema | undefined> {
  return readOrAbsent<KVSchema>(client, `/v1/kv-schema/${escapePath(prefix)}`, {});
}

export function listSchemas(client: ConsulClient): Promise<KVSchema[]> {
  return client.json<KVSchema[]>({ path: '/v1/kv-schemas' });
}

export async function writeSchema(
  client: ConsulClient,
  prefix: string,
  schema: Buffer,
): Promise<void> {
  const path = `/v1/kv-schema/${escapePath(prefix)}`;
  await client.json<boolean>({ method: 'PUT', path, body: schema });
}

export async function deleteSchema(client: ConsulClient, prefix: string): Promise<void> {
  await client.json<boolean>({
    method: 'DELETE',
    path: `/v1/kv-schema/${escapePath(prefix)}`,
  });
}

async function readOrAbsent<Body>(
  client: ConsulClient,
  path: string,
  query: Parameters<ConsulClient['request']>[0]['query'] & object,
): Promise<Body | undefined> {
  const { status, body } = await client.request({ path, query, accept: [404] });
  return status === 404 ? undefined : (parseJSON(body.toString('utf8')) as Body);
}
