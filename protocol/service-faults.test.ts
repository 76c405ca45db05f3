import { describe, expect, it } from 'vitest';
import { serviceFaults, unplacedServiceFaults } from './service-faults.ts';
import type { JudgedService } from './service-faults.ts';

/** A proxy of `web` with the given upstreams and exposed paths. */
const proxy = (upstreams: Record<string, unknown>[], paths: Record<string, unknown>[] = []) => ({
  Kind: 'connect-proxy',
  Port: 1,
  Proxy: { DestinationServiceName: 'web', Upstreams: upstreams, Expose: { Paths: paths } },
});
const twice = (listener: string) =>
  `upstreams cannot contain duplicates by local bind address and port or unix path; "${listener}" is specified twice`;

// Each list is what Consul 1.21 answers to the same definition.
describe('the faults of a service, in order', () => {
  it.each<[string, JudgedService, string[]]>([
    ['nothing', {}, []],
    ['a kind that nobody knows', { Kind: 'foo', Proxy: { Upstreams: [{}] } }, []],
    [
      'a proxy with nothing right',
      {
        Kind: 'connect-proxy',
        Locality: { Zone: 'z' } as never,
        Connect: { Native: true, SidecarService: { ID: 'x', Connect: { SidecarService: {} } } },
      },
      [
        'zone cannot be set without region',
        'Port or SocketPath must be set for a connect-proxy',
        'Proxy.DestinationServiceName must be non-empty for Connect proxy services',
        'A Proxy cannot also be Connect Native, only typical services',
        'A SidecarService cannot specify an ID as this is managed by the agent',
        'A SidecarService cannot have a nested SidecarService',
        'Port or SocketPath must be set for a Connect native service.',
      ],
    ],
    [
      'a gateway with what is not its own',
      {
        Kind: 'mesh-gateway',
        Connect: { SidecarService: {} },
        Proxy: { LocalServicePort: 4, Upstreams: [{ DestinationName: 'x' }] },
      },
      [
        'Port must be non-zero for a mesh-gateway',
        'A mesh-gateway cannot have a sidecar service defined',
        'The Proxy.LocalServicePort configuration is invalid for a mesh-gateway',
        'The Proxy.Upstreams configuration is invalid for a mesh-gateway',
      ],
    ],
    ['an API gateway without a port', { Kind: 'api-gateway' }, []],
    [
      'upstreams: one fault each',
      proxy([
        {},
        { DestinationName: '*', LocalBindPort: 7 },
        { DestinationName: '*', CentrallyConfigured: true },
        { DestinationName: 'p', LocalBindPort: 3, DestinationPeer: 'p', Datacenter: 'dc2' },
      ]),
      [
        'upstream destination name cannot be empty',
        'upstream destination name cannot be a wildcard',
        'upstream cannot specify both destination peer and datacenter',
      ],
    ],
    [
      'a destination that stands twice keeps no listener',
      proxy([
        { DestinationName: 'a', LocalBindPort: 1 },
        { DestinationName: 'a', LocalBindPort: 2 },
        { DestinationName: 'b', LocalBindPort: 2 },
        { DestinationName: 'c', LocalBindPort: 1, LocalBindAddress: '127.0.0.1' },
        { DestinationName: 'd', LocalBindSocketPath: '/s' },
        { DestinationName: 'e', LocalBindSocketPath: '/s' },
      ]),
      [
        'upstreams cannot contain duplicates of [type="", name="a", partition="", namespace="", peer="", datacenter=""]',
        twice('127.0.0.1:1'),
        twice('/s'),
      ],
    ],
    [
      'exposed paths',
      proxy(
        [],
        [
          { Path: '/a', ListenerPort: 1, Protocol: 'HTTP2' },
          { Path: '/b', ListenerPort: 1, Protocol: 'foo' },
          { ListenerPort: 70_000 },
        ],
      ),
      [
        'expose.paths: duplicate listener ports exposed',
        "protocol 'foo' not supported for path: /b, must be in: [http http2]",
        'expose.paths: empty path exposed',
        'expose.paths: invalid listener port: 70000',
      ],
    ],
  ])('%s', (_what, service, faults) => {
    expect(serviceFaults(service)).toEqual(faults);
  });

  it('a sidecar needs no port, and its locality is not judged', () => {
    const sidecar = {
      Kind: 'connect-proxy',
      Locality: { Zone: 'z' } as never,
      Proxy: { DestinationServiceName: 'web' },
    };
    expect(unplacedServiceFaults(sidecar)).toEqual([]);
  });
});
