/**
 * A script of writes: creation, change, deletion and recursive deletion of each kind of thing. The names that begin the
 * script are those that tests watch; its second half is about others, and about a ghost that nobody expects any more.
 */
import type { MethodArgs, WriteMethod } from '../../protocol/methods.ts';
import type { RegisterRequest } from '../../protocol/types/catalog.ts';
import { DEFAULT_AUTOPILOT } from '../../protocol/types/operator.ts';
import type { QueryInput } from '../../protocol/types/prepared-query.ts';
import type { DatacenterFixture } from './datacenter-fixture.ts';

/** Does one thing; what it learns is for the events after it. */
type Write = (datacenter: DatacenterFixture, memory: Memory) => unknown;
interface Memory {
  session: string;
  query: string;
}

const FIRED = { name: 'deploy', payload: '', nodeFilter: '', serviceFilter: '', tagFilter: '' };

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const call =
  <M extends WriteMethod>(method: M, args: MethodArgs<M>): Write =>
  (datacenter) =>
    datacenter.write(method, args);
const set = (key: string, value: string): Write =>
  call('kv.apply', { verb: 'set', key, value: base64(value) });
const remove = (key: string): Write => call('kv.apply', { verb: 'delete', key });
const removeTree = (key: string): Write => call('kv.apply', { verb: 'delete-tree', key });
const schema = (prefix: string, content: unknown): Write =>
  call('kv-schema.set', { prefix, schema: JSON.stringify(content) });
const noSchema = (prefix: string): Write => call('kv-schema.delete', { prefix });
const register = (Node: string, rest: Partial<RegisterRequest>): Write =>
  call('catalog.register', { Node, Address: '192.0.2.1', SkipNodeUpdate: true, ...rest });
const deregister = (Node: string, rest: object): Write =>
  call('catalog.deregister', { Node, ...rest });
const service = (Service: string, Port: number, more: object = {}) => ({
  Service: { ID: `${Service}-1`, Service, Port, ...more },
});
const check = (CheckID: string, Status: 'passing' | 'critical', ServiceID = '') => ({
  Check: { CheckID, Name: CheckID, Status, ServiceID },
});

const openSession =
  (Node: string): Write =>
  (datacenter, memory) => {
    memory.session = datacenter.write('session.create', { Node, LockDelayMs: 0 }).ID;
  };
const endSession: Write = (datacenter, { session }) =>
  datacenter.write('session.destroy', { id: session });
const lock =
  (verb: 'lock' | 'unlock', key: string): Write =>
  (datacenter, { session }) =>
    datacenter.write('kv.apply', { verb, key, value: base64('held'), session });
const coordinate = (Node: string, Height: number): Write =>
  call('coordinate.update', {
    Node,
    Segment: '',
    Coord: { Vec: [0, 0, 0, 0, 0, 0, 0, 0], Error: 1.5, Adjustment: 0, Height },
  });

const define =
  (op: 'create' | 'update', Name: string, Service: string, more: object = {}): Write =>
  (datacenter, memory) => {
    const query = { ID: op === 'create' ? '' : memory.query, Name, Service: { Service }, ...more };
    memory.query = datacenter.write('query.apply', { op, query: query as QueryInput });
  };
const defineForSession: Write = (datacenter, memory) => {
  const { query } = memory;
  openSession('n1')(datacenter, memory);
  define('create', 'mortal', 'web', { Session: memory.session })(datacenter, memory);
  memory.query = query;
};
const undefine: Write = (datacenter, { query }) =>
  datacenter.write('query.apply', { op: 'delete', id: query });

const apply = (Kind: string, Name: string, rest: object): Write =>
  call('config.apply', { entry: { Kind, Name, ...rest } });
const drop = (kind: string, name: string): Write => call('config.delete', { kind, name });
const deny = (source: string, destination: string): Write =>
  call('intention.apply', { op: 'put', source, destination, intention: { Action: 'deny' } });
const forget = (source: string, destination: string): Write =>
  call('intention.apply', { op: 'delete', source, destination });
const defaults = (Name: string, Protocol: string): Write =>
  apply('service-defaults', Name, { Protocol });
const noDefaults = (name: string): Write => drop('service-defaults', name);
const standsFor = (...names: string[]): Write =>
  apply('terminating-gateway', 'exit', { Services: names.map((Name) => ({ Name })) });
const leadsTo = (...names: string[]): Write =>
  apply('ingress-gateway', 'in', {
    Listeners: names.map((Name, at) => ({ Port: 80 + at, Protocol: 'tcp', Services: [{ Name }] })),
  });
const authority = (Config: Record<string, unknown>): Write =>
  call('connect.ca-configure', {
    Provider: 'consul',
    Config,
    State: null,
    ForceWithoutCrossSigning: false,
  });
const exportsTo = (Peer: string): Write =>
  apply('exported-services', 'default', { Services: [{ Name: 'web', Consumers: [{ Peer }] }] });

export const EVENTS: readonly (readonly [name: string, write: Write])[] = [
  ['a key is created', set('app/a', '1')],
  ['an equal write', set('app/a', '1')],
  ['a key is changed', set('app/a', '2')],
  ['a key beside it is created', set('app/b', '1')],
  ['a key below it is created', set('app/a/c', '1')],
  ['a key of another prefix is created', set('apple', '1')],
  ['a key is deleted', remove('app/a')],
  ['an absent key is deleted', remove('app/a')],
  ['a key comes back', set('app/a', '3')],
  ['a tree is deleted', removeTree('app/')],
  ['an empty tree is deleted', removeTree('app/')],
  ['a schema of keys appears', schema('app/', { title: 'one' })],
  ['the same schema again', schema('app/', { title: 'one' })],
  ['a schema of keys changes', schema('app/', { title: 'two' })],
  ['a schema of keys goes', noSchema('app/')],
  ['a schema that was not there goes', noSchema('app/')],
  ['a query appears', define('create', 'finder', 'web')],
  ['the same query again', define('update', 'finder', 'web')],
  ['a node is registered', register('n1', {})],
  ['the same node is registered', register('n1', {})],
  ['a node changes its address', register('n1', { Address: '192.0.2.9', SkipNodeUpdate: false })],
  [
    'a node changes its metadata',
    register('n1', { Address: '192.0.2.9', SkipNodeUpdate: false, NodeMeta: { rack: '1' } }),
  ],
  ['a node check appears', register('n1', check('disk', 'passing'))],
  ['a node check turns critical', register('n1', check('disk', 'critical'))],
  ['a coordinate is measured', coordinate('n1', 1e-5)],
  ['a coordinate moves', coordinate('n1', 2e-5)],
  ['a service appears', register('n1', service('web', 80))],
  ['the same service again', register('n1', service('web', 80))],
  ['a service changes its port', register('n1', service('web', 81))],
  ['a service changes its tags', register('n1', service('web', 81, { Tags: ['v2'] }))],
  ['a service check appears', register('n1', check('alive', 'passing', 'web-1'))],
  ['a service check turns critical', register('n1', check('alive', 'critical', 'web-1'))],
  ['a node check passes again', register('n1', check('disk', 'passing'))],
  [
    'a mesh proxy appears',
    register(
      'n1',
      service('web-proxy', 90, { Kind: 'connect-proxy', Proxy: { DestinationServiceName: 'web' } }),
    ),
  ],
  ['every proxy gets a setting', apply('proxy-defaults', 'global', { Config: { a: 1 } })],
  ['every proxy loses it', drop('proxy-defaults', 'global')],
  ['a mesh proxy goes', deregister('n1', { ServiceID: 'web-proxy-1' })],
  ['a session is created', openSession('n1')],
  ['a lock is taken', lock('lock', 'app/lock')],
  ['a lock is given back', lock('unlock', 'app/lock')],
  ['a session is destroyed', endSession],
  ['a session dies with its node check', openSession('n1')],
  ['an event is fired', call('event.fire', FIRED)],
  ['a service check goes', deregister('n1', { CheckID: 'alive' })],
  ['a service goes', deregister('n1', { ServiceID: 'web-1' })],
  ['a service comes back', register('n1', service('web', 82))],
  ['a node goes', deregister('n1', {})],
  ['a node comes back', register('n1', {})],
  ['a query changes', define('update', 'finder', 'web', { DNS: { TTL: '9s' } })],
  ['a query of a session appears', defineForSession],
  ['a query dies with its session', endSession],
  ['a query names another service', define('update', 'finder', 'db')],
  ['a configuration entry appears', defaults('web', 'http')],
  ['the same configuration entry again', defaults('web', 'http')],
  ['a configuration entry changes', defaults('web', 'grpc')],
  ['a configuration entry goes', noDefaults('web')],
  ['a configuration entry of the ghost', defaults('ghost', 'http')],
  [
    'a service is redirected',
    apply('service-resolver', 'spread', { Redirect: { Service: 'web' } }),
  ],
  [
    'what it is redirected to has a time limit',
    apply('service-resolver', 'web', { RequestTimeout: '7s' }),
  ],
  ['the redirect goes', drop('service-resolver', 'spread')],
  ['the time limit goes', drop('service-resolver', 'web')],
  ['an intention appears', deny('web', 'db')],
  ['the same intention again', deny('web', 'db')],
  ['an intention from the ghost appears', deny('ghost', 'db')],
  ['an intention for all appears', deny('web', '*')],
  ['an intention for all goes', forget('web', '*')],
  ['an intention goes', forget('web', 'db')],
  ['an intention from the ghost goes', forget('ghost', 'db')],
  ['an intention to the ghost appears', deny('web', 'ghost')],
  ['an intention to the ghost goes', forget('web', 'ghost')],
  ['a terminating gateway stands for a service', standsFor('web')],
  [
    'a terminating gateway runs',
    register('n1', service('exit', 1, { Kind: 'terminating-gateway' })),
  ],
  ['its check fails', register('n1', check('exit', 'critical', 'exit-1'))],
  ['a terminating gateway stands for another', standsFor('web', 'ghost')],
  ['an intention behind a gateway appears', deny('db', 'web')],
  ['an intention behind a gateway goes', forget('db', 'web')],
  ['a terminating gateway goes', drop('terminating-gateway', 'exit')],
  ['an ingress gateway leads to a service', leadsTo('web')],
  ['an ingress gateway runs', register('n1', service('in', 2, { Kind: 'ingress-gateway' }))],
  ['an ingress gateway leads to another', leadsTo('web', 'other')],
  ['a service leaves its listener for another protocol', defaults('web', 'http')],
  ['a service returns to it', noDefaults('web')],
  ['an ingress gateway goes', drop('ingress-gateway', 'in')],
  ['leaf certificates live longer', authority({ LeafCertTTL: '96h' })],
  ['the root is another', authority({ PrivateKeyBits: 384 })],
  ['a service is exported', exportsTo('east')],
  ['a service is exported elsewhere', exportsTo('west')],
  ['Autopilot is told something', call('autopilot.set', { configuration: DEFAULT_AUTOPILOT })],
  ['Autopilot is told the same', call('autopilot.set', { configuration: DEFAULT_AUTOPILOT })],
  ['addresses by hand', call('virtual-ip.assign', { service: 'ghost', addresses: ['10.0.0.1'] })],
  ['a key of the ghost appears', set('ghost/k', '1')],
  ['a key of the ghost is deleted', removeTree('ghost/')],
  ['a schema of the ghost appears', schema('ghost/', true)],
  ['a schema of the ghost goes', noSchema('ghost/')],
  ['another node and service appear', register('n2', service('db', 5432))],
  ['a query names the ghost', define('update', 'ghost-finder', 'ghost')],
  ['a session on another node', openSession('n2')],
  ['the ghost node appears', register('ghost', { NodeMeta: { ghost: 'yes' } })],
  ['a check of the ghost appears', register('ghost', check('ghostly', 'critical'))],
  ['the ghost service appears', register('ghost', service('ghost', 1))],
  [
    'its mesh instance appears',
    register('ghost', service('ghost', 1, { Connect: { Native: true } })),
  ],
  ['its check appears', register('ghost', check('ghost', 'critical', 'ghost-1'))],
  ['a session of the ghost', openSession('ghost')],
  ['a coordinate of the ghost', coordinate('ghost', 1e-5)],
  ['a server of the ghost', register('ghost', service('consul', 8300))],
  ['an event of the ghost', call('event.fire', { ...FIRED, name: 'ghost' })],
  ['the ghost goes', deregister('ghost', {})],
  ['a query goes', undefine],
];
