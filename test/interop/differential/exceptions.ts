/** Differences that are meant, each with its reason. */
import type { Difference } from './compare.ts';
import type { Step } from './step.ts';

export interface Exception {
  /** Any unless given. */
  readonly method?: Step['method'];
  readonly path: RegExp;
  readonly where: RegExp;
  readonly consul?: RegExp;
  readonly lictor?: RegExp;
  readonly reason: string;
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    path: /^\/v1\/agent\/connect\/authorize/,
    where: /^header (x-cache|age)/,
    reason: 'What an agent has cached depends on what it was asked before.',
  },
  {
    path: /^\/v1\/(discovery-chain|config)/,
    where: /^text$/,
    consul: /expected type '(structs\.|time\.Duration)/,
    lictor: /expected type '(string|int)'/,
    reason: 'Consul names a type of its own.',
  },
  {
    path: /^\/v1\/config/,
    where: /^text$/,
    consul: /^discovery chain |^service ".*" (has|does not have) |^detected circular/,
    lictor: /^discovery chain |^service ".*" (has|does not have) |^detected circular/,
    reason: 'Of several chains that a write would break Consul names the first of a map.',
  },
  {
    path: /^\/v1\/txn/,
    where: /^status|^body \$\.(Results|Errors)(\[\d+\])?$/,
    lictor: /Missing node registration|409|null/,
    consul: /^200$|^\[\]$|^null$|^absent$/,
    reason:
      'Consul loses the error of a check-and-set of a check whose node is unknown, and answers with no result.',
  },
  {
    path: /^\/v1\/catalog|^\/v1\/health/,
    where: /Node\.Locality|^body \$\[\d+\]\.Locality/,
    reason: 'Consul does not see that only the locality of a node has changed; ours does.',
  },
  {
    path: /^\/v1\/txn/,
    where: /What$/,
    consul: /current modify index/,
    reason: 'Indexes are numbers of their own.',
  },
  {
    path: /./,
    where: /^text$/,
    consul:
      /json: cannot unmarshal|Interval must be > 0|expected a map|invalid character|unexpected EOF|json: unknown field|illegal base64|time: invalid duration/,
    lictor:
      /json: cannot unmarshal|JSON|Enterprise feature|unexpected EOF|json: unknown field|illegal base64/,
    reason:
      "Bodies that cannot be decoded are refused alike; the words name types and bytes of Go's decoder.",
  },
  {
    path: /./,
    where: /^text$/,
    consul: /No path to datacenter|cannot register requests with PeerName/,
    lictor: /boolean expression evaluator|No path to datacenter/,
    reason: 'Of two faults, an unknown datacenter and another one, each may be named.',
  },
  {
    path: /^\/v1\/health\/(service|connect)\/.*node-meta=(&|$)/,
    where: /./,
    consul: /no match found|500|text\/plain|^absent$/,
    reason:
      'Where Consul answers from its stream, an empty `?node-meta=` breaks the filter that it makes of it.',
  },
  {
    path: /^\/v1\/operator\//,
    where: /Last(Term|Index)$|\.Index$/,
    reason: 'Terms and indexes are numbers of their own.',
  },
  {
    path: /^\/v1\/operator\/usage/,
    where: /Usage\.\w+\.Services$/,
    reason: 'Consul goes on counting some services that have gone: its catalog does not list them.',
  },
  {
    path: /^\/v1\/operator\/keyring/,
    where: /^text$/,
    reason: 'Of two faults each may be named: the pools of the test have no keyring.',
  },
  {
    path: /^\/v1\/config\/(http-route|tcp-route|api-gateway)/,
    where: /^indexes$/,
    reason:
      "Consul's controller of gateways writes these once more; ours knows their state at once.",
  },
  {
    path: /^\/v1\/config/,
    where: /^text$/,
    consul: /enterprise feature|serviceName is required/,
    lictor: /Enterprise feature|object missing primary index/,
    reason: 'Of two faults each may be named.',
  },
  {
    path: /%/,
    where: /location|^text$/,
    consul: /%25/,
    reason: 'Consul escapes escapes once more when it redirects, which leads to another key.',
  },
  {
    path: /^\/v1\/(agent|health|catalog)/,
    where: /Output$/,
    consul: /^Aliased check/,
    lictor: /^$/,
    reason:
      'A check that is an alias of its own service: Consul finds it failing because of itself.',
  },
  {
    path: /./,
    where: /consul-virtual.*Address$/,
    reason:
      'Virtual addresses are handed out in the order in which each datacenter has seen services.',
  },
  {
    path: /^\/v1\/agent\/members/,
    where: /Tags\.lictor/,
    reason: 'Our agents tell one another in tags of their own where the control plane is.',
  },
  {
    path: /^\/v1\/agent\/services/,
    where: /x-consul-contenthash/,
    reason: 'Ours can be waited on by hash; Consul has that for a single service only.',
  },
  {
    path: /./,
    where: /^text$/,
    consul: /^(Invalid (wait time|index|Cache-Control header\.)|Cannot specify )/,
    lictor: /^(Invalid (wait time|index|Cache-Control header\.)|Cannot specify )/,
    reason: 'Of two faults of the parameters each may be named.',
  },
  {
    method: 'OPTIONS',
    path: /^\/v1\/query/,
    where: /ResponseWriter$|^final newline$/,
    consul: /^(\{\})?$/,
    lictor: /^(absent)?$/,
    reason: "Consul answers OPTIONS with its own writer's fields.",
  },
  {
    path: /^\/v1\/(catalog\/datacenters|exported-services|operator)/,
    where: /^header content-type$|^text$/,
    consul: /^application\/json$|\]$|\}$/,
    lictor: /^text\/plain|^Invalid |^Cannot specify /,
    reason: 'Consul answers the fault of a parameter, and then goes on to answer the request.',
  },
  {
    path: /^\/v1\/catalog\/datacenters/,
    where: /x-cache|age$/,
    reason: 'Consul keeps the list in a cache for a while; ours is made anew each time.',
  },
  {
    path: /^\/v1\/txn/,
    where: /^text$/,
    consul: /^Request body\(\d+ bytes\) too large/,
    lictor: /^Request body\(\d+ bytes\) too large/,
    reason: "Consul leads to its own documentation, ours names the configuration's key.",
  },
  {
    path: /^\/v1\/(txn|agent\/health)/,
    where: /ServiceTags$/,
    consul: /^\[\]$/,
    lictor: /^null$/,
    reason: 'An empty list of tags is to us what none is.',
  },
  {
    path: /^\/v1\/(coordinate\/node|internal\/ui\/node)\//,
    where: /^header x-consul/,
    consul: /^(absent|false)$/,
    reason: 'Without compression Consul forgets the headers of these 404s.',
  },
  {
    path: /^\/v1\/(health|catalog)/,
    where: /\.(Type|Interval|Timeout|ExposedPort)$/,
    reason: 'Consul does not see that only these fields of a check have changed; ours does.',
  },
  {
    path: /^\/v1\/catalog\/(service|connect)\/.*merge-central-config/,
    where:
      /^body \$\[\d+\]\.(Address|Datacenter|TaggedAddresses|NodeMeta)|^header content-encoding$/,
    reason: 'Consul loses what it says of the node where it merges what entries say.',
  },
  {
    path: /^\/v1\/catalog\/gateway-services/,
    where: /ServiceKind$/,
    consul: /^service$/,
    lictor: /^absent$/,
    reason: 'Whether Consul says it of an ingress gateway depends on what was written first.',
  },
  {
    path: /^\/robots\.txt/,
    where: /./,
    consul: /^200$|robotstxt|^absent$/,
    reason: 'It is a file of the web interface, which Consul has in development mode.',
  },
  {
    method: 'OPTIONS',
    path: /^\/v1\/internal\/ui/,
    where: /^header content-type$/,
    reason: "Consul sends the request's own type back here.",
  },
  {
    path: /^\/v1\/event\/fire/,
    where: /^text$/,
    consul: /^Invalid (node|service|tag) filter|^Cannot provide/,
    lictor: /^No path to datacenter/,
    reason: 'Of two faults each may be named.',
  },
  {
    path: /^\/v1\/(agent|health|catalog)/,
    where: /-sidecar-proxy:1\.Output$/,
    reason: "When the check of a sidecar's port first runs is random.",
  },
  {
    path: /^\/v1\/discovery-chain/,
    where: /Failover\.Targets|Targets\..*external/,
    consul: /external|^absent$|^[\d.]+s$/,
    reason:
      'Of a service that is reached only as a stand-in of a peer Consul reads no entries; of others it does.',
  },
  {
    path: /^\/v1\/(config|discovery-chain)/,
    where: /./,
    consul: /detected circular resolver redirect: .*external|default\.dc1/,
    lictor: /external|^true$|^200$|^application\/json$/,
    reason:
      "Consul forgets the peer of a redirect where the peer's service has a default subset here, and leads back.",
  },
];

export function isException(step: Step, difference: Difference): boolean {
  return EXCEPTIONS.some((exception) => matches(exception, step, difference));
}

export function matches(exception: Exception, step: Step, difference: Difference): boolean {
  const { method = step.method, path, where, consul, lictor } = exception;
  return (
    method === step.method &&
    path.test(step.path) &&
    where.test(difference.where) &&
    (consul?.test(difference.consul) ?? true) &&
    (lictor?.test(difference.lictor) ?? true)
  );
}
