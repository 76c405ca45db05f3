/** What an agent grows by for each instance that its clients asked for over DNS. */
import { promises as dns } from 'node:dns';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from '../agent.ts';
import { treeMemory } from '../process-tree.ts';
import { CROWD, seedServices } from './seed.ts';
import type { Figure, Sample, WorkContext, Workload } from './workload.ts';

const BYTES_PER_KIB = 1024;
const INSTANCES = CROWD.count * CROWD.instances;

/** On a client that did nothing else: a server's memory would show the registrations, too. */
export class ReplicaGrowth implements Workload {
  readonly figures: readonly Figure[] = [
    {
      id: 'replica-instance',
      title: `resident memory for each of ${INSTANCES.toLocaleString('en')} instances that were asked for by DNS`,
      unit: 'KiB',
      better: 'lower',
    },
  ];

  async measure(agent: Agent, context: WorkContext): Promise<ReadonlyMap<string, Sample>> {
    await seedServices(agent, CROWD);
    const { contender } = agent;
    const client = await Agent.start(contender, context.directory, context.signal, agent);
    try {
      const { settleMs } = context.durations;
      await sleep(settleMs, undefined, { signal: context.signal });
      const before = treeMemory(client.pid).agentBytes;
      await askForAll(client);
      await sleep(settleMs, undefined, { signal: context.signal });
      const grown = treeMemory(client.pid).agentBytes - before;
      const value = grown / INSTANCES / BYTES_PER_KIB;
      return new Map([['replica-instance', { value, errors: 0 }]]);
    } finally {
      await client.stop();
    }
  }
}

async function askForAll(client: Agent): Promise<void> {
  const resolver = new dns.Resolver({ timeout: 5_000, tries: 2 });
  resolver.setServers([`127.0.0.1:${client.ports.dns}`]);
  for (let i = 0; i < CROWD.count; i++) {
    const records = await resolver.resolve4(`${CROWD.name}-${i}.service.consul`);
    if (records.length === 0) throw new Error(`${CROWD.name}-${i} has no address`);
  }
}
