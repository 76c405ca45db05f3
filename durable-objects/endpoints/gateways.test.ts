import { beforeEach, describe, expect, it } from 'vitest';
import type { NodeService } from '../../protocol/types/catalog.ts';
import type { MethodArgs, ReadMethod } from '../../protocol/methods.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';

let dc: DatacenterFixture;

beforeEach(() => {
  dc = new DatacenterFixture();
});

/** How often a watcher was woken since it was last asked. */
const watch = <M extends ReadMethod>(method: M, args: MethodArgs<M>): (() => number) => {
  const watcher = dc.watch(method, args);
  return () => watcher.take().length;
};

const put = (entry: object): boolean => dc.write('config.apply', { entry });
const drop = (kind: string, name: string): boolean => dc.write('config.delete', { kind, name });
const register = (Service: Partial<NodeService>, rest = {}): boolean =>
  dc.write('catalog.register', { Node: 'n1', Address: '10.0.0.1', Service, ...rest });
const deregister = (ServiceID: string): boolean =>
  dc.write('catalog.deregister', { Node: 'n1', ServiceID });
const proxyOf = (name: string): void => {
  register({
    Kind: 'connect-proxy',
    Service: `${name}-proxy`,
    Port: 2,
    Proxy: { DestinationServiceName: name },
  });
};
const behind = (gateway: string): string[] =>
  dc
    .read('catalog.gateway-services', { gateway })!
    .map(({ Service, Port }) => `${Service.Name}${Port === undefined ? '' : `:${Port}`}`);
const ids = (args: object): string[] =>
  dc.read('health.service', args as { service: string })!.map(({ Service }) => Service.ID);

const terminating = (...Services: (string | object)[]) => ({
  Kind: 'terminating-gateway',
  Name: 'exit',
  Services: Services.map((service) => (typeof service === 'string' ? { Name: service } : service)),
});
const ingress = (...Listeners: object[]) => ({ Kind: 'ingress-gateway', Name: 'in', Listeners });
const listener = (Port: number, Protocol: string, Name: string) => ({
  Port,
  Protocol,
  Services: [{ Name }],
});
const defaults = (Name: string, Protocol: string, rest = {}) => ({
  Kind: 'service-defaults',
  Name,
  Protocol,
  ...rest,
});
const EVERYBODY_HTTP = { Kind: 'proxy-defaults', Config: { protocol: 'http' } };

describe('services behind a gateway', () => {
  it('an ingress gateway leads to what speaks the protocol of its listener', () => {
    put(defaults('web', 'http'));
    put(ingress(listener(80, 'http', 'web'), listener(90, 'tcp', 'db')));
    expect(behind('in')).toEqual(['db:90', 'web:80']);
    put(defaults('db', 'http'));
    expect(behind('in')).toEqual(['web:80']);
    drop('ingress-gateway', 'in');
    expect(behind('in')).toEqual([]);
  });

  it('an ingress wildcard takes in the mesh, and destinations outside', () => {
    put(EVERYBODY_HTTP);
    put(ingress(listener(80, 'http', '*')));
    register({ Service: 'plain', Port: 1 });
    register({ Service: 'native', Port: 1, Connect: { Native: true } });
    register({ Service: 'meshed', Port: 1 });
    proxyOf('meshed');
    expect(behind('in')).toEqual(['meshed:80', 'native:80']);
    put(defaults('outside', 'http', { Destination: { Addresses: ['a.example.com'], Port: 443 } }));
    expect(behind('in')).toEqual(['meshed:80', 'native:80', 'outside:80']);
    deregister('meshed-proxy');
    expect(behind('in')).toEqual(['native:80', 'outside:80']);
  });

  it('a terminating wildcard takes in what is reached without the mesh; a named service keeps its own settings', () => {
    register({ Service: 'native', Port: 1, Connect: { Native: true } });
    register({ Service: 'consul', Port: 8300 });
    register({ Service: 'legacy', Port: 1 });
    put(terminating({ Name: 'billing', SNI: 'billing.test' }, { Name: '*', SNI: 'any' }));
    expect(dc.read('catalog.gateway-services', { gateway: 'exit' })!).toMatchObject([
      { Service: { Name: 'billing' }, SNI: 'billing.test', AutoHostRewrite: true },
      { Service: { Name: 'legacy' }, SNI: 'any', FromWildcard: true },
    ]);
  });

  it.each([
    ['in the catalog', () => register({ Service: 'billing', Port: 1 }), 'service'],
    [
      'outside',
      () => put(defaults('billing', '', { Destination: { Addresses: ['b'], Port: 1 } })),
      'destination',
    ],
    ['unknown', () => true, undefined],
  ])('a named service may be %s', (_name, prepare, kind) => {
    put(terminating('billing'));
    prepare();
    expect(dc.read('catalog.gateway-services', { gateway: 'exit' })![0]!.ServiceKind).toBe(kind);
  });
});

describe('instances reached through a gateway', () => {
  beforeEach(() => {
    register({ Kind: 'terminating-gateway', Service: 'exit', Port: 8443 });
    register({ Kind: 'ingress-gateway', Service: 'in', Port: 8888 });
  });

  it('a service by its own proxies first, then by terminating gateways', () => {
    register({ Service: 'web', Port: 1 });
    proxyOf('web');
    put(terminating('web'));
    expect(ids({ service: 'web', connect: true })).toEqual(['web-proxy', 'exit']);
    expect(ids({ service: 'web' })).toEqual(['web']);
    expect(dc.read('catalog.service', { service: 'WEB', connect: true })!).toHaveLength(2);
  });

  it('ingress gateways of a service', () => {
    put(ingress(listener(90, 'tcp', 'db')));
    expect(ids({ service: 'db', ingress: true })).toEqual(['in']);
    expect(ids({ service: 'web', ingress: true })).toEqual([]);
  });

  it('a service named like a gateway, but none, is no gateway', () => {
    put({ ...terminating('web'), Name: 'other' });
    register({ Service: 'other', Port: 1 });
    expect(ids({ service: 'web', connect: true })).toEqual([]);
  });
});

/** Which of the watches were woken since they were last asked. */
function watches(queries: Record<string, () => number>) {
  return () =>
    Object.entries(queries)
      .filter(([, count]) => count() > 0)
      .map(([name]) => name);
}

describe('watching', () => {
  const watchAll = () =>
    watches({
      gateway: watch('catalog.gateway-services', { gateway: 'exit' }),
      other: watch('catalog.gateway-services', { gateway: 'other' }),
      billing: watch('health.service', { service: 'billing', connect: true }),
      web: watch('health.service', { service: 'web', connect: true }),
    });

  it('a gateway wakes readers of the services that it stands for, and no others', () => {
    register({ Kind: 'terminating-gateway', Service: 'exit', Port: 8443 });
    put(terminating('unrelated'));
    const woken = watchAll();
    put(terminating('unrelated', 'billing'));
    expect(woken()).toEqual(['gateway', 'billing']);
    register({ Kind: 'terminating-gateway', Service: 'exit', Port: 8444 });
    expect(woken()).toEqual(['billing']);
    const Check = { CheckID: 'c', ServiceID: 'exit', Status: 'critical' as const };
    dc.write('catalog.register', { Node: 'n1', Address: '10.0.0.1', Check });
    expect(woken()).toEqual(['billing']);
    register({ Service: 'elsewhere', Port: 1 });
    put(defaults('elsewhere', 'http'));
    expect(woken()).toEqual([]);
    drop('terminating-gateway', 'exit');
    expect(woken()).toEqual(['gateway', 'billing']);
  });

  it('a wildcard wakes all when its gateway changes, and one when a service comes', () => {
    register({ Kind: 'terminating-gateway', Service: 'exit', Port: 8443 });
    put(terminating('*'));
    const woken = watchAll();
    register({ Service: 'billing', Port: 1 });
    expect(woken()).toEqual(['gateway', 'billing']);
    register({ Service: 'billing', Port: 2 });
    expect(woken()).toEqual([]);
    register({ Kind: 'terminating-gateway', Service: 'exit', Port: 8444 });
    expect(woken()).toEqual(['billing', 'web']);
  });

  it('a protocol that changes moves what an ingress gateway leads to', () => {
    register({ Kind: 'ingress-gateway', Service: 'in', Port: 8888 });
    put(ingress(listener(90, 'tcp', 'db')));
    const woken = watches({
      gateway: watch('catalog.gateway-services', { gateway: 'in' }),
      db: watch('health.service', { service: 'db', ingress: true }),
      web: watch('health.service', { service: 'web', ingress: true }),
      connect: watch('health.service', { service: 'db', connect: true }),
    });
    put(defaults('db', 'http'));
    expect(woken()).toEqual(['gateway', 'db']);
    put(defaults('db', 'http', { Meta: { a: 'b' } }));
    expect(woken()).toEqual([]);
  });

  it('a registration costs the same whether or not there are gateways that it does not concern', () => {
    let port = 0;
    const cost = (): number =>
      dc.rowsWrittenBy(() => register({ ID: 'x', Service: 'x', Port: ++port }));
    cost();
    const before = cost();
    put(terminating('billing'));
    expect(cost()).toBe(before);
  });
});

describe('virtual addresses', () => {
  const address = (service: string): string => dc.read('catalog.virtual-ip', { service })!;

  it('come with whatever describes a service, and stay until nothing does', () => {
    put(defaults('web', 'http'));
    expect(address('Web')).toBe('240.0.0.1');
    put({ Kind: 'service-resolver', Name: 'web' });
    put({ Kind: 'service-intentions', Name: '*', Sources: [{ Name: 'a', Action: 'allow' }] });
    expect(address('*')).toBe('');
    drop('service-defaults', 'web');
    expect(address('web')).toBe('240.0.0.1');
    const woken = watch('catalog.virtual-ip', { service: 'web' });
    drop('service-resolver', 'web');
    expect([address('web'), woken()]).toEqual(['', 1]);
  });

  it('a terminating gateway shows those of the services behind it', () => {
    register({ Kind: 'terminating-gateway', Service: 'exit', Port: 8443 });
    const tagged = () =>
      dc.read('catalog.service', { service: 'exit' })![0]!.ServiceTaggedAddresses;
    put(terminating('Billing', '*'));
    expect(tagged()).toEqual({
      'consul-virtual:Billing': { Address: '240.0.0.1', Port: 0 },
      'consul-virtual:*': { Address: '240.0.0.2', Port: 0 },
    });
    register({ Kind: 'terminating-gateway', Service: 'exit', Port: 8443 });
    expect(Object.keys(tagged()!)).toHaveLength(2);
    put(terminating('*'));
    expect(Object.keys(tagged()!)).toEqual(['consul-virtual:*']);
    expect(address('billing')).toBe('');
  });

  it('manual ones belong to one service each', () => {
    for (const name of ['a', 'b']) put(defaults(name, 'tcp'));
    const assign = (service: string, ...addresses: string[]) =>
      dc.write('virtual-ip.assign', { service, addresses });
    expect(assign('a', '10.0.0.2', '10.0.0.1')).toEqual({ Found: true, UnassignedFrom: null });
    const index = dc.lastIndex;
    assign('a', '10.0.0.1', '10.0.0.2', '10.0.0.1');
    expect(dc.lastIndex).toBe(index);
    expect(assign('b', '10.0.0.1')).toEqual({
      Found: true,
      UnassignedFrom: [{ ServiceName: { Name: 'a' }, Peer: '' }],
    });
    expect(assign('nobody', '10.0.0.9')).toEqual({ Found: false, UnassignedFrom: null });
    expect(() => assign('a', '::1')).toThrow('"::1" is not a valid IPv4 address');
    const many = Array.from({ length: 9 }, (_, at) => `10.1.0.${at}`);
    expect(() => assign('a', ...many)).toThrow('cannot associate more than 8');
  });
});

describe('exported services', () => {
  const exported = (...Services: object[]) => {
    put({ Kind: 'exported-services', Name: 'default', Services });
    return dc
      .read('exported-services.list', {})!
      .map(({ Service, Consumers }) => [Service, ...(Consumers.Peers ?? [])]);
  };
  const to = (Name: string, ...peers: string[]) => ({
    Name,
    Consumers: peers.map((Peer) => ({ Peer })),
  });

  it('a wildcard is spelled out, and joined with what is named', () => {
    register({ Service: 'web', Port: 1 });
    proxyOf('web');
    expect(exported(to('*', 'west', 'east'), to('web', 'north'), to('ghost', 'east'))).toEqual([
      ['ghost', 'east'],
      ['web', 'east', 'north', 'west'],
    ]);
  });

  it('a wildcard wakes its readers when a service comes or goes, a name does not', () => {
    exported(to('*', 'east'));
    const woken = watch('exported-services.list', {});
    register({ Service: 'web', Port: 1 });
    expect(woken()).toBe(1);
    register({ Service: 'web', Port: 2 });
    expect(woken()).toBe(0);
    exported(to('web', 'east'));
    register({ Service: 'db', Port: 1 });
    expect(woken()).toBe(0);
  });

  it('nothing without an entry', () => {
    expect(dc.read('exported-services.list', {})!).toEqual([]);
  });
});
