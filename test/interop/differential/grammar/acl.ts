/**
 * Who may do what: a few policies, roles and tokens made by chance, then the steps of all other areas in the name of one or
 * another token. Played where ACLs are on.
 */
import type { Random } from '../../../linearizability/random.ts';
import type { Grammar, Step } from '../step.ts';
import { queryOf } from './words.ts';

/** The names by which other grammars call things, and beginnings of them. */
const NAMES = [
  '',
  'a',
  'b',
  'dir/',
  'dir/a',
  'w',
  'web',
  'db',
  'api',
  'interop',
  'n',
  'n1',
  'q',
  'e',
  'x',
];
const NAMED = ['key', 'service', 'node', 'session', 'agent', 'event', 'query'];
const WHOLE = ['operator', 'keyring', 'mesh', 'acl', 'peering'];
/** One more than any token has: the last is nobody's. */
const TOKENS = ['1', '2', '3', '4'];
const SERVICES = ['web', 'db', 'api'];

export const MANAGEMENT = '11111111-2222-3333-4444-555555555555';
const secretOf = (token: string): string => `cccccccc-0000-4000-8000-00000000000${token}`;
const accessorOf = (token: string): string => `aaaaaaaa-0000-4000-8000-00000000000${token}`;

/** What begins a sequence: a policy, a role and a token of each number. */
export function aclSetup(random: Random): Step[] {
  return TOKENS.flatMap((token) => [
    send('PUT', '/v1/acl/policy', { Name: `p${token}`, Rules: rules(random) }),
    send('PUT', '/v1/acl/role', {
      Name: `r${token}`,
      ...grants(random, TOKENS.slice(0, Number(token))),
    }),
    send('PUT', '/v1/acl/token', {
      AccessorID: accessorOf(token),
      SecretID: secretOf(token),
      ...grants(random, [token]),
      ...(random.integer(0, 2) === 0 && { Roles: [{ Name: `r${token}` }] }),
    }),
  ]);
}

/** A step of `grammar`, in the name of one of the tokens, of nobody, of a token that is none, or of whoever may do all. */
export function asSomebody(grammar: Grammar): Grammar {
  return (random) => {
    const step = grammar(random);
    const secret = random.weighted({ limited: 6, management: 4, nobody: 1, unknown: 1 });
    const token = {
      limited: () => secretOf(random.pick(TOKENS)),
      management: () => MANAGEMENT,
      nobody: () => '',
      unknown: () => 'dddddddd-0000-4000-8000-000000000000',
    }[secret]();
    return { ...step, headers: { ...step.headers, 'x-consul-token': token } };
  };
}

/** Reads and writes of policies, roles and tokens themselves. */
export function acl(random: Random): Step {
  const n = random.pick(TOKENS);
  const steps: readonly (() => Step)[] = [
    () => send('GET', `/v1/acl/policy/name/p${n}`),
    () => send('GET', '/v1/acl/policies', undefined, true),
    () => send('GET', `/v1/acl/role/name/r${n}`),
    () =>
      send(
        'GET',
        `/v1/acl/roles${queryOf({ policy: random.pick([undefined, 'x']) })}`,
        undefined,
        true,
      ),
    () =>
      send(
        'GET',
        `/v1/acl/token/${accessorOf(n)}${queryOf({ expanded: random.pick([undefined, null]) })}`,
        undefined,
        true,
      ),
    () => send('GET', '/v1/acl/token/self'),
    () =>
      send(
        'GET',
        `/v1/acl/tokens${queryOf({ servicename: random.pick([undefined, 'web']) })}`,
        undefined,
        true,
      ),
    () => send('GET', '/v1/acl/templated-policies', undefined, true),
    () => send('GET', '/v1/acl/auth-methods', undefined, true),
    () => send('GET', '/v1/acl/binding-rules', undefined, true),
    () => send('GET', '/v1/acl/replication'),
    () => send('DELETE', `/v1/acl/token/${accessorOf(n)}`),
    () =>
      send('PUT', `/v1/acl/token/${accessorOf(n)}`, {
        AccessorID: accessorOf(n),
        Description: 'new',
        ...grants(random, [n]),
      }),
    () => send('PUT', `/v1/acl/token/${accessorOf(n)}/clone`, { Description: 'twin' }),
    () => send('POST', '/v1/internal/acl/authorize', asked(random)),
    () => send('POST', '/v1/acl/templated-policy/preview/builtin/service', { Name: 'web' }),
  ];
  return random.pick(steps)();
}

function send(method: Step['method'], path: string, body?: unknown, unordered = false): Step {
  const headers = { 'x-consul-token': MANAGEMENT };
  return {
    method,
    path,
    headers,
    ...(body !== undefined && { body }),
    ...(unordered && { unordered }),
  };
}

function asked(random: Random): object[] {
  return Array.from({ length: random.integer(1, 5) }, () => {
    const isNamed = random.integer(0, 2) > 0;
    return {
      Resource: random.pick(isNamed ? [...NAMED, 'intention'] : WHOLE),
      Access: random.pick(['read', 'write', 'list']),
      ...(isNamed && { Segment: random.pick(NAMES.slice(1)) }),
    };
  });
}

function grants(random: Random, numbers: readonly string[]): object {
  const parts: Record<string, () => object> = {
    policy: () => ({ Policies: numbers.map((number) => ({ Name: `p${number}` })) }),
    service: () => ({ ServiceIdentities: [{ ServiceName: random.pick(SERVICES) }] }),
    node: () => ({
      NodeIdentities: [{ NodeName: 'interop', Datacenter: random.pick(['dc1', 'dc2']) }],
    }),
    template: () => ({
      TemplatedPolicies: [
        { TemplateName: 'builtin/service', TemplateVariables: { Name: random.pick(SERVICES) } },
      ],
    }),
  };
  return parts[random.weighted({ policy: 6, service: 1, node: 1, template: 1 })]!();
}

function rules(random: Random): string {
  const blocks = Array.from({ length: random.integer(1, 5) }, () => rule(random));
  return blocks.join('\n');
}

function rule(random: Random): string {
  const access = random.pick(['read', 'write', 'write', 'deny']);
  if (random.integer(0, 4) === 0) return `${random.pick(WHOLE)} = "${access}"`;
  const resource = random.pick(NAMED);
  const isPrefix = random.integer(0, 1) === 0;
  const mayList = resource === 'key' && random.integer(0, 3) === 0;
  const isService = resource === 'service' && random.integer(0, 2) === 0;
  const intentions = isService ? ` intentions = "${random.pick(['read', 'write', 'deny'])}"` : '';
  const kind = isPrefix ? `${resource}_prefix` : resource;
  return `${kind} "${random.pick(NAMES)}" { policy = "${mayList ? 'list' : access}"${intentions} }`;
}
