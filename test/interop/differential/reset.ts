/** Brings an agent back to what it held when it started, so that sequences know nothing of one another. */
import { KINDS } from './grammar/config-entries.ts';
import type { Side } from './side.ts';

type Rows = Record<string, string>[] | null;

export async function reset(side: Side, node: string, hasACLs: boolean): Promise<void> {
  if (hasACLs) await resetACLs(side);
  await side.send({ method: 'DELETE', path: '/v1/kv/?recurse' });
  await each(side, '/v1/session/list', ({ ID }) => put(side, `/v1/session/destroy/${ID}`));
  await each(side, '/v1/query', ({ ID }) =>
    side.send({ method: 'DELETE', path: `/v1/query/${ID}` }),
  );
  await resetAgent(side);
  await each(side, '/v1/catalog/nodes', async ({ Node }) => {
    if (Node !== node) await put(side, '/v1/catalog/deregister', { Node });
  });
  await resetConfigEntries(side);
  const { Services } = await json<{ Services: Record<string, { ID: string }> }>(
    side,
    `/v1/catalog/node/${node}`,
  );
  for (const { ID } of Object.values(Services))
    if (ID !== 'consul') await put(side, '/v1/catalog/deregister', { Node: node, ServiceID: ID });
  await each(side, `/v1/health/node/${node}`, async ({ CheckID }) => {
    if (CheckID !== 'serfHealth')
      await put(side, '/v1/catalog/deregister', { Node: node, CheckID });
  });
}

/** All but what every datacenter has, and the token that resets. */
async function resetACLs(side: Side): Promise<void> {
  const remove = (path: string) => side.send({ method: 'DELETE', path });
  const kept = /^Initial Management|^Anonymous|^builtin\/|^global-management/;
  await each(side, '/v1/acl/tokens', async ({ AccessorID, Description = '' }) => {
    if (!kept.test(Description)) await remove(`/v1/acl/token/${AccessorID}`);
  });
  await each(side, '/v1/acl/roles', ({ ID }) => remove(`/v1/acl/role/${ID}`));
  await each(side, '/v1/acl/policies', async ({ ID, Name = '' }) => {
    if (!kept.test(Name)) await remove(`/v1/acl/policy/${ID}`);
  });
}

async function resetAgent(side: Side): Promise<void> {
  await put(side, '/v1/agent/maintenance?enable=false');
  for (const kind of ['service', 'check']) {
    const rows = await json<Record<string, unknown>>(side, `/v1/agent/${kind}s`);
    for (const id of Object.keys(rows))
      await put(side, `/v1/agent/${kind}/deregister/${encodeURIComponent(id)}`);
  }
}

/** An entry that another needs is refused at first, so its kind's turn comes again. */
async function resetConfigEntries(side: Side): Promise<void> {
  for (let left: number = KINDS.length; left > 0;) {
    const counts = await Promise.all(KINDS.map((kind) => resetKind(side, kind)));
    left = counts.some((count) => count > 0) ? left - 1 : 0;
  }
}

/** @returns how many there were */
async function resetKind(side: Side, kind: string): Promise<number> {
  let count = 0;
  await each(side, `/v1/config/${kind}`, ({ Kind, Name }) => {
    count++;
    return side.send({
      method: 'DELETE',
      path: `/v1/config/${Kind}/${encodeURIComponent(Name ?? '')}`,
    });
  });
  return count;
}

async function each(
  side: Side,
  path: string,
  act: (row: Record<string, string>) => Promise<unknown>,
): Promise<void> {
  for (const row of (await json<Rows>(side, path)) ?? []) await act(row);
}

async function json<T>(side: Side, path: string): Promise<T> {
  const answer = await side.send({ method: 'GET', path });
  if (answer.status !== 200)
    throw new Error(`${side.name} ${path}: ${answer.status} ${answer.body}`);
  return JSON.parse(answer.body) as T;
}

function put(side: Side, path: string, body?: unknown): Promise<unknown> {
  return side.send({ method: 'PUT', path, ...(body === undefined ? {} : { body }) });
}
