/**
 * What a write costs while 10,000 different things are watched, by what it costs while 10 are.
 *
 * A read with `?stale` leaves a subscription with the datacenter for ten minutes, so that no client has to stay. Consul has
 * no such thing, and is left out.
 */
import type { Agent } from '../../agent.ts';
import { statePid } from '../../process-tree.ts';
import { median, percentile } from '../../statistics.ts';
import type { Figure, Sample, Workload } from '../workload.ts';
import { timeRequests } from './batches.ts';

const FEW = 10;
const MANY = 10_000;
const WRITES = 300;
const AT_ONCE = 32;

export class Subscriptions implements Workload {
  readonly figures: readonly Figure[] = [
    {
      id: 'scale-subscriptions',
      title: `a write, p50: ${MANY.toLocaleString('en')} subscriptions by ${FEW}`,
      unit: 'x',
      better: 'lower',
    },
  ];

  async measure(agent: Agent): Promise<ReadonlyMap<string, Sample>> {
    if (statePid(agent.pid) === agent.pid) return new Map();
    await subscribe(agent, 0, FEW);
    // The first round warms both sides up and is thrown away.
    await writes(agent);
    const few = await writes(agent);
    await subscribe(agent, FEW, MANY);
    const many = await writes(agent);
    const sample = {
      value: median(many) / median(few),
      p50Ms: median(many),
      p99Ms: percentile(many, 99),
      errors: 0,
    };
    return new Map([['scale-subscriptions', sample]]);
  }
}

async function subscribe(agent: Agent, from: number, to: number): Promise<void> {
  let next = from;
  const worker = async (): Promise<void> => {
    while (next < to) {
      // None of them is ever written: the answer is 404.
      const answer = await fetch(`${agent.base}/v1/kv/bench-topics/${next++}?stale`);
      await answer.arrayBuffer();
      if (answer.status !== 404) throw new Error(`a stale read answered ${answer.status}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

const writes = (agent: Agent): Promise<number[]> =>
  timeRequests(agent, WRITES, 'PUT', (at) => `/v1/kv/bench-written/${at % 50}`);
