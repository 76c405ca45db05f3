/** IDs may be given by any beginning that only one thing has. */
import type { ConsulClient } from '../../client/http-client.ts';
import { CommandError, orFail } from '../command.ts';
import type { BindingRule, Policy, Role, Token } from './types.ts';

const UUID_LENGTH = 36;
/** Consul's name for the token of requests without one. */
const ANONYMOUS_ACCESSOR = '00000000-0000-0000-0000-000000000002';

/** Throws Error that names what is wrong with `prefix`. */
async function findByPrefix<Item>(
  prefix: string,
  kind: string,
  list: () => Promise<readonly Item[]>,
  idOf: (item: Item) => string,
): Promise<string> {
  // Whole IDs are not looked up: whether they exist is the answer of whoever is asked next.
  if (prefix.length === UUID_LENGTH) return prefix;
  const found = (await list()).map(idOf).filter((id) => id.startsWith(prefix));
  if (found.length === 0) {
    throw new Error(
      kind === 'rule'
        ? `no such rule ID with prefix: ${prefix}: ACL not found`
        : `No such ${kind} ID with prefix: ${prefix}`,
    );
  }
  if (found.length > 1) throw new Error(`Partial ${kind} ID is not unique`);
  return found[0]!;
}

export function findPolicyID(client: ConsulClient, prefix: string): Promise<string> {
  const list = () => client.json<Policy[]>({ path: '/v1/acl/policies' });
  return findByPrefix(prefix, 'policy', list, ({ ID }) => ID);
}

export function findRoleID(client: ConsulClient, prefix: string): Promise<string> {
  const list = () => client.json<Role[]>({ path: '/v1/acl/roles' });
  return findByPrefix(prefix, 'role', list, ({ ID }) => ID);
}

export function findTokenID(client: ConsulClient, prefix: string): Promise<string> {
  if (prefix === 'anonymous') return Promise.resolve(ANONYMOUS_ACCESSOR);
  const list = () => client.json<Token[]>({ path: '/v1/acl/tokens' });
  return findByPrefix(prefix, 'token', list, ({ AccessorID }) => AccessorID);
}

export async function findBindingRuleID(client: ConsulClient, prefix: string): Promise<string> {
  const list = () => client.json<BindingRule[]>({ path: '/v1/acl/binding-rules' });
  return findByPrefix(prefix, 'rule', list, ({ ID }) => ID);
}

/** The ID that flags -id or -name speak of. Throws CommandError. */
export async function policyIDOf(
  client: ConsulClient,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<string> {
  return determine('policy ID', async () => {
    if (id !== '') return findPolicyID(client, id);
    const list = await orFail(
      `Failed to find policy with name ${name}`,
      client.json<Policy[]>({ path: '/v1/acl/policies' }),
    );
    const found = list.find(({ Name }) => Name === name);
    if (found === undefined) throw new Error(`No such policy with name: ${name}`);
    return found.ID;
  });
}

export async function roleIDOf(
  client: ConsulClient,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<string> {
  return determine('role ID', async () => {
    if (id !== '') return findRoleID(client, id);
    const list = await client.json<Role[]>({ path: '/v1/acl/roles' });
    const found = list.find(({ Name }) => Name === name);
    if (found === undefined) throw new Error(`No such role with name ${name}`);
    return found.ID;
  });
}

export function tokenIDOf(
  client: ConsulClient,
  prefix: string,
  what = 'token ID',
): Promise<string> {
  return determine(what, () => findTokenID(client, prefix));
}

export function bindingRuleIDOf(client: ConsulClient, prefix: string): Promise<string> {
  return determine('binding rule ID', () => findBindingRuleID(client, prefix));
}

async function determine(what: string, find: () => Promise<string>): Promise<string> {
  try {
    return await find();
  } catch (error) {
    throw new CommandError(`Error determining ${what}: ${(error as Error).message}`);
  }
}
