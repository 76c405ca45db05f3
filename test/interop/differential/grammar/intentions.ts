/** /v1/connect/intentions, by name and by ID, and what the agent makes of them. */
import type { Random } from '../../../linearizability/random.ts';
import type { Step } from '../step.ts';
import { bodyOf, queryOf, readParams, some, sometimes } from './words.ts';

/** Few names, so that requests meet one another. */
const name = (r: Random): string =>
  r.pick([
    'web',
    'db',
    'web',
    'db',
    'api',
    '*',
    'Web',
    'we*b',
    '',
    'default/web',
    'x/web',
    'a/b/c/d',
  ]);
const ownName = (r: Random): string =>
  r.pick(['web', 'db', 'web', 'db', 'api', '*', 'Web', 'we*b', '', 'default/web', 'a/b/c/d']);
const plainName = (r: Random): string =>
  r.pick(['web', 'db', 'api', 'web', 'db', '*', 'Web', 'w*']);
const id = (r: Random): string =>
  r.pick([
    '{id}',
    '{id}',
    '{id}',
    '99999999-1111-2222-3333-444444444444',
    'not-a-uuid',
    'zzzzzzzz-1111-2222-3333-444444444444',
  ]);

const permission = (r: Random): unknown =>
  r.pick<unknown>([
    { Action: 'allow', HTTP: { PathPrefix: '/' } },
    { Action: 'deny', HTTP: { PathExact: '/x', Methods: ['get'] } },
    { Action: 'allow', HTTP: { Header: [{ Name: 'X', Exact: 'a', IgnoreCase: true }] } },
    { Action: 'allow', HTTP: { Header: [{ Name: 'X', Present: true, IgnoreCase: true }] } },
    {
      Action: 'allow',
      HTTP: {
        Header: [
          { Name: 'X', Contains: 'c' },
          { Name: 'Y', Regex: 'r' },
        ],
      },
    },
    { Action: 'allow' },
    { HTTP: {} },
    {},
    { Action: 'allow', HTTP: { PathRegex: '(', Methods: ['NOPE'] } },
    { Action: 'allow', HTTP: { PathExact: '/' }, JWT: { Providers: [{ Name: 'absent' }] } },
  ]);

const action = (r: Random): string => r.pick(['allow', 'deny', 'allow', 'deny', 'allow', 'x', '']);
const description = (r: Random): string => r.pick(['', 'text', 'x'.repeat(513)]);
const meta = (r: Random): unknown => r.pick<unknown>([{ a: 'b' }, {}, { '': 'x' }]);

function intention(r: Random): Record<string, unknown> {
  const rare = {
    Description: () => description(r),
    SourceType: () => r.pick(['consul', 'robot', '']),
    Permissions: () => r.pick<unknown>([[permission(r)], [permission(r), permission(r)], []]),
    Meta: () => meta(r),
    Precedence: () => 3,
    SourcePeer: () => r.pick(['', 'east']),
    ID: () => '',
    CreatedAt: () => '2020-01-01T00:00:00Z',
    Hash: () => 'x',
  };
  return { ...some(r, { Action: () => action(r) }, 1), ...some(r, rare, 7) };
}

/** Without an action, as those on requests are. */
function onRequests(r: Random): Record<string, unknown> {
  return { Permissions: [permission(r)], ...some(r, { Description: () => description(r) }, 4) };
}

function body(r: Random, whole: Record<string, unknown>): unknown {
  const made = bodyOf(r, whole, { whole: 12, spoiled: 1, broken: 0.5 });
  // A null among them ends Consul's process.
  return JSON.stringify(made)?.includes('"Permissions":[null') ? whole : made;
}

function named(r: Random, isNew: boolean): Record<string, unknown> {
  const namespaces = {
    SourceNS: () => r.pick(['default', '', 'x']),
    DestinationNS: () => r.pick(['default', '', 'x']),
    DestinationPartition: () => 'x',
  };
  return {
    SourceName: plainName(r),
    DestinationName: plainName(r),
    ...(isNew ? some(r, namespaces, 12) : {}),
    ...intention(r),
  };
}

/** A source or destination left out now and then. */
const pair = (r: Random, end: (r: Random) => string = name): string =>
  queryOf({
    source: r.integer(0, 15) === 0 ? undefined : end(r),
    destination: r.integer(0, 15) === 0 ? undefined : end(r),
    ...sometimes(r, 6, () => readParams(r)),
  });

const FILTERS = [
  'SourceName == web',
  'Precedence == 9',
  'Action == "allow" and DestinationName == "*"',
  'Meta is empty',
  'Meta.a == b',
  '"a" in Meta',
  'Permissions is empty',
  'SourceNS == default',
  'CreatedAt == x',
  'Precedence == x',
];

export function intentions(r: Random): Step {
  const root = '/v1/connect/intentions';
  // Consul forgets the namespace of a write; ours refuses it, and the two would hold different things.
  const exact = `${root}/exact${pair(r, ownName)}`;
  switch (
    r.weighted({
      put: 8,
      get: 2,
      remove: 2,
      list: 2,
      match: 3,
      check: 3,
      byID: 6,
      authorize: 2,
      entry: 2,
    })
  ) {
    case 'put':
      return {
        method: 'PUT',
        path: exact,
        body: body(r, r.integer(0, 4) === 0 ? onRequests(r) : intention(r)),
      };
    case 'get':
      return { method: 'GET', path: `${root}/exact${pair(r)}` };
    case 'remove':
      return { method: 'DELETE', path: exact };
    case 'list':
      return {
        method: 'GET',
        path: root + queryOf({ filter: sometimes(r, 2, () => r.pick(FILTERS)), ...readParams(r) }),
      };
    case 'match': {
      const by = r.pick(['source', 'destination', 'destination', 'x', '']);
      const second = r.integer(0, 3) === 0 ? `&name=${encodeURIComponent(name(r))}` : '';
      return { method: 'GET', path: `${root}/match${queryOf({ by, name: name(r) })}${second}` };
    }
    case 'check':
      return { method: 'GET', path: `${root}/check${pair(r)}` };
    case 'byID':
      return byID(r, root);
    case 'authorize':
      return authorize(r);
    case 'entry':
      return {
        method: 'GET',
        path: `/v1/config/service-intentions/${r.pick(['web', 'db', 'api'])}`,
      };
  }
}

function byID(r: Random, root: string): Step {
  switch (r.weighted({ create: 6, get: 2, update: 2, remove: 1 })) {
    case 'create':
      return { method: 'POST', path: root, body: body(r, named(r, true)), save: 'id' };
    case 'get':
      return { method: 'GET', path: `${root}/${id(r)}` };
    case 'update':
      return { method: 'PUT', path: `${root}/${id(r)}`, body: body(r, named(r, false)) };
    case 'remove':
      return { method: 'DELETE', path: `${root}/${id(r)}` };
  }
}

function authorize(r: Random): Step {
  const uri = r.pick([
    'spiffe://x.consul/ns/default/dc/dc1/svc/web',
    'spiffe://x.consul/ns/default/dc/dc1/svc/api',
    'spiffe://x.consul/ns/other/dc/dc9/svc/web',
    'spiffe://x.consul/ap/p/ns/default/dc/dc1/svc/web',
    'spiffe://x.consul/gateway/mesh/dc/dc1',
    'spiffe://x.consul',
    'https://x/ns/default/dc/dc1/svc/web',
    'web',
    '',
  ]);
  return {
    method: 'POST',
    path: '/v1/agent/connect/authorize',
    body: body(r, { Target: r.pick(['web', 'db', 'Web', '']), ClientCertURI: uri }),
  };
}
