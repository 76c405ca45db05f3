/** What an agent that nobody asks anything costs of a processor. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent } from '../agent.ts';
import { treeCPUPercent } from '../process-cpu.ts';
import type { Figure, Sample, WorkContext, Workload } from './workload.ts';

/** Must come first in a group of its own, as a footprint. */
export class RestingCPU implements Workload {
  readonly figures: readonly Figure[] = [
    { id: 'cpu-idle', title: 'processor at rest, of one core', unit: '%', better: 'lower' },
  ];

  async measure(agent: Agent, context: WorkContext): Promise<ReadonlyMap<string, Sample>> {
    const { settleMs, restSeconds } = context.durations;
    await sleep(settleMs, undefined, { signal: context.signal });
    const value = await treeCPUPercent(agent.pid, restSeconds, context.signal);
    return new Map([['cpu-idle', { value, errors: 0 }]]);
  }
}
