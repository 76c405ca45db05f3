/**
 * How a proxy's settings look at the agent (api.AgentServiceConnectProxyConfig): what is empty is left out, with a few
 * exceptions. The catalog, which shows another structure of Go's, differs in some.
 */
import type { ConnectProxyConfig } from '../../protocol/types/catalog.ts';

type Members = Readonly<Record<string, unknown>>;

/** What stands in these is the user's own: it is shown as it was written. */
const OPAQUE = new Set(['Config']);
/** Go renders a structure, unlike a pointer to one, even if nothing stands in it. */
const KEPT_WHEN_EMPTY = new Set(['MeshGateway', 'Expose']);

/** Extensions of Envoy are not shown at all. */
export function renderProxy({ EnvoyExtensions: _hidden, ...proxy }: ConnectProxyConfig): Members {
  const shown = withoutZeros(proxy);
  const upstreams = shown['Upstreams'] as readonly Members[] | undefined;
  return {
    ...shown,
    ...(upstreams === undefined ? {} : { Upstreams: upstreams.map(withoutOrigin) }),
    Expose: renderExpose(shown['Expose'] as Members | undefined),
  };
}

/** Whether an upstream comes from central configuration is between Consul's agents. */
function withoutOrigin({ CentrallyConfigured: _hidden, ...upstream }: Members): Members {
  return upstream;
}

/** Of a path alone it is always said whether a check made it. */
function renderExpose({ Paths, ...expose }: Members = {}): Members {
  const paths = Paths as readonly Members[] | undefined;
  if (paths === undefined) return expose;
  return { ...expose, Paths: paths.map((path) => ({ ParsedFromCheck: false, ...path })) };
}

function withoutZeros(members: Members): Members {
  const entries = Object.entries(members).map(
    ([name, value]) => [name, OPAQUE.has(name) ? value : cleaned(value)] as const,
  );
  return Object.fromEntries(
    entries.filter(([name, value]) => KEPT_WHEN_EMPTY.has(name) || !isZero(value)),
  );
}

function cleaned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cleaned);
  return value !== null && typeof value === 'object' ? withoutZeros(value as Members) : value;
}

function isZero(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return !value;
}
