/** The same content for every agent, by the HTTP API alone. */
import type { AgentProcess } from '../../agent-process.ts';

const KEYS: readonly (readonly [string, string, number?])[] = [
  ['app/one', 'first value', 7],
  ['app/empty', ''],
  ['app/two', 'line one\nline two\n'],
  ['app/binary', '\u0000\u0001\u00ff'],
  ['app/deep/er/leaf', '{"a":1}'],
  ['app/deep/other', 'x'],
  ['app/with space', 'spaced'],
  ['app/ümlaut', 'ü'],
  ['app/folder/', ''],
  ['application', 'beside'],
];

const NODES: readonly object[] = [
  {
    Node: 'ext1',
    ID: '00000000-aaaa-bbbb-cccc-000000000001',
    Address: '10.0.0.1',
    NodeMeta: { rack: 'r2' },
  },
  {
    Node: 'ext2',
    ID: '00000002-aaaa-bbbb-cccc-000000000002',
    Address: '10.0.0.2',
    TaggedAddresses: { lan: '10.0.0.2', wan: '1.2.3.4' },
    NodeMeta: { rack: 'r2', size: 'big' },
    Service: { Service: 'db', ID: 'db1', Tags: ['primary', 'v1'], Port: 5432, Meta: { k: 'v' } },
    Check: { Node: 'ext2', CheckID: 'db1:up', Name: 'up', Status: 'passing', ServiceID: 'db1' },
  },
];

const SERVICES: readonly object[] = [
  { Name: 'web', ID: 'w1', Port: 80, Tags: ['v1'], Check: { TTL: '1h', Status: 'passing' } },
  { Name: 'web', ID: 'w2', Port: 81, Tags: ['v2'], Check: { TTL: '1h', Status: 'critical' } },
];

const ENTRIES: readonly object[] = [
  { Kind: 'proxy-defaults', Name: 'global', Config: { protocol: 'http', limit: 3 } },
  { Kind: 'service-defaults', Name: 'db', Protocol: 'tcp', Meta: { owner: 'data' } },
  { Kind: 'service-defaults', Name: 'web', Protocol: 'http' },
];

export async function seed(agent: AgentProcess): Promise<void> {
  for (const [key, value, flags = 0] of KEYS) {
    await agent.put(`/v1/kv/${encodeURIComponent(key)}?flags=${flags}`, value);
  }
  for (const node of NODES) await agent.put('/v1/catalog/register', node);
  for (const service of SERVICES) await agent.put('/v1/agent/service/register', service);
  for (const entry of ENTRIES) await agent.put('/v1/config', entry);
  const session = JSON.parse(await agent.put('/v1/session/create', { Name: 'holder' })) as {
    ID: string;
  };
  await agent.put(`/v1/kv/app/locked?acquire=${session.ID}`, 'held');
  await agent.put('/v1/event/fire/deploy', 'v1');
  await settled(agent);
}

/** Anti-entropy brings what was registered with the agent into the catalog. */
async function settled(agent: AgentProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const list = JSON.parse(await agent.get('/v1/health/service/web')) as { Checks: unknown[] }[];
    if (list.length === 2 && list.every(({ Checks }) => Checks.length === 2)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the services never came into the catalog');
}

/** A node's place in the network is known a while after its start. */
export async function awaitCoordinates(agent: AgentProcess): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if ((JSON.parse(await agent.get('/v1/coordinate/nodes')) as unknown[]).length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the node never reported its coordinate');
}
