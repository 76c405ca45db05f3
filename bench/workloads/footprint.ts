/** Start-up time, and resident memory idle and after a fixed amount of work. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent } from '../agent.ts';
import { httpLoad } from '../clients/wrk.ts';
import { treeMemory } from '../process-tree.ts';
import { KEY_COUNT, KEY_PATH, seedKeys, seedServices, SMALL_SERVICES } from './seed.ts';
import type { Figure, Sample, WorkContext, Workload } from './workload.ts';

const BYTES_PER_MIB = 1024 * 1024;
const LOAD_CONNECTIONS = 64;

const memoryFigure = (id: string, what: string): Figure => ({
  id,
  title: `resident memory ${what}`,
  unit: 'MiB',
  better: 'lower',
});

const memoryFigures = (state: 'idle' | 'after', words: string): Figure[] => [
  memoryFigure(`memory-${state}`, `${words}, in all`),
  memoryFigure(`memory-${state}-agent`, `${words}, agent`),
  memoryFigure(`memory-${state}-control-plane`, `${words}, control plane`),
];

/** Must come first in a group of its own: it looks at an agent that has done nothing yet. */
export class Footprint implements Workload {
  readonly figures: readonly Figure[] = [
    {
      id: 'start-up',
      title: 'start of the process to the first acknowledged write',
      unit: 'ms',
      better: 'lower',
    },
    ...memoryFigures('idle', 'idle'),
    ...memoryFigures('after', 'after PUT, GET and health at c=64'),
  ];

  async measure(agent: Agent, context: WorkContext): Promise<ReadonlyMap<string, Sample>> {
    const { settleMs } = context.durations;
    await sleep(settleMs, undefined, { signal: context.signal });
    const idle = memorySamples('idle', agent);
    const errors = await this.#work(agent, context);
    await sleep(settleMs, undefined, { signal: context.signal });
    return new Map([
      ['start-up', { value: agent.startUpMs, errors: 0 }],
      ...idle,
      ...memorySamples('after', agent).map(([id, sample]): [string, Sample] => [
        id,
        { ...sample, errors },
      ]),
    ]);
  }

  /** @returns the number of failed requests. */
  async #work(agent: Agent, context: WorkContext): Promise<number> {
    await seedKeys(agent);
    await seedServices(agent, SMALL_SERVICES);
    const { measureSeconds: seconds } = context.durations;
    const health = `/v1/health/service/${SMALL_SERVICES.name}-%d`;
    const common = {
      base: agent.base,
      connections: LOAD_CONNECTIONS,
      seconds,
      run: `${context.run}-memory`,
    };
    const put = await httpLoad(
      { ...common, method: 'PUT', path: KEY_PATH, count: KEY_COUNT },
      context.signal,
    );
    const get = await httpLoad(
      { ...common, method: 'GET', path: KEY_PATH, count: KEY_COUNT },
      context.signal,
    );
    const list = await httpLoad(
      { ...common, method: 'GET', path: health, count: SMALL_SERVICES.count },
      context.signal,
    );
    return put.errors + get.errors + list.errors;
  }
}

function inMiB(bytes: number): Sample {
  return { value: bytes / BYTES_PER_MIB, errors: 0 };
}

function memorySamples(state: 'idle' | 'after', agent: Agent): [string, Sample][] {
  const { agentBytes, controlPlaneBytes } = treeMemory(agent.pid);
  const samples: [string, Sample][] = [
    [`memory-${state}`, inMiB(agentBytes + controlPlaneBytes)],
    [`memory-${state}-agent`, inMiB(agentBytes)],
  ];
  // Consul has no control plane apart from the agent: nothing is reported rather than 0.
  if (controlPlaneBytes > 0)
    samples.push([`memory-${state}-control-plane`, inMiB(controlPlaneBytes)]);
  return samples;
}
