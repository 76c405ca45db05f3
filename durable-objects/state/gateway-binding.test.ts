import { beforeEach, describe, expect, it } from 'vitest';
import type { Status } from '../../protocol/config-entries/kinds/parts.ts';
import { EC_CERTIFICATE, EC_KEY } from '../testing/certificates.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';

let dc: DatacenterFixture;

beforeEach(() => {
  dc = new DatacenterFixture();
  put({ Kind: 'service-defaults', Name: 'web', Protocol: 'http' });
});

const put = (entry: object): boolean => dc.write('config.apply', { entry });
const drop = (kind: string, name: string): boolean => dc.write('config.delete', { kind, name });
const get = (kind: string, name: string) => dc.read('config.get', { kind, name });

const gateway = (...Listeners: object[]) => ({ Kind: 'api-gateway', Name: 'gw', Listeners });
const WEB = { Name: 'web', Protocol: 'http', Port: 80, Hostname: '*.example.com' };
const RAW = { Name: 'raw', Protocol: 'tcp', Port: 90 };
const route = (SectionName: string, rest = {}) => ({
  Kind: 'http-route',
  Name: 'r',
  Parents: [{ Name: 'gw', SectionName }],
  Rules: [{ Services: [{ Name: 'web' }] }],
  ...rest,
});
const tcpRoute = (Name: string, rest = {}) => ({
  Kind: 'tcp-route',
  Name,
  Parents: [{ Name: 'gw' }],
  Services: [{ Name: 'db' }],
  ...rest,
});

/** `Type Reason section: message` of each condition. */
function conditions(kind: string, name: string): string[] {
  const { Conditions = [] } = get(kind, name)!.Status as Status;
  return Conditions.map(({ Type, Reason, Resource, Message }) =>
    [Type, Reason, Resource?.SectionName || '-', Message].join(' '),
  );
}

const ACCEPTED = 'Accepted Accepted - route is valid';

describe('routes', () => {
  it.each<[string, object[], string[]]>([
    [
      'bound by name',
      [gateway(WEB, RAW), route('web')],
      [ACCEPTED, 'Bound Bound web successfully bound route'],
    ],
    [
      'bound to whatever fits',
      [route(''), gateway(RAW, WEB)],
      [ACCEPTED, 'Bound Bound - successfully bound route'],
    ],
    [
      'of a host of the wildcard',
      [gateway(WEB), route('web', { Hostnames: ['a.example.com'] })],
      [ACCEPTED, 'Bound Bound web successfully bound route'],
    ],
    [
      'without its gateway',
      [route('web')],
      [ACCEPTED, 'Bound GatewayNotFound web gateway was not found'],
    ],
    [
      'without its listener',
      [gateway(WEB), route('x')],
      [ACCEPTED, "Bound FailedToBind x failed to bind route r to gateway gw with listener 'x'"],
    ],
    [
      'of another protocol',
      [gateway(WEB, RAW), route('raw')],
      [
        ACCEPTED,
        'Bound FailedToBind raw failed to bind route r to gateway gw: listener raw is not a http listener',
      ],
    ],
    [
      'of another host',
      [gateway(WEB), route('web', { Hostnames: ['a.test'] })],
      [
        ACCEPTED,
        'Bound FailedToBind web failed to bind route to gateway gw: listener web is does not have any hostnames that match the route',
      ],
    ],
    [
      'to a service of another protocol',
      [gateway(WEB), route('web', { Rules: [{ Services: [{ Name: 'db' }] }] })],
      [
        'Accepted InvalidDiscoveryChain - route protocol does not match targeted service protocol',
        'Bound FailedToBind web failed to bind route to gateway gw: route has not been accepted',
      ],
    ],
    [
      'to nothing',
      [gateway(WEB), route('web', { Rules: [] })],
      [
        'Accepted NoUpstreamServicesTargeted - route must target at least one upstream service',
        'Bound FailedToBind web failed to bind route to gateway gw: route has not been accepted',
      ],
    ],
  ])('%s', (_name, entries, expected) => {
    for (const entry of entries) put(entry);
    expect(conditions('http-route', 'r')).toEqual(expected);
  });

  it('follow the protocol of their services, in the same write', () => {
    put(gateway(WEB));
    put(route('web'));
    const index = dc.lastIndex;
    put({ Kind: 'service-defaults', Name: 'web', Protocol: 'grpc' });
    expect(conditions('http-route', 'r')[0]).toContain('InvalidDiscoveryChain');
    expect(get('http-route', 'r')!.ModifyIndex).toBe(index + 1);
    expect(get('bound-api-gateway', 'gw')!.Listeners).toEqual([
      { Name: 'web', Routes: null, Certificates: null },
    ]);
  });
});

describe('gateways', () => {
  it('a certificate that is missing keeps all routes off', () => {
    const TLS = { Certificates: [{ Name: 'late' }] };
    put(gateway({ ...WEB, TLS }));
    put(route('web'));
    expect(conditions('api-gateway', 'gw')).toEqual([
      'Accepted InvalidCertificates - gateway references invalid certificates',
      'Conflicted NoConflict web listener has no route conflicts',
      'ResolvedRefs InvalidCertificateRef web certificate "late" not found',
    ]);
    expect(conditions('http-route', 'r')[1]).toContain('gateway has not been accepted');
    put({
      Kind: 'inline-certificate',
      Name: 'late',
      Certificate: EC_CERTIFICATE,
      PrivateKey: EC_KEY,
    });
    expect(conditions('api-gateway', 'gw')[0]).toBe('Accepted Accepted - gateway is valid');
    expect(conditions('http-route', 'r')[1]).toContain('successfully bound');
  });

  it('a TCP listener has one route', () => {
    put(gateway(RAW));
    put(tcpRoute('one'));
    put(tcpRoute('two'));
    expect(conditions('api-gateway', 'gw')[1]).toContain('Conflicted RouteConflict raw');
    drop('tcp-route', 'two');
    expect(conditions('api-gateway', 'gw')[1]).toContain('Conflicted NoConflict raw');
  });

  it('what is bound stands in an entry of its own, as long as the gateway does', () => {
    put(gateway(WEB, RAW));
    put(route(''));
    put(tcpRoute('t'));
    const [http, tcp] = [
      ['http-route', 'r'],
      ['tcp-route', 't'],
    ].map(([Kind, Name]) => {
      return { Kind, Name, SectionName: '' };
    });
    expect(get('bound-api-gateway', 'gw')).toMatchObject({
      Listeners: [
        { Name: 'web', Routes: [http] },
        { Name: 'raw', Routes: [tcp] },
      ],
      Services: { web: [http], db: [tcp] },
    });
    expect(get('bound-api-gateway', 'gw')).not.toHaveProperty('Hash');
    expect(get('api-gateway', 'gw')).toHaveProperty('Hash');
    drop('api-gateway', 'gw');
    expect(get('bound-api-gateway', 'gw')).toBeUndefined();
    expect(conditions('http-route', 'r')[1]).toContain('GatewayNotFound');
  });

  it('no client writes a status, and an equal write changes nothing', () => {
    put(gateway(WEB));
    const index = dc.lastIndex;
    const Status = { Conditions: [{ Type: 'Accepted', Status: 'False', Reason: 'BecauseISaySo' }] };
    put({ ...gateway(WEB), Status });
    expect(dc.lastIndex).toBe(index);
    expect(conditions('api-gateway', 'gw')[0]).toBe('Accepted Accepted - gateway is valid');
  });

  it('a condition keeps the time since when it holds', () => {
    put(gateway(WEB));
    dc.now += 60_000;
    put(gateway(WEB, RAW));
    const { Conditions = [] } = get('api-gateway', 'gw')!.Status as Status;
    const times = new Map(
      Conditions.map((one) => [`${one.Type} ${one.Resource?.SectionName}`, one.LastTransitionTime]),
    );
    expect(times.get('Accepted ')).toBe('1970-01-01T00:16:40.000Z');
    expect(times.get('ResolvedRefs raw')).toBe('1970-01-01T00:17:40.000Z');
  });

  it('a write wakes readers of what it binds, and of nothing else', () => {
    put(gateway(WEB));
    put({ ...gateway(RAW), Name: 'other' });
    const [own, bound, other] = [
      ['api-gateway', 'gw'],
      ['bound-api-gateway', 'gw'],
      ['api-gateway', 'other'],
    ].map(([kind, name]) => dc.watch('config.get', { kind: kind!, name: name! }));
    put(route('web'));
    expect([own!.take().length, bound!.take().length, other!.take().length]).toEqual([0, 1, 0]);
  });
});
