/** What both agents hold: each kind of node, service and address that a name can lead to. */
import type { AgentProcess } from '../agent-process.ts';

interface Instance {
  readonly node: string;
  readonly address?: string;
  readonly meta?: Readonly<Record<string, string>>;
  readonly service?: object;
  readonly status?: string;
}

const NODES: readonly Instance[] = [
  { node: 'plain', address: '10.1.0.1' },
  { node: 'Upper-Case', address: '10.1.0.2' },
  { node: 'meta', address: '10.1.0.3', meta: { role: 'db', 'rfc1035-note': 'as is', 'a=b': 'c' } },
  { node: 'long-meta', address: '10.1.0.4', meta: { text: 'x'.repeat(200) } },
  { node: 'six', address: '2001:db8::6' },
  { node: 'dotted.name', address: '10.1.0.5' },
  { node: 'alias-out', address: 'www.example.org' },
  { node: 'alias-in', address: 'plain.node.consul' },
  { node: 'alias-chain', address: 'alias-in.node.consul' },
  { node: 'alias-loop', address: 'alias-loop.node.consul' },
  { node: 'under_score', address: '10.1.0.6' },
];

const on = (node: string, service: object, extra: Partial<Instance> = {}): Instance => ({
  node,
  service,
  ...extra,
});

const SERVICES: readonly Instance[] = [
  on('s1', { ID: 'web1', Service: 'web', Port: 8001, Tags: ['v1', 'blue', 'Mixed'] }),
  on('s2', {
    ID: 'web2',
    Service: 'web',
    Port: 8002,
    Tags: ['v2', 'a.b', 'blue'],
    Address: '10.3.0.2',
  }),
  on('s3', { ID: 'Case', Service: 'CamelCase', Port: 7, Tags: ['T'] }),
  on('s4', { ID: 'v4', Service: 'addr4', Port: 1, Address: '10.3.0.4' }),
  on('s4', { ID: 'v6', Service: 'addr6', Port: 1, Address: '2001:db8::4' }),
  on('s5', { ID: 'host', Service: 'addrhost', Port: 1, Address: 'www.example.org' }),
  on('s5', { ID: 'inner', Service: 'addrinner', Port: 1, Address: 'plain.node.consul' }),
  on('s5', { ID: 'deep', Service: 'addrdeep', Port: 1, Address: 'addrinner.service.consul' }),
  on('s5', { ID: 'self', Service: 'addrself', Port: 1, Address: 'addrself.service.consul' }),
  on('s5', { ID: 'meta', Service: 'withmeta', Port: 5 }, { meta: { env: 'prod', x: 'y' } }),
  on('h1', { ID: 'ok', Service: 'health', Port: 1, Weights: { Passing: 10, Warning: 2 } }),
  on(
    'h2',
    { ID: 'w', Service: 'health', Port: 2, Weights: { Passing: 20, Warning: 3 } },
    {
      status: 'warning',
    },
  ),
  on('h3', { ID: 'c', Service: 'health', Port: 3 }, { status: 'critical' }),
  on('h4', { ID: 'down', Service: 'alldown', Port: 3 }, { status: 'critical' }),
  on('h5', { ID: 'warm', Service: 'allwarn', Port: 3 }, { status: 'warning' }),
  on('d1', { ID: 'dup1', Service: 'dup', Port: 1 }),
  on('d1', { ID: 'dup2', Service: 'dup', Port: 1 }),
  on('d1', { ID: 'dup3', Service: 'dup', Port: 2 }),
  on('ext', { ID: 'ext', Service: 'ext', Port: 443 }, { address: 'ext.example.org' }),
  on('mix', { ID: 'm4', Service: 'mixed', Port: 1, Address: '10.3.0.9' }),
  on('mix', { ID: 'm6', Service: 'mixed', Port: 2, Address: '2001:db8::9' }),
  on('mix', { ID: 'mh', Service: 'mixed', Port: 3, Address: 'www.example.org' }),
  on('tag', {
    ID: 'tg',
    Service: 'tagged',
    Port: 1,
    Address: '10.3.0.11',
    TaggedAddresses: {
      lan: { Address: '10.3.0.12', Port: 2 },
      wan: { Address: '198.51.100.11', Port: 3 },
    },
  }),
  on('p1', {
    ID: 'px',
    Service: 'web-proxy',
    Kind: 'connect-proxy',
    Port: 20000,
    Proxy: { DestinationServiceName: 'web' },
  }),
  on('p1', { ID: 'native', Service: 'native', Port: 7, Connect: { Native: true } }),
  on('p2', { ID: 'gw', Service: 'gate', Kind: 'ingress-gateway', Port: 8443 }),
  on('s6', { ID: 'us', Service: 'under_score', Port: 4, Tags: ['_tcp', '_odd'] }),
  on('s6', { ID: 'dots', Service: 'dotted.service', Port: 4 }),
  on('s6', { ID: 'num', Service: '1234', Port: 65535 }),
  on('s6', { ID: 'kw', Service: 'service', Port: 4, Tags: ['node'] }),
  ...many('wide', 30),
  ...many('four', 4),
  ...many('db-a', 1),
  ...many('db-special', 1),
  ...many('db-long-x', 1),
];

function many(name: string, count: number): Instance[] {
  return Array.from({ length: count }, (_, index) =>
    // Names of one length, so that a limit in bytes cuts any choice of them alike.
    on(`w${String(index).padStart(2, '0')}`, {
      ID: `${name}${index}`,
      Service: name,
      Port: 9000 + index,
      Tags: ['t'],
    }),
  );
}

/** The nodes of services, by the order in which they come up. */
const addresses = new Map<string, string>();
function addressOf({ node, address }: Instance): string {
  if (address !== undefined) return address;
  const known = addresses.get(node) ?? `10.2.0.${addresses.size + 1}`;
  addresses.set(node, known);
  return known;
}

/** Ways of asking for several services at once; the names are what a client asks for. */
const QUERIES: readonly object[] = [
  { Name: 'ask', Service: { Service: 'web' }, DNS: { TTL: '7s' } },
  { Name: 'ask.dots', Service: { Service: 'web', Tags: ['v1'] } },
  { Name: 'empty', Service: { Service: 'nosuch' } },
  { Name: 'passing', Service: { Service: 'health', OnlyPassing: true } },
  {
    Name: 'pre-',
    Template: { Type: 'name_prefix_match' },
    Service: { Service: '${name.suffix}' },
  },
];

const CONFIG_ENTRIES: readonly object[] = [
  { Kind: 'service-defaults', Name: 'web', Protocol: 'tcp' },
  {
    Kind: 'ingress-gateway',
    Name: 'gate',
    Listeners: [{ Port: 8443, Protocol: 'tcp', Services: [{ Name: 'web' }] }],
  },
];

/** In the same order on each, so that virtual addresses are given out alike. */
export async function fillCatalog(agent: AgentProcess): Promise<void> {
  for (const instance of [...NODES, ...SERVICES]) {
    const { node, service, meta = {}, status = 'passing' } = instance;
    const id = service === undefined ? undefined : (service as { ID: string }).ID;
    const check = { CheckID: `c-${id}`, Name: 'c', ServiceID: id, Status: status };
    await agent.put('/v1/catalog/register', {
      Node: node,
      Address: addressOf(instance),
      NodeMeta: meta,
      ...(service && { Service: service, Check: check }),
    });
  }
  for (const query of QUERIES) await agent.post('/v1/query', query);
  for (const entry of CONFIG_ENTRIES) await agent.put('/v1/config', entry);
}
