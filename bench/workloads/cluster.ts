/** Twenty agents on loopback: how soon a new one is in, a dead one out, an event everywhere; what an idle one costs. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent } from '../agent.ts';
import { ClusterMember, MEMBER_SERVICE } from '../clients/cluster-member.ts';
import { cpuMs } from '../process-cpu.ts';
import { treeMemory } from '../process-tree.ts';
import { median } from '../statistics.ts';
import type { Figure, Sample, WorkContext, Workload } from './workload.ts';

/** The agent under measurement and 19 clients. */
const AGENTS = 20;
/** The suspicion of Consul's gossip takes between 5 and 30 s among twenty. */
const FAILURE_LIMIT_MS = 60_000;
const EVENT_LIMIT_MS = 30_000;
const EVENTS = 5;
const BYTES_PER_MIB = 1024 * 1024;

const figure = (id: string, title: string, unit: Figure['unit'] = 'ms'): Figure => ({
  id: `cluster-${id}`,
  title,
  unit,
  better: 'lower',
});

export class Cluster implements Workload {
  readonly figures: readonly Figure[] = [
    figure('join', `start of the ${AGENTS}th agent until the catalog has it as passing`),
    figure('event', `a user event fired until all ${AGENTS} agents list it`),
    figure('cpu', `CPU of an idle client among ${AGENTS}, in a second`),
    figure('memory', `resident memory of an idle client among ${AGENTS}`, 'MiB'),
    figure('failure', 'kill -9 of an agent until ?passing on another omits it'),
  ];

  async measure(agent: Agent, context: WorkContext): Promise<ReadonlyMap<string, Sample>> {
    const members: ClusterMember[] = [];
    try {
      for (let number = 2; number <= AGENTS; number++) {
        members.push(await ClusterMember.start(agent, `member-${number}`, context.signal));
      }
      const event = await this.#events(agent, members, context);
      const idle = await this.#idle(members, context);
      const failure = await this.#failures(members, context);
      return new Map<string, Sample>([
        ['cluster-join', { value: members.at(-1)!.joinMs, errors: 0 }],
        ['cluster-event', event],
        ['cluster-cpu', { value: idle.cpu, errors: 0 }],
        ['cluster-memory', { value: idle.memory, errors: 0 }],
        ['cluster-failure', failure],
      ]);
    } finally {
      for (const member of members) member.kill();
    }
  }

  /** Every agent is asked by a reader that waits, as a handler does. */
  async #events(
    agent: Agent,
    members: readonly ClusterMember[],
    { run, signal }: WorkContext,
  ): Promise<Sample> {
    const bases = [agent.base, ...members.map(({ base }) => base)];
    const times: number[] = [];
    for (let number = 0; number < EVENTS; number++) {
      const name = `bench-${run}-${number}`;
      const waits = await Promise.all(bases.map((base) => startWaiting(base, name, signal)));
      const startedAt = performance.now();
      const fired = await fetch(`${members[0]!.base}/v1/event/fire/${name}`, { method: 'PUT' });
      if (!fired.ok) throw new Error(`the event was refused: ${await fired.text()}`);
      await Promise.all(waits.map((wait) => wait.arrived));
      times.push(performance.now() - startedAt);
    }
    return { value: median(times), errors: 0 };
  }

  async #idle(
    members: readonly ClusterMember[],
    { durations, signal }: WorkContext,
  ): Promise<{ cpu: number; memory: number }> {
    await sleep(durations.settleMs, undefined, { signal });
    const before = members.map(({ pid }) => cpuMs(pid));
    await sleep(durations.idleSeconds * 1000, undefined, { signal });
    const spent = members.map(({ pid }, at) => (cpuMs(pid) - before[at]!) / durations.idleSeconds);
    const memory = members.map(({ pid }) => treeMemory(pid).agentBytes / BYTES_PER_MIB);
    return { cpu: median(spent), memory: median(memory) };
  }

  /** One after the other, watched from a client that stays. */
  async #failures(
    members: readonly ClusterMember[],
    { durations, signal }: WorkContext,
  ): Promise<Sample> {
    const watcher = members[0]!;
    const times: number[] = [];
    for (const victim of members.slice(-durations.failures)) {
      const before = await passing(watcher, 0, signal);
      if (!before.nodes.includes(victim.name)) throw new Error(`${victim.name} is not passing`);
      const startedAt = performance.now();
      victim.kill();
      let { index, nodes } = before;
      while (nodes.includes(victim.name)) {
        if (performance.now() - startedAt > FAILURE_LIMIT_MS)
          throw new Error(`${victim.name} was still passing after ${FAILURE_LIMIT_MS} ms`);
        ({ index, nodes } = await passing(watcher, index, signal));
      }
      times.push(performance.now() - startedAt);
    }
    return { value: median(times), errors: 0 };
  }
}

async function passing(
  { base }: ClusterMember,
  index: number,
  signal: AbortSignal,
): Promise<{ index: number; nodes: string[] }> {
  const url = `${base}/v1/health/service/${MEMBER_SERVICE}?passing&wait=10s&index=${index}`;
  const answer = await fetch(url, { signal });
  if (!answer.ok) throw new Error(`health/service: ${answer.status} ${await answer.text()}`);
  const instances = (await answer.json()) as { Node: { Node: string } }[];
  return {
    index: Number(answer.headers.get('x-consul-index')),
    nodes: instances.map(({ Node }) => Node.Node),
  };
}

/** @returns once the agent knows that somebody waits, as far as can be told from outside */
async function startWaiting(
  base: string,
  name: string,
  signal: AbortSignal,
): Promise<{ readonly arrived: Promise<void> }> {
  const url = `${base}/v1/event/list?name=${name}`;
  const first = await fetch(url, { signal });
  await first.arrayBuffer();
  const index = first.headers.get('x-consul-index') ?? '0';
  return { arrived: untilListed(url, index, signal) };
}

async function untilListed(url: string, firstIndex: string, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + EVENT_LIMIT_MS;
  let index = firstIndex;
  while (performance.now() < deadline) {
    const answer = await fetch(`${url}&wait=5s&index=${index}`, { signal });
    if (((await answer.json()) as unknown[]).length > 0) return;
    index = answer.headers.get('x-consul-index') ?? '0';
  }
  throw new Error(`an event did not arrive within ${EVENT_LIMIT_MS} ms: ${url}`);
}
