import { beforeEach, describe, expect, it } from 'vitest';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';

let dc: DatacenterFixture;

const put = (entry: object): unknown => dc.write('config.apply', { entry });
const drop = (kind: string, name: string): unknown => dc.write('config.delete', { kind, name });
const resolver = (rest: object) => ({ Kind: 'service-resolver', Name: 'web', ...rest });
const exported = (Name: string) => ({
  Kind: 'exported-services',
  Name: 'default',
  Services: [{ Name, Consumers: [{ Peer: 'east' }] }],
});

const NEW_TARGET = (name: string): string =>
  'peer exported service "web" uses protocol="tcp" and cannot introduce new discovery chain targets ' +
  `like "${name}.default.default.dc1"`;
const CROSS_PEER = 'peer exported service "web" contains cross-peer resolver redirect';

beforeEach(() => {
  dc = new DatacenterFixture();
});

describe('a service that peers see', () => {
  it.each([
    ['web', { Redirect: { Service: 'db' } }, NEW_TARGET('db')],
    ['*', { Redirect: { Service: 'db' } }, NEW_TARGET('db')],
    [
      'WEB',
      { Redirect: { Service: 'web', Datacenter: 'dc2' } },
      'peer exported service "web" contains cross-datacenter resolver redirect',
    ],
    ['web', { Redirect: { Service: 'db', Peer: 'west' } }, CROSS_PEER],
  ])('exported as %s may not have %j', (name, rest, message) => {
    put(exported(name));
    expect(() => put(resolver(rest))).toThrow(message);
    expect(dc.read('config.list', { kind: 'service-resolver' })).toEqual([]);
  });

  it('may have subsets', () => {
    put(exported('web'));
    put(resolver({ DefaultSubset: 'v1', Subsets: { v1: {} } }));
  });

  it('may fail over, lead requests anywhere, and keep what it had', () => {
    put(resolver({ Redirect: { Service: 'db' } }));
    put(exported('web'));
    put(resolver({ Redirect: { Service: 'db' }, ConnectTimeout: '3s' }));
    expect(() => drop('service-resolver', 'web')).toThrow(NEW_TARGET('web'));
    put({ Kind: 'proxy-defaults', Name: 'global', Config: { protocol: 'http' } });
    put(resolver({ Redirect: { Service: 'api' } }));
    drop('service-resolver', 'web');
    put(resolver({ Failover: { '*': { Service: 'db' } } }));
  });

  it.each(['web', '*'])('%s is not exported while it leads to a peer', (name) => {
    put(resolver({ Redirect: { Service: 'db', Peer: 'west' } }));
    expect(() => put(exported(name))).toThrow(CROSS_PEER);
  });

  it('others may do what they like', () => {
    put(exported('other'));
    put(resolver({ Redirect: { Service: 'db', Peer: 'west' } }));
    put(resolver({ Redirect: { Service: 'api' } }));
  });
});
