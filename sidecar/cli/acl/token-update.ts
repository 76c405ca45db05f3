/** How the flags of `acl token update` change what a token holds. */
import type { ConsulClient } from '../../client/http-client.ts';
import { CommandError } from '../command.ts';
import { flag } from '../flags.ts';
import {
  linkKeys,
  merge,
  parseNodeIdentities,
  parseServiceIdentities,
  resolvePolicies,
  resolveRoles,
} from './grants.ts';
import type { Grants, PolicyLink, Token } from './types.ts';

const MANY = 'The others stay. May be given several times.';

export const APPEND_FLAGS = {
  'append-policy-id': flag.list(`ID of a policy to add, or its beginning. ${MANY}`),
  'append-policy-name': flag.list(`Name of a policy to add. ${MANY}`),
  'append-role-id': flag.list(`ID of a role to add, or its beginning. ${MANY}`),
  'append-role-name': flag.list(`Name of a role to add. ${MANY}`),
  'append-service-identity': flag.list(
    `Service whose rights are added: NAME or NAME:DATACENTER1,DATACENTER2. ${MANY}`,
  ),
  'append-node-identity': flag.list(`Node whose rights are added: NAME:DATACENTER. ${MANY}`),
};

/** Before the append- flags there were these, which make the plain ones append. */
export const MERGE_FLAGS = {
  'merge-policies': flag.bool('Older way to append policies.'),
  'merge-roles': flag.bool('Older way to append roles.'),
  'merge-service-identities': flag.bool('Older way to append service identities.'),
  'merge-node-identities': flag.bool('Older way to append node identities.'),
};

/** What replaces, or adds with an older flag. */
type PlainFlag =
  | 'policy-id'
  | 'policy-name'
  | 'role-id'
  | 'role-name'
  | 'service-identity'
  | 'node-identity';

type Flags = {
  readonly [Name in keyof typeof APPEND_FLAGS]: readonly string[];
} & { readonly [Name in keyof typeof MERGE_FLAGS]: boolean } & {
  readonly [Name in PlainFlag]: readonly string[];
};

/** Consul says nothing of the two for identities. */
export function warnOfOldFlags(flags: Flags, warn: (text: string) => void): void {
  const instead = {
    'merge-policies': '`append-policy-name` or `append-policy-id`',
    'merge-roles': '`append-role-name` or `append-role-id`',
  } as const;
  for (const name of Object.keys(instead) as (keyof typeof instead)[]) {
    if (!flags[name]) continue;
    const use = `Use ${instead[name]} instead.`;
    warn(`${name} is deprecated and will be removed in a future Consul version. ${use}`);
  }
}

/** Throws CommandError. */
export async function updatedGrants(
  client: ConsulClient,
  held: Token,
  flags: Flags,
): Promise<Omit<Grants, 'TemplatedPolicies'> & { Roles: readonly PolicyLink[] }> {
  checkCombinations(flags);
  const policies = await changes(
    () => resolvePolicies(client, flags['policy-name'], flags['policy-id']),
    () => resolvePolicies(client, flags['append-policy-name'], flags['append-policy-id']),
  );
  const roles = await changes(
    () => resolveRoles(client, flags['role-name'], flags['role-id']),
    () => resolveRoles(client, flags['append-role-name'], flags['append-role-id']),
  );
  const services = await changes(
    () => parseServiceIdentities(flags['service-identity']),
    () => parseServiceIdentities(flags['append-service-identity']),
  );
  const nodes = await changes(
    () => parseNodeIdentities(flags['node-identity']),
    () => parseNodeIdentities(flags['append-node-identity']),
  );
  return {
    Policies: applied(held.Policies, policies, flags['merge-policies'], linkKeys),
    Roles: applied(held.Roles, roles, flags['merge-roles'], linkKeys),
    ServiceIdentities: appliedIdentities(
      held.ServiceIdentities,
      services,
      flags['merge-service-identities'],
      ({ ServiceName }) => [ServiceName],
    ),
    NodeIdentities: appliedIdentities(
      held.NodeIdentities,
      nodes,
      flags['merge-node-identities'],
      ({ NodeName, Datacenter }) => [`${NodeName}:${Datacenter}`],
    ),
  };
}

interface Changes<Item> {
  readonly replacing: readonly Item[];
  readonly appended: readonly Item[];
}

async function changes<Item>(
  replacing: () => readonly Item[] | Promise<readonly Item[]>,
  appended: () => readonly Item[] | Promise<readonly Item[]>,
): Promise<Changes<Item>> {
  return { replacing: await replacing(), appended: await appended() };
}

function applied<Item extends object>(
  held: readonly Item[] | null | undefined,
  { replacing, appended }: Changes<Item>,
  mergesAll: boolean,
  keys: (item: Item) => readonly (string | undefined)[],
): Item[] {
  if (replacing.length > 0 && !mergesAll) return [...replacing];
  return merge(held, [...replacing, ...appended], keys);
}

/** Unlike policies and roles, identities that no flag speaks of go: so does Consul's command. */
function appliedIdentities<Item extends object>(
  held: readonly Item[] | null | undefined,
  changed: Changes<Item>,
  mergesAll: boolean,
  keys: (item: Item) => readonly (string | undefined)[],
): Item[] {
  const adds = mergesAll || changed.appended.length > 0;
  return adds ? applied(held, changed, mergesAll, keys) : [...changed.replacing];
}

function checkCombinations(flags: Flags): void {
  const has = (...names: (keyof typeof APPEND_FLAGS | PlainFlag)[]) =>
    names.some((name) => flags[name].length > 0);
  if (has('policy-id', 'policy-name') && has('append-policy-id', 'append-policy-name')) {
    throw new CommandError(
      'Cannot combine the use of policy-id/policy-name flags with append- variants. To set or overwrite existing policies, use -policy-id or -policy-name. To append to existing policies, use -append-policy-id or -append-policy-name.',
    );
  }
  if (has('role-id', 'role-name') && has('append-role-id', 'append-role-name')) {
    throw new CommandError(
      'Cannot combine the use of role-id/role-name flags with append- variants. To set or overwrite existing roles, use -role-id or -role-name. To append to existing roles, use -append-role-id or -append-role-name.',
    );
  }
  for (const [name, plural] of [
    ['service-identity', 'service identities'],
    ['node-identity', 'node identities'],
  ] as const) {
    if (!has(name) || !has(`append-${name}`)) continue;
    throw new CommandError(
      `Cannot combine the use of ${name} flag with append-${name}. To set or overwrite existing ${plural}, use -${name}. To append to existing ${plural}, use -append-${name}.`,
    );
  }
}
