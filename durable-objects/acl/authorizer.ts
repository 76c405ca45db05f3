/**
 * What a token may do. Every method of the datacenter asks here before it reads or writes.
 *
 * Names are those of Consul's rules. Checks that give nothing throw `forbidden` in Consul's words; checks that give a boolean are for
 * lists, from which what may not be seen is left out.
 */
import { forbidden } from '../../protocol/errors.ts';
import type { Access } from './levels.ts';
import type { Resource } from './resources.ts';

/** What all the checks come down to. */
export interface Judge {
  /** Equal for tokens that see the same: answers are shared only between those. */
  readonly identity: string;
  /** The token's accessor, '' where there is no token, and `anonymous` for requests without one. */
  readonly accessor: string;
  /** @param name of a named resource; what begins or ends a rule's name counts */
  allows(resource: Resource, access: Access, name?: string): boolean;
  /** Whether everything below a prefix may be written, which no rule below it may except. */
  allowsPrefix(prefix: string): boolean;
  /** Whether every name there can be may be read; with `write`, whether some name may be written. */
  allowsAll(resource: 'node' | 'service', access: 'read'): boolean;
  allowsAny(resource: 'service', access: 'write'): boolean;
  /** True for what an agent does as the agent of its node. */
  readonly isAgent?: boolean;
  /** Where it is remembered that a read was refused; see `noticing.ts`. */
  readonly notice?: Notice;
}

export interface Notice {
  isFiltered: boolean;
}

export interface Authorizer extends Judge {
  /** @throws RPCError forbidden, in Consul's words */
  require(resource: Resource, access: Access, name?: string): void;
  keyRead(key: string): void;
  keyList(prefix: string): void;
  keyWrite(key: string): void;
  keyWritePrefix(prefix: string): void;
  nodeRead(node: string): boolean;
  nodeWrite(node: string): void;
  serviceRead(service: string): boolean;
  serviceWrite(service: string): void;
  sessionRead(node: string): boolean;
  sessionWrite(node: string): void;
  operatorRead(): void;
  operatorWrite(): void;
  eventRead(name: string): boolean;
  eventWrite(name: string): void;
  aclRead(): void;
  /** A snapshot holds every secret: saving and restoring one takes the right to write ACLs. */
  aclWrite(): void;
  meshRead(): boolean;
  meshWrite(): void;
  intentionRead(service: string): boolean;
  intentionWrite(service: string): void;
  /** @param name of a prepared query; that of a template is its prefix */
  queryRead(name: string): boolean;
  queryWrite(name: string): void;
  /** Whether secrets of others are shown: Consul asks for the right to write ACLs. */
  secretsRead(): boolean;
}

export const ANONYMOUS_ACCESSOR = '00000000-0000-0000-0000-000000000002';

export function makeAuthorizer(judge: Judge): Authorizer {
  const require = (resource: Resource, access: Access, name?: string): void => {
    if (!judge.allows(resource, access, name)) throw refusal(judge, resource, access, name);
  };
  const read =
    (resource: Resource) =>
    (name: string): boolean =>
      judge.allows(resource, 'read', name);
  const write =
    (resource: Resource) =>
    (name: string): void =>
      require(resource, 'write', name);
  return {
    ...judge,
    require,
    keyRead: (key) => require('key', 'read', key),
    keyList: (prefix) => require('key', 'list', prefix),
    keyWrite: write('key'),
    keyWritePrefix(prefix) {
      if (!judge.allowsPrefix(prefix)) throw refusal(judge, 'key', 'write', prefix);
    },
    nodeRead: read('node'),
    nodeWrite: write('node'),
    serviceRead: read('service'),
    serviceWrite: write('service'),
    sessionRead: read('session'),
    sessionWrite: write('session'),
    operatorRead: () => require('operator', 'read'),
    operatorWrite: () => require('operator', 'write'),
    eventRead: read('event'),
    eventWrite: write('event'),
    aclRead: () => require('acl', 'read'),
    aclWrite: () => require('acl', 'write'),
    meshRead: () => judge.allows('mesh', 'read'),
    meshWrite: () => require('mesh', 'write'),
    intentionRead: read('intention'),
    intentionWrite: write('intention'),
    queryRead: read('query'),
    queryWrite: write('query'),
    secretsRead: () => judge.allows('acl', 'write'),
  };
}

/** Consul: acl/errors.go */
function refusal({ accessor }: Judge, resource: Resource, access: Access, name?: string): Error {
  const isAnonymous = accessor === ANONYMOUS_ACCESSOR;
  const who = isAnonymous ? 'anonymous token' : `token with AccessorID '${accessor}'`;
  const on = name === undefined || name === '' ? '' : ` on ${JSON.stringify(name)}`;
  const hint = isAnonymous
    ? '. The anonymous token is used implicitly when a request does not specify a token.'
    : '';
  return forbidden(
    `Permission denied: ${who} lacks permission '${resource}:${access}'${on}${hint}`,
  );
}

/** Where there are no ACLs, whoever passed the door (the link's or the Worker's secret) may do everything. */
export const ALLOW_ALL: Authorizer = makeAuthorizer({
  identity: '',
  accessor: '',
  allows: () => true,
  allowsPrefix: () => true,
  allowsAll: () => true,
  allowsAny: () => true,
});
