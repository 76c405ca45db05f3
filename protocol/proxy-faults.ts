/**
 * What Consul refuses in a proxy's upstreams and exposed paths (agent/structs/structs.go, NodeService.Validate;
 * connect_proxy_config.go, Upstream.Validate).
 */

type Upstream = Readonly<Record<string, unknown>>;

/**
 * One fault an upstream: its own, or else that its destination or its listener stands twice. One
 * whose destination stood before does not occupy its listener, as in Consul.
 */
export function upstreamFaults(upstreams: readonly (Upstream | null)[]): string[] {
  const destinations = new Set<string>();
  const listeners = new Set<string>();
  return upstreams.flatMap((given) => {
    const upstream = given ?? {};
    const own = ownFault(upstream);
    if (own !== undefined) return [own];
    const destination = renderDestination(upstream);
    if (destinations.has(destination)) {
      return [`upstreams cannot contain duplicates of ${destination}`];
    }
    destinations.add(destination);
    const listener = bindAddress(upstream);
    if (listeners.has(listener) && upstream['CentrallyConfigured'] !== true) {
      return [
        'upstreams cannot contain duplicates by local bind address and port or unix path; ' +
          `${JSON.stringify(listener)} is specified twice`,
      ];
    }
    listeners.add(listener);
    return [];
  });
}

function ownFault(upstream: Upstream): string | undefined {
  const type = text(upstream['DestinationType']);
  const name = text(upstream['DestinationName']);
  const isCentral = upstream['CentrallyConfigured'] === true;
  if (type !== '' && type !== 'service' && type !== 'prepared_query') {
    return `unknown upstream destination type: ${JSON.stringify(type)}`;
  }
  if (name === '') return 'upstream destination name cannot be empty';
  if (name === '*' && !isCentral) return 'upstream destination name cannot be a wildcard';
  if (text(upstream['DestinationPeer']) !== '' && text(upstream['Datacenter']) !== '') {
    return 'upstream cannot specify both destination peer and datacenter';
  }
  const port = Number(upstream['LocalBindPort'] ?? 0) !== 0;
  const path = text(upstream['LocalBindSocketPath']) !== '';
  if (!port && !path && !isCentral) {
    return 'upstream local bind port or local socket path must be defined and nonzero';
  }
  return port && path
    ? 'only one of upstream local bind port or local socket path can be defined and nonzero'
    : undefined;
}

/** As Consul prints what makes two upstreams the same. */
function renderDestination(upstream: Upstream): string {
  const part = (label: string, field: string): string =>
    `${label}=${JSON.stringify(text(upstream[field]))}`;
  const parts = [
    part('type', 'DestinationType'),
    part('name', 'DestinationName'),
    part('partition', 'DestinationPartition'),
    part('namespace', 'DestinationNamespace'),
    part('peer', 'DestinationPeer'),
    part('datacenter', 'Datacenter'),
  ];
  return `[${parts.join(', ')}]`;
}

/** Where the proxy listens for an upstream. */
function bindAddress(upstream: Upstream): string {
  const path = text(upstream['LocalBindSocketPath']);
  if (path !== '') return path;
  const address = text(upstream['LocalBindAddress']) || '127.0.0.1';
  return `${address}:${Number(upstream['LocalBindPort'] ?? 0)}`;
}

const MAX_PORT = 65_535;
const EXPOSED_PROTOCOLS = ['http', 'http2'];

/** Protocols ignore case; what is stored keeps its spelling. */
export function exposedPathFaults(expose: Readonly<Record<string, unknown>> | undefined): string[] {
  const faults: string[] = [];
  const listeners = new Set<number>();
  for (const exposed of (expose?.['Paths'] ?? []) as Record<string, unknown>[]) {
    const path = text(exposed['Path']);
    const port = Number(exposed['ListenerPort'] ?? 0);
    const protocol = text(exposed['Protocol']).toLowerCase();
    if (path === '') faults.push('expose.paths: empty path exposed');
    if (listeners.has(port)) faults.push('expose.paths: duplicate listener ports exposed');
    listeners.add(port);
    if (port <= 0 || port > MAX_PORT) faults.push(`expose.paths: invalid listener port: ${port}`);
    if (protocol !== '' && !EXPOSED_PROTOCOLS.includes(protocol)) {
      faults.push(
        `protocol '${protocol}' not supported for path: ${path}, must be in: [http http2]`,
      );
    }
  }
  return faults;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
