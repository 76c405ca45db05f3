/** DNS queries a second of one record type, over the names of a family of services. */
import { promises as dns } from 'node:dns';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent } from '../agent.ts';
import { dnsLoad } from '../clients/dnsperf.ts';
import { type ServiceFamily, seedServices } from './seed.ts';
import type { Figure, Sample, WorkContext, Workload } from './workload.ts';

const RIGHT_WITHIN_MS = 10_000;
const RETRY_MS = 50;
/** What both give by UDP to a client that says nothing of its buffer, which Node's resolver is. */
const PLAIN_ANSWERS = 3;

export class DNSLoad implements Workload {
  readonly figures: readonly Figure[];
  readonly #id: string;
  readonly #type: 'A' | 'SRV';
  readonly #family: ServiceFamily;

  /** @param suffix of the figures' ids, which targets name */
  constructor(type: 'A' | 'SRV', family: ServiceFamily, suffix = '') {
    this.#id = `dns-${type.toLowerCase()}${suffix}`;
    this.#type = type;
    this.#family = family;
    const what = `DNS ${type}, ${family.count} services of ${family.instances}`;
    this.figures = [
      { id: this.#id, title: what, unit: '/s', better: 'higher' },
      { id: `${this.#id}-p99`, title: `${what}: p99`, unit: 'ms', better: 'lower' },
    ];
  }

  async measure(agent: Agent, context: WorkContext): Promise<ReadonlyMap<string, Sample>> {
    const { name: prefix, count } = this.#family;
    await seedServices(agent, this.#family);
    const names = Array.from({ length: count }, (_, i) => `${prefix}-${i}.service.consul`);
    for (const name of names) await this.#checkAnswer(agent, name);
    const queries = names.map((name) => `${name} ${this.#type}`);
    const load = { port: agent.ports.dns, queries, directory: context.directory };
    await dnsLoad({ ...load, seconds: context.durations.warmUpSeconds }, context.signal);
    const sample = await dnsLoad(
      { ...load, seconds: context.durations.measureSeconds },
      context.signal,
    );
    return new Map([
      [this.#id, sample],
      [`${this.#id}-p99`, { value: sample.p99Ms ?? Number.NaN, errors: 0 }],
    ]);
  }

  async #checkAnswer(agent: Agent, name: string): Promise<void> {
    const resolver = new dns.Resolver({ timeout: 1_000, tries: 1 });
    resolver.setServers([`127.0.0.1:${agent.ports.dns}`]);
    const expected = Math.min(this.#family.instances, PLAIN_ANSWERS);
    const deadline = performance.now() + RIGHT_WITHIN_MS;
    for (;;) {
      const records = await resolver.resolve(name, this.#type).catch((error: Error) => error);
      if (Array.isArray(records) && records.length === expected) return;
      if (performance.now() > deadline)
        throw new Error(`${this.#type} ${name} gives ${String(records)}`);
      await sleep(RETRY_MS);
    }
  }
}
