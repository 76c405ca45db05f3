/** DNS queries a second of one record type, over the names of a family of services. */
import { promises as dns } from 'node:dns';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent } from '../agent.ts';
import { dnsLoad } from '../clients/dnsperf.ts';
import { seedServices, SMALL_SERVICES } from './seed.ts';
import type { Figure, Sample, WorkContext, Workload } from './workload.ts';

const RIGHT_WITHIN_MS = 10_000;
const RETRY_MS = 50;

export class DNSLoad implements Workload {
  readonly figures: readonly Figure[];
  readonly #id: string;
  readonly #type: 'A' | 'SRV';

  constructor(type: 'A' | 'SRV') {
    this.#id = `dns-${type.toLowerCase()}`;
    this.#type = type;
    this.figures = [
      { id: this.#id, title: `DNS ${type}, service of 3`, unit: '/s', better: 'higher' },
    ];
  }

  async measure(agent: Agent, context: WorkContext): Promise<ReadonlyMap<string, Sample>> {
    await seedServices(agent, SMALL_SERVICES);
    const names = Array.from(
      { length: SMALL_SERVICES.count },
      (_, i) => `${SMALL_SERVICES.name}-${i}.service.consul`,
    );
    for (const name of names) await this.#checkAnswer(agent, name);
    const queries = names.map((name) => `${name} ${this.#type}`);
    const load = { port: agent.ports.dns, queries, directory: context.directory };
    await dnsLoad({ ...load, seconds: context.durations.warmUpSeconds }, context.signal);
    const sample = await dnsLoad(
      { ...load, seconds: context.durations.measureSeconds },
      context.signal,
    );
    return new Map([[this.#id, sample]]);
  }

  async #checkAnswer(agent: Agent, name: string): Promise<void> {
    const resolver = new dns.Resolver({ timeout: 1_000, tries: 1 });
    resolver.setServers([`127.0.0.1:${agent.ports.dns}`]);
    const deadline = performance.now() + RIGHT_WITHIN_MS;
    for (;;) {
      const records = await resolver.resolve(name, this.#type).catch((error: Error) => error);
      if (Array.isArray(records) && records.length === SMALL_SERVICES.instances) return;
      if (performance.now() > deadline)
        throw new Error(`${this.#type} ${name} gives ${String(records)}`);
      await sleep(RETRY_MS);
    }
  }
}
