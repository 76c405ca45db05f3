/** What each kind refuses, in the words of Consul 1.21; what it takes is played by the conformance scenarios. */
import { describe, expect, it } from 'vitest';
import { decodeEntry } from '../../protocol/config-entries/decode.ts';
import { renderEntry } from '../../protocol/config-entries/render.ts';
import { normalizeEntry, validateEntry } from './rules.ts';

function check(Kind: string, rest: object): Record<string, unknown> {
  const entry = decodeEntry({ Kind, ...rest });
  normalizeEntry(entry);
  validateEntry(entry);
  return JSON.parse(renderEntry(entry, 'server')) as Record<string, unknown>;
}

const N = { Name: 'x' };
const upstream = (Defaults: object) => ({ ...N, UpstreamConfig: { Defaults } });
const extension = (Name: string, Arguments = {}) => ({
  ...N,
  EnvoyExtensions: [{ Name: `builtin/${Name}`, Arguments }],
});
const balancer = (Policy: string, rest: object) => ({ ...N, LoadBalancer: { Policy, ...rest } });
const hashing = (policy: object) => balancer('maglev', { HashPolicies: [policy] });
const failover = (rest: object) => ({ ...N, Failover: { '*': rest } });
const route = (HTTP: object, Destination?: object) => ({
  ...N,
  Routes: [{ Match: { HTTP }, ...(Destination ? { Destination } : {}) }],
});
const listener = (rest: object) => ({
  ...N,
  Listeners: [{ Port: 1, Protocol: 'http', Services: [{ Name: 'a' }], ...rest }],
});
const permission = (HTTP: object) => ({
  ...N,
  Sources: [{ Name: 'a', Permissions: [{ Action: 'allow', HTTP }] }],
});
const source = (rest: object) => ({ ...N, Sources: [{ Name: 'a', Action: 'allow', ...rest }] });
const remote = (rest: object) => ({
  ...N,
  JSONWebKeySet: { Remote: { URI: 'https://keys', ...rest } },
});
const gateway = (rest: object) => ({
  ...N,
  Listeners: [{ Name: 'a', Protocol: 'http', Port: 1, ...rest }],
});
const matching = (rest: object) => ({ ...N, Rules: [{ Matches: [rest] }] });

describe('refused', () => {
  it.each<[string, object, string]>([
    ['service-defaults', {}, 'Name is required'],
    ['service-defaults', { Name: '*' }, 'not a wildcard'],
    ['service-defaults', { ...N, Protocol: 'smoke' }, 'invalid value for protocol: smoke'],
    ['service-defaults', { ...N, Meta: { k: 'a'.repeat(513) } }, 'exceeds maximum length 512'],
    ['service-defaults', { ...N, RateLimits: {} }, 'Rate limiting is a consul enterprise feature'],
    ['service-defaults', { ...N, MutualTLSMode: 'x' }, 'Invalid MutualTLSMode "x"'],
    ['service-defaults', upstream({ Name: 'y' }), 'error in upstream defaults: Name must be empty'],
    ['service-defaults', upstream({ Limits: { MaxConnections: -1 } }), 'max connections cannot be'],
    [
      'service-defaults',
      upstream({ PassiveHealthCheck: { MaxEjectionPercent: 101 } }),
      'max_ejection_percent must be a percentage between 0 and 100',
    ],
    [
      'service-defaults',
      { ...N, UpstreamConfig: { Overrides: [{ Name: '*' }] } },
      'error in upstream override for *:: Wildcard name is not supported',
    ],
    [
      'service-defaults',
      { ...N, Destination: { Addresses: ['*.a', 'b', 'b'], Port: 70_000 } },
      '3 errors occurred',
    ],
    ['service-defaults', { ...N, Destination: {}, UpstreamConfig: {} }, 'mutually exclusive'],
    ['service-defaults', extension('nonesuch'), 'name "builtin/nonesuch" is not a built-in'],
    ['service-defaults', extension('lua'), '2 errors occurred:\n\t* missing Script value'],
    ['service-defaults', extension('aws/lambda'), 'ARN is required'],
    ['service-defaults', extension('ext-authz'), 'exactly one of GrpcService or HttpService'],
    ['service-defaults', extension('ext-authz', { Config: { GrpcService: {} } }), 'Target must be'],
    ['service-defaults', extension('otel-access-logging'), 'missing GrpcService'],
    ['service-defaults', extension('property-override'), 'at least one patch is required'],
    ['service-defaults', extension('wasm'), 'exactly one of Local or Remote data source'],
    ['proxy-defaults', { Name: 'a' }, 'invalid name ("a"), only "global" is supported'],
    ['proxy-defaults', { AccessLogs: { Type: 'x' } }, 'invalid access log type: x'],
    ['proxy-defaults', { AccessLogs: { JSONFormat: '{' } }, 'invalid access log json'],
    ['proxy-defaults', { FailoverPolicy: { Mode: 'x' } }, 'Failover-policy mode must be one of'],
    [
      'proxy-defaults',
      { PrioritizeByLocality: { Mode: 'failover' } },
      'requires Consul Enterprise',
    ],
    ['service-resolver', { ...N, Subsets: { A: {} } }, 'Subset "A" is invalid'],
    ['service-resolver', { ...N, Redirect: { Namespace: 'n' } }, 'Redirect: Setting Namespace'],
    ['service-resolver', { ...N, Redirect: { Peer: 'p' } }, 'Redirect.Peer defined without'],
    ['service-resolver', failover({ Datacenters: [''] }), '.Datacenters: found empty datacenter'],
    ['service-resolver', failover({ Service: 'a', Targets: [{}] }), 'Targets cannot be set with'],
    ['service-resolver', failover({ ServiceSubset: 'a' }), 'is not a valid subset of ""'],
    ['service-resolver', failover({ Targets: [{ Peer: 'p', Datacenter: 'd' }] }), 'Peer cannot be'],
    ['service-resolver', { ...N, RequestTimeout: '-5ms' }, "Bad RequestTimeout '-5ms'"],
    ['service-resolver', balancer('random', { RingHashConfig: {} }), 'RingHashConfig specified'],
    ['service-resolver', hashing({ Field: 'body', FieldValue: 'x' }), '"body" is not a supported'],
    ['service-resolver', hashing({ SourceIP: true, Field: 'header' }), 'cannot hash both'],
    ['service-resolver', hashing({ FieldValue: 'x' }), 'FieldValue requires a Field'],
    ['service-splitter', N, 'no splits configured'],
    ['service-splitter', { ...N, Splits: [{ Weight: 12 }] }, 'must be 100, not 12.000000'],
    ['service-router', route({ PathExact: '/a', PathRegex: 'b' }), 'at most one of PathExact'],
    ['service-router', route({ Methods: ['get', 'GET'] }), 'Methods contains "GET" more than once'],
    ['service-router', route({ Header: [{ Name: 'a' }] }), 'Header[0] should only contain one of'],
    ['service-router', route({}, { RetryOn: ['x'] }), 'invalid retry condition: "x"'],
    ['service-router', route({}, { PrefixRewrite: '/' }), 'cannot make use of PrefixRewrite'],
    ['ingress-gateway', listener({ Services: [{ Name: 'a' }, { Name: 'a' }] }), 'multiple times'],
    ['ingress-gateway', listener({ Services: [{ Name: 'a', Hosts: ['a.*'] }] }), 'leftmost label'],
    ['ingress-gateway', listener({ Services: [{ Name: 'a', Hosts: ['a..b'] }] }), 'valid DNS host'],
    [
      'ingress-gateway',
      listener({ TLS: { SDS: { ClusterName: 'c' } } }),
      'CertResource is required',
    ],
    ['ingress-gateway', { ...N, TLS: { CipherSuites: ['X'] } }, 'no matching Envoy TLS cipher'],
    [
      'terminating-gateway',
      { ...N, Services: [{ Name: 'a', KeyFile: 'k' }] },
      'must have a CertFile',
    ],
    ['service-intentions', source({ Name: 'a*' }), 'cannot be used with partial values'],
    ['service-intentions', source({ Type: 'x' }), "Sources[0].Type must be set to 'consul'"],
    ['service-intentions', source({ LegacyMeta: { a: 'b' } }), 'LegacyMeta must be omitted'],
    ['service-intentions', permission({}), 'Sources[0].Permissions[0].HTTP should not be empty'],
    ['service-intentions', permission({ Header: [{}] }), 'missing required Name field'],
    [
      'service-intentions',
      { ...permission({ PathExact: '/' }), Name: '*' },
      'wildcarded destinations',
    ],
    [
      'mesh',
      { HTTP: { Incoming: { RequestNormalization: { HeadersWithUnderscoresAction: 'x' } } } },
      'one of [ALLOW',
    ],
    ['exported-services', { Name: 'default', Services: [{ Name: 'a' }] }, 'at least one consumer'],
    ['sameness-group', N, 'sameness-groups are an enterprise-only feature'],
    ['api-gateway', N, 'api gateway must have at least one listener'],
    [
      'api-gateway',
      gateway({ TLS: { Certificates: [{ Kind: 'x' }] } }),
      'unsupported certificate kind',
    ],
    [
      'http-route',
      { ...N, Parents: [{ Name: 'g' }, { Name: 'g' }] },
      'route parents must be unique',
    ],
    [
      'http-route',
      matching({ Query: [{ Match: 'prefix', Name: 'a' }] }),
      'present, exact, or regex',
    ],
    ['http-route', matching({ Path: { Match: 'x' } }), 'one of exact, prefix, or regex'],
    ['tcp-route', { ...N, Services: [{ Name: 'a' }, { Name: 'b' }] }, 'only supports one service'],
    ['jwt-provider', { ...N, JSONWebKeySet: { Local: {}, Remote: {} } }, 'exactly one of Local or'],
    ['jwt-provider', remote({ JWKSCluster: { DiscoveryType: 'x' } }), 'discovery type: "x"'],
    [
      'jwt-provider',
      { ...remote({}), Locations: [{ Header: {} }] },
      'header name must be specified',
    ],
  ])('%s %j', (kind, rest, message) => {
    expect(() => check(kind, rest)).toThrow(message);
  });
});

describe('filled in', () => {
  it.each<[string, object, object]>([
    ['service-defaults', { ...N, Protocol: 'HTTP' }, { Protocol: 'http' }],
    ['service-defaults', upstream({ ConnectTimeoutMs: -3 }), { Name: 'x' }],
    ['proxy-defaults', {}, { Name: 'global' }],
    ['ingress-gateway', listener({ Protocol: '' }), { Listeners: [{ Protocol: 'tcp' }] }],
    ['http-route', { ...N, Parents: [{}] }, { Parents: [{ Kind: 'api-gateway' }] }],
    [
      'http-route',
      matching({ Method: 'get' }),
      { Rules: [{ Matches: [{ Method: 'GET', Path: { Match: 'prefix', Value: '/' } }] }] },
    ],
    [
      'api-gateway',
      gateway({ TLS: { Certificates: [{ Name: 'c' }] } }),
      { Listeners: [{ TLS: { Certificates: [{ Kind: 'inline-certificate' }] } }] },
    ],
    ['jwt-provider', remote({}), { ClockSkewSeconds: 30 }],
    [
      'service-splitter',
      { ...N, Splits: [{ Weight: 33.333 }, { Weight: 66.667, Service: 'b' }] },
      { Splits: [{ Weight: 33.33 }, { Weight: 66.67 }] },
    ],
    [
      'service-intentions',
      {
        ...N,
        Sources: [
          { Name: '*', Action: 'allow' },
          { Name: 'b', Action: 'deny', Precedence: 1 },
        ],
      },
      {
        Sources: [
          { Name: 'b', Precedence: 9, Type: 'consul' },
          { Name: '*', Precedence: 8 },
        ],
      },
    ],
  ])('%s %j', (kind, rest, expected) => {
    expect(check(kind, rest)).toMatchObject(expected);
  });
});
