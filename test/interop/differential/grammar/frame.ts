/** What stands around every request: odd paths, methods, headers, lengths and parameters, whatever the endpoint. */
import type { Random } from '../../../linearizability/random.ts';
import type { Step } from '../step.ts';
import { queryOf, sometimes } from './words.ts';

/** With something behind them, something missing, and what is no endpoint at all. */
const PATHS = [
  '/v1/kv/a',
  '/v1/kv/dir/',
  '/v1/kv/',
  '/v1/kv',
  '/v1/session/list',
  '/v1/session/info/x',
  '/v1/session/node/interop',
  '/v1/session/renew/x',
  '/v1/session/destroy/x',
  '/v1/catalog/nodes',
  '/v1/catalog/node/interop',
  '/v1/catalog/services',
  '/v1/catalog/service/web',
  '/v1/catalog/connect/web',
  '/v1/catalog/node-services/interop',
  '/v1/catalog/gateway-services/gw',
  '/v1/catalog/register',
  '/v1/catalog/deregister',
  '/v1/catalog/datacenters',
  '/v1/health/node/interop',
  '/v1/health/service/web',
  '/v1/health/checks/web',
  '/v1/health/state/any',
  '/v1/health/connect/web',
  '/v1/health/ingress/web',
  '/v1/status/leader',
  '/v1/status/peers',
  '/v1/query',
  '/v1/query/q',
  '/v1/query/q/execute',
  '/v1/query/q/explain',
  '/v1/event/fire/e',
  '/v1/txn',
  '/v1/config',
  '/v1/config/service-defaults',
  '/v1/config/service-defaults/web',
  '/v1/agent/services',
  '/v1/agent/checks',
  '/v1/agent/service/web',
  '/v1/agent/health/service/name/web',
  '/v1/agent/health/service/id/web',
  '/v1/operator/usage',
  '/v1/operator/raft/configuration',
  '/v1/internal/ui/services',
  '/v1/internal/ui/nodes',
  '/v1/internal/ui/node/interop',
  '/v1/coordinate/node/absent',
  '/v1/coordinate/update',
  '/v1/nope',
  '/v2/kv/a',
  '/v1/',
  '/v1',
];

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'] as const;

export function frame(random: Random): Step {
  const isRead = random.integer(0, 2) > 0;
  const method = isRead ? 'GET' : random.pick(METHODS);
  const isPlain = random.integer(0, 2) > 0;
  const path = isPlain ? random.pick(PATHS) : bent(random, random.pick(PATHS));
  const headers = headersOf(random);
  return {
    method,
    path: path + queryOf(paramsOf(random)),
    ...(method === 'GET' || method === 'HEAD' || method === 'OPTIONS' ? {} : bodyFor(random)),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    unordered: true,
  };
}

/** A path that no client would write, but some do. */
function bent(random: Random, path: string): string {
  const at = path.lastIndexOf('/');
  return random.pick([
    `${path}/`,
    `${path}//`,
    `/${path}`,
    `${path.slice(0, at)}/${path.slice(at)}`,
    `${path}/x`,
    `${path}/x/y`,
    `${path.slice(0, at)}/.${path.slice(at)}`,
    `${path.slice(0, at)}/x/..${path.slice(at)}`,
    `${path.slice(0, at) || '/v1'}%2F${path.slice(at + 1)}`,
    path.toUpperCase(),
    `${path}%20`,
    `${path}%00`,
    `${path}%0A`,
    `${path}%C3%BC`,
    `${path};x=1`,
    `${path}+`,
    `${path}%2B`,
    `${path}%3F`,
  ]);
}

function headersOf(random: Random): Record<string, string> {
  const chosen: Record<string, string | undefined> = {
    'accept-encoding': sometimes(random, 6, () =>
      random.pick(['identity', 'gzip;q=0', 'deflate', '*', 'br, gzip', 'gzip;q=0.5']),
    ),
    'x-consul-token': sometimes(random, 12, () => ''),
    'cache-control': sometimes(random, 8, () =>
      random.pick([
        'no-cache',
        'max-age=0',
        'max-age=x',
        'max-age=5',
        'must-revalidate',
        'stale-if-error=5',
      ]),
    ),
    'x-http-method-override': sometimes(random, 12, () => 'PUT'),
    'if-none-match': sometimes(random, 16, () => '*'),
    'content-type': sometimes(random, 10, () =>
      random.pick(['text/plain', 'application/json', 'x']),
    ),
    origin: sometimes(random, 16, () => 'http://example.com'),
    accept: sometimes(random, 12, () =>
      random.pick(['text/plain', 'application/json', 'text/html']),
    ),
  };
  return Object.fromEntries(
    Object.entries(chosen).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

const FLAGS = [null, '', 'true', 'false', '0'] as const;

function paramsOf(random: Random): Record<string, string | null | undefined> {
  const flag = (n: number): string | null | undefined =>
    sometimes(random, n, () => random.pick(FLAGS));
  return {
    pretty: flag(6),
    stale: flag(12),
    consistent: flag(14),
    cached: flag(14),
    max_stale: sometimes(random, 24, () => random.pick(['5s', 'x', '-1s', ''])),
    ...blockingOf(random),
    dc: sometimes(random, 16, () => random.pick(['dc1', 'nope', '', 'DC1'])),
    near: sometimes(random, 20, () => random.pick(['_agent', 'absent', '', 'interop'])),
    filter: sometimes(random, 20, () => random.pick(['', 'x', 'Node == "interop"', 'Name == "x"'])),
    'node-meta': sometimes(random, 24, () => random.pick(['a:b', 'a', '', ':'])),
    recurse: flag(20),
    keys: flag(20),
    raw: flag(24),
    hash: sometimes(random, 30, () => random.pick(['x', ''])),
  };
}

/** Always with a short wait: what never was has index 1 in Lictor, and is waited for where Consul answers at once. */
function blockingOf(random: Random): Record<string, string | undefined> {
  const index = sometimes(random, 8, () =>
    random.pick(['0', '1', '-1', 'x', '', '99999999999999999999']),
  );
  const wait = sometimes(random, 12, () => random.pick(['0s', '-1s', 'x', '', '1']));
  const isWaiting = index === '1' || index === '99999999999999999999';
  return { index, wait: isWaiting ? '10ms' : wait };
}

function bodyFor(random: Random): { body?: unknown } {
  return random.pick<{ body?: unknown }>([
    {},
    { body: '' },
    { body: '{}' },
    { body: '[]' },
    { body: 'null' },
    { body: 'x' },
    { body: '{' },
    { body: '"x"' },
    { body: '1' },
    { body: `"${'x'.repeat(600_000)}"` },
  ]);
}
