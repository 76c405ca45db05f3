/** The flags that name policies, identities and templates, and what they mean. */
import type { ConsulClient } from '../../client/http-client.ts';
import { CommandError } from '../command.ts';
import { flag } from '../flags.ts';
import { findPolicyID, findRoleID } from './find-id.ts';
import type { NodeIdentity, PolicyLink, ServiceIdentity } from './types.ts';

/** @param owner `token` or `role`; @param effect what becomes of those that it has */
export function grantFlags(owner: string, effect = '') {
  const many = 'May be given several times.';
  return {
    'policy-id': flag.list(`ID of a policy of this ${owner}, or its beginning.${effect} ${many}`),
    'policy-name': flag.list(`Name of a policy of this ${owner}.${effect} ${many}`),
    'service-identity': flag.list(
      `Service whose rights this ${owner} gets: NAME or NAME:DATACENTER1,DATACENTER2.${effect} ${many}`,
    ),
    'node-identity': flag.list(
      `Node whose rights this ${owner} gets: NAME:DATACENTER.${effect} ${many}`,
    ),
  };
}

export function roleFlags(effect = '') {
  const many = 'May be given several times.';
  return {
    'role-id': flag.list(`ID of a role of this token, or its beginning.${effect} ${many}`),
    'role-name': flag.list(`Name of a role of this token.${effect} ${many}`),
  };
}

/** Names go as they are: the datacenter finds them. Throws CommandError. */
export async function resolvePolicies(
  client: ConsulClient,
  names: readonly string[],
  prefixes: readonly string[],
): Promise<PolicyLink[]> {
  const ids = await resolve('policy', prefixes, (prefix) => findPolicyID(client, prefix));
  return [...names.map((Name) => ({ Name })), ...ids];
}

export async function resolveRoles(
  client: ConsulClient,
  names: readonly string[],
  prefixes: readonly string[],
): Promise<PolicyLink[]> {
  const ids = await resolve('role', prefixes, (prefix) => findRoleID(client, prefix));
  return [...names.map((Name) => ({ Name })), ...ids];
}

async function resolve(
  kind: string,
  prefixes: readonly string[],
  find: (prefix: string) => Promise<string>,
): Promise<PolicyLink[]> {
  const links: PolicyLink[] = [];
  for (const prefix of prefixes) {
    try {
      links.push({ ID: await find(prefix) });
    } catch (error) {
      throw new CommandError(`Error resolving ${kind} ID ${prefix}: ${(error as Error).message}`);
    }
  }
  return links;
}

/** Throws CommandError. */
export function parseServiceIdentities(texts: readonly string[]): ServiceIdentity[] {
  return texts.map((text) => {
    const [ServiceName = '', datacenters, ...more] = text.split(':');
    if (more.length > 0) throw malformed('service-identity', text);
    if (datacenters === undefined) return { ServiceName };
    return { ServiceName, Datacenters: datacenters.split(',') };
  });
}

/** Throws CommandError. */
export function parseNodeIdentities(texts: readonly string[]): NodeIdentity[] {
  return texts.map((text) => {
    const [NodeName = '', Datacenter, ...more] = text.split(':');
    if (Datacenter === undefined || more.length > 0) throw malformed('node-identity', text);
    return { NodeName, Datacenter };
  });
}

function malformed(name: string, text: string): CommandError {
  return new CommandError(`Malformed -${name} argument: ${JSON.stringify(text)}`);
}

/** What of `added` is not among `held`, behind those. */
export function merge<Item extends object>(
  held: readonly Item[] | null | undefined,
  added: readonly Item[],
  keys: (item: Item) => readonly (string | undefined)[],
): Item[] {
  const all = [...(held ?? [])];
  for (const item of added) {
    const wanted = keys(item);
    const isHeld = all.some((other) =>
      keys(other).some((key, at) => key !== undefined && key === wanted[at]),
    );
    if (!isHeld) all.push(item);
  }
  return all;
}

/** For `merge`: a link is known by its ID or its name. */
export const linkKeys = ({ ID, Name }: PolicyLink) => [ID, Name] as const;
