/** Writes what was read through the API. Everything may be written again: it is the same then. */
import { StatusError } from '../../client/errors.ts';
import { renderJSON } from '../../client/json.ts';
import type { ConsulClient } from '../../client/http-client.ts';
import type { Fields } from './contents.ts';

/** Fields of the other cluster. */
const FOREIGN = new Set(['Hash', 'Datacenter', 'Token']);
/** Stamps of the other cluster, at any depth. */
const STAMPS: ReadonlySet<string> = new Set(['CreateIndex', 'ModifyIndex']);
/** What a registration cannot say, for it comes from elsewhere. */
const UNREGISTERED: ReadonlySet<string> = new Set([
  ...STAMPS,
  'LocallyRegisteredAsSidecar',
  'MutualTLSMode',
]);
/** Fields of an entry that Consul derives, by kind. */
const DERIVED: Readonly<Record<string, readonly string[]>> = {
  'proxy-defaults': ['Protocol'],
  'api-gateway': ['Status'],
  'http-route': ['Status'],
  'tcp-route': ['Status'],
};
/** Maps of the user's own. */
const OPAQUE = new Set(['Config', 'Meta', 'NodeMeta', 'ServiceMeta', 'Arguments']);

/** What the datacenter does not take, with its reason; everything else goes on. */
export type Refusals = string[];

/** In the order of the snapshot: a node, its services, its checks. */
export async function writeRegistrations(
  client: ConsulClient,
  registrations: readonly Fields[],
  refusals: Refusals,
): Promise<void> {
  for (const fields of registrations) {
    const reason = await put(client, '/v1/catalog/register', withoutForeign(fields, UNREGISTERED));
    if (reason !== null) refusals.push(`node ${String(fields['Node'])}: ${reason}`);
  }
}

/** An entry may need others to be there, so those that are refused come again as long as that helps. */
export async function writeEntries(
  client: ConsulClient,
  entries: readonly Fields[],
  refusals: Refusals,
): Promise<void> {
  let left = [...entries];
  for (;;) {
    const refused: Fields[] = [];
    const reasons: string[] = [];
    for (const entry of left) {
      const reason = await put(client, '/v1/config', withoutForeign(entry));
      if (reason === null) continue;
      refused.push(entry);
      reasons.push(`${String(entry['Kind'])} ${String(entry['Name'] ?? '')}: ${reason}`);
    }
    if (refused.length === left.length) {
      refusals.push(...reasons);
      return;
    }
    left = refused;
  }
}

/** The ID of a query is the datacenter's to give; one that has its name already is replaced. */
export async function writeQueries(
  client: ConsulClient,
  queries: readonly Fields[],
  refusals: Refusals,
): Promise<void> {
  if (queries.length === 0) return;
  const present = await client.json<{ ID: string; Name: string }[]>({ path: '/v1/query' });
  const ids = new Map(present.map(({ Name, ID }) => [Name, ID]));
  for (const query of queries) {
    const { ID: _foreign, Token, ...fields } = query;
    const body = { ...withoutForeign(fields), ...(Token === '' ? {} : { Token }) };
    const name = String(query['Name']);
    const id = ids.get(name);
    const reason =
      id === undefined
        ? await send(client, 'POST', '/v1/query', body)
        : await put(client, `/v1/query/${id}`, body);
    if (reason !== null) refusals.push(`prepared query ${JSON.stringify(name)}: ${reason}`);
  }
}

export function put(client: ConsulClient, path: string, fields: Fields): Promise<string | null> {
  return send(client, 'PUT', path, fields);
}

/** @returns why it was refused, null when it was not. @throws when there was no answer */
async function send(
  client: ConsulClient,
  method: 'PUT' | 'POST',
  path: string,
  fields: Fields,
): Promise<string | null> {
  try {
    await client.request({ method, path, body: renderJSON(fields) });
    return null;
  } catch (error) {
    if (error instanceof StatusError) return error.message;
    throw error;
  }
}

/** A null is the zero of its type, which is what leaving it out means too. */
function withoutForeign(fields: Fields, within = STAMPS): Fields {
  const derived = DERIVED[String(fields['Kind'])] ?? [];
  const kept = Object.entries(fields).filter(
    ([name]) => !FOREIGN.has(name) && !derived.includes(name),
  );
  return prune(Object.fromEntries(kept), '', within) as Fields;
}

function prune(value: unknown, name: string, within: ReadonlySet<string>): unknown {
  if (OPAQUE.has(name)) return value;
  if (Array.isArray(value)) return value.map((item) => prune(item, '', within));
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value)
    .filter(([field, item]) => item !== null && !within.has(field))
    .map(([field, item]) => [field, prune(item, field, within)]);
  return Object.fromEntries(kept);
}
