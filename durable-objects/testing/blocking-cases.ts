/** The reads that can block, for the test that plays every kind of write against each of them. */
import type { ReadMethod } from '../../protocol/methods.ts';
import type { CasesOf } from './blocking-case.ts';
import { MESH_CASES } from './blocking-mesh-cases.ts';
import {
  CHECK_CHANGES,
  DEFAULTS_CHANGES,
  NODE_CHANGES,
  QUERY_CHANGES,
  SERVICE_CHANGES,
} from './topic-changes.ts';

const GHOST_META = { nodeMeta: { ghost: 'yes' } };

const NO_ACLS = 'the cases are played where there is no ACL system; acl.test.ts watches these';

/** A new read does not compile without its line here, or among those of the mesh. */
export const CASES: CasesOf<ReadMethod> = {
  ...MESH_CASES,
  'acl.authorize': NO_ACLS,
  'acl.require': NO_ACLS,
  'acl.token-self': NO_ACLS,
  'acl.token-read': NO_ACLS,
  'acl.token-list': NO_ACLS,
  'acl.policy-read': NO_ACLS,
  'acl.policy-list': NO_ACLS,
  'acl.role-read': NO_ACLS,
  'acl.role-list': NO_ACLS,
  'acl.auth-method-read': NO_ACLS,
  'acl.auth-method-list': NO_ACLS,
  'acl.binding-rule-read': NO_ACLS,
  'acl.binding-rule-list': NO_ACLS,
  'acl.replication': NO_ACLS,
  'acl.templates': NO_ACLS,
  'acl.template-preview': NO_ACLS,
  'kv.get': [{ args: { key: 'app/a' } }, { args: { key: 'ghost/k' } }],
  'kv.list': [
    { args: { prefix: 'app/' } },
    { args: { prefix: 'app' } },
    { args: { prefix: '' } },
    { args: { prefix: 'ghost' } },
  ],
  'kv.keys': [
    { args: { prefix: 'ghost/' } },
    {
      // Its index is that of the keys below, as in Consul.
      args: { prefix: 'app/', separator: '/' },
      wakesFor: ['a key is changed', 'a lock is given back'],
    },
  ],
  'kv.history': [{ args: { key: 'app/a' } }, { args: { key: 'ghost/k' } }],
  'kv.page': 'a page is read by itself; whoever waits, waits on the prefix',
  'kv.at': 'the past does not change',
  'kv-schema.get': [{ args: { prefix: 'app/' } }, { args: { prefix: 'ghost/' } }],
  'kv-schema.list': [{ args: {} }],
  'changes.list': 'changes.head tells that there is more',
  'changes.head':
    'it has no answer, and any index will do: endpoints/changes.test.ts says what wakes it',
  'audit.list': 'a page of the log is read once',
  'txn.read': 'a transaction never blocks',
  'session.get': [
    {
      args: { id: '00000000-0000-4000-8000-000000000004' },
      // The datacenter has just made the id up.
      misses: 'a session is created',
    },
  ],
  'session.list': [{ args: {} }],
  'session.node': [{ args: { node: 'n1' } }, { args: { node: 'ghost' } }],
  'catalog.nodes': [{ args: {} }, { args: GHOST_META, wakesFor: NODE_CHANGES }],
  'catalog.node': [{ args: { node: 'n1' } }, { args: { node: 'ghost' } }],
  'catalog.node-services': [
    { args: { node: 'n1' } },
    { args: { node: 'ghost' } },
    { args: { node: 'n1', mergeCentralConfig: true }, wakesFor: DEFAULTS_CHANGES },
  ],
  'catalog.services': [
    { args: {} },
    {
      args: GHOST_META,
      wakesFor: [
        ...NODE_CHANGES,
        ...SERVICE_CHANGES,
        'a mesh proxy appears',
        'a mesh proxy goes',
        'a terminating gateway runs',
        'an ingress gateway runs',
        'the ghost node appears',
      ],
    },
  ],
  'catalog.service': [
    { args: { service: 'web' }, wakesFor: CHECK_CHANGES },
    { args: { service: 'WEB' }, wakesFor: CHECK_CHANGES },
    {
      args: { service: 'web', tags: ['v2'] },
      wakesFor: [...SERVICE_CHANGES, ...CHECK_CHANGES, 'a node goes'],
    },
    { args: { service: 'web', connect: true }, wakesFor: ['its check fails'] },
    { args: { service: 'ghost' }, wakesFor: ['its check appears'] },
    { args: { service: '' }, wakesFor: [...NODE_CHANGES, 'the ghost node appears'] },
    { args: { service: 'ghost', connect: true }, wakesFor: ['its check appears'] },
    {
      args: { service: 'web', connect: true, mergeCentralConfig: true },
      wakesFor: [...DEFAULTS_CHANGES, 'its check fails'],
    },
  ],
  'catalog.virtual-ip': [
    { args: { service: 'web' } },
    { args: { service: 'ghost' }, wakesFor: ['addresses by hand'] },
  ],
  'catalog.gateway-services': [{ args: { gateway: 'exit' } }, { args: { gateway: 'IN' } }],
  'health.node': [{ args: { node: 'n1' } }, { args: { node: 'ghost' } }],
  'health.checks': [
    {
      args: { service: 'web' },
      wakesFor: [...SERVICE_CHANGES, 'a node check passes again', 'a node goes'],
    },
    {
      args: { service: 'ghost' },
      wakesFor: ['the ghost service appears', 'its mesh instance appears'],
    },
  ],
  'health.state': [
    {
      args: { state: 'critical' },
      wakesFor: ['a node check appears', 'a service check appears', 'a node goes'],
    },
    { args: { state: 'any' } },
  ],
  'health.service': [
    { args: { service: 'web' } },
    { args: { service: 'web', connect: true } },
    { args: { service: 'ghost' } },
    { args: { service: 'ghost', connect: true } },
    { args: { service: 'web', ingress: true } },
    {
      args: { service: 'web', connect: true, mergeCentralConfig: true },
      wakesFor: DEFAULTS_CHANGES,
    },
  ],
  'health.why': [
    {
      args: { service: 'web' },
      wakesFor: ['a service changes its tags', 'a service check appears'],
    },
    { args: { service: 'ghost' }, wakesFor: ['its mesh instance appears'] },
  ],
  'query.get': [{ args: { id: '00000000-0000-4000-8000-000000000003' } }],
  'query.list': [{ args: {} }],
  'query.definitions': [{ args: {} }],
  'query.explain': [{ args: { nameOrID: 'FINDER' }, wakesFor: QUERY_CHANGES }],
  'query.execute': [
    {
      args: { nameOrID: 'finder', agent: '' },
      wakesFor: [...QUERY_CHANGES, ...SERVICE_CHANGES, ...CHECK_CHANGES],
    },
    {
      args: { nameOrID: 'finder', agent: 'n1', near: '_agent' },
      wakesFor: [
        ...QUERY_CHANGES,
        ...SERVICE_CHANGES,
        ...CHECK_CHANGES,
        'a coordinate is measured',
        'a coordinate moves',
      ],
    },
    {
      args: { nameOrID: 'ghost-finder', agent: '' },
      wakesFor: [
        ...QUERY_CHANGES,
        'a query appears',
        'a query changes',
        'a query names another service',
        'the ghost service appears',
        'its mesh instance appears',
        'its check appears',
        'the ghost goes',
      ],
    },
  ],
  'query.execute-remote': 'another datacenter asks, and never waits',
  'coordinate.node': [{ args: { node: 'n1' } }, { args: { node: 'ghost' } }],
  'coordinate.nodes': [{ args: {} }],
  'coordinate.datacenters': [
    {
      args: {},
      wakesFor: [
        'a coordinate is measured',
        'a coordinate moves',
        'a coordinate of the ghost',
        'a node goes',
        'the ghost goes',
      ],
    },
  ],
  'event.list': [{ args: {} }, { args: { name: 'ghost' } }],
  'operator.usage': [
    {
      args: {},
      wakesFor: [
        'a node changes its address',
        'a node changes its metadata',
        'a service changes its tags',
      ],
    },
  ],
  'autopilot.get': [{ args: {} }],
  'liveness.status': 'no write of a client touches it: liveness.test.ts says what wakes it',
  'node.state': [{ args: { node: 'n1' } }, { args: { node: 'ghost' } }],
  'node.digest': [
    {
      args: { node: 'n1', digest: '', except: { services: [], checks: [] } },
      // They change virtual addresses, which no digest covers.
      wakesFor: ['a terminating gateway stands for another', 'a terminating gateway goes'],
    },
    { args: { node: 'ghost', digest: '', except: { services: [], checks: [] } } },
  ],
  'node.changed': 'its answer never differs: node.state has the same topics',
  'replication.list': 'how far something has come has no index',
  'status.datacenter': 'nothing in it has an index',
};
