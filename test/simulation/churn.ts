import { Cluster } from './cluster.ts';
import type { SimulatedMember } from './cluster.ts';
import { reconnectFailed } from './reconnect.ts';

export interface ChurnResult {
  readonly seed: number;
  readonly running: number;
  /** What was done to the pool, in order. */
  readonly deeds: readonly string[];
  /** `observer misses subject`: it runs, and is not taken for alive. */
  readonly lost: readonly string[];
  /** `observer sees subject`: it does not run, and is taken for alive. */
  readonly resurrected: readonly string[];
}

export interface ChurnOptions {
  readonly size: number;
  readonly seed: number;
  readonly deeds: number;
}

/** Lossy enough that much of what is said has to be said again. */
const CHURN_LINKS = { minDelayMs: 1, meanExtraMs: 20, loss: 0.05 };
/** Between two deeds. */
const MEAN_PAUSE_MS = 3000;
/** Long enough for suspicions, for gossip to the dead, and for reconnecting to the last one that failed. */
const QUIET_MS = 240_000;
const MAX_PARTITION_MS = 40_000;
const LEAVE_MS = 3000;

/** Members come, go, fail and restart, and the network breaks and heals; then all is quiet, and everybody must agree. */
export async function measureChurn({ size, seed, deeds }: ChurnOptions): Promise<ChurnResult> {
  const cluster = await Cluster.create({ size, seed, links: CHURN_LINKS });
  reconnectFailed(cluster);
  const done: string[] = [];
  for (let count = 0; count < deeds; count++) {
    done.push(await deed(cluster));
    await cluster.runAsync(cluster.random.unit() * 2 * MEAN_PAUSE_MS);
  }
  cluster.heal();
  await cluster.runAsync(QUIET_MS);
  const running = cluster.running.map(({ name }) => name);
  const lost: string[] = [];
  const resurrected: string[] = [];
  for (const member of cluster.running) {
    const view = cluster.view(member);
    for (const name of running) if (!view.has(name)) lost.push(`${member.name} misses ${name}`);
    for (const name of view) {
      if (!running.includes(name)) resurrected.push(`${member.name} sees ${name}`);
    }
  }
  await cluster.stop();
  return { seed, running: running.length, deeds: done, lost, resurrected };
}

/** @returns what was done, in words */
async function deed(cluster: Cluster): Promise<string> {
  const { random, running, members } = cluster;
  const one = running[random.below(running.length)] as SimulatedMember;
  const stopped = members.filter(({ isRunning }) => !isRunning);
  const revived = stopped[random.below(stopped.length)];
  // At least half of them run at any time, so that there is a pool to come back to.
  const mayStop = running.length > members.length / 2;
  switch (random.below(6)) {
    case 0:
      if (!mayStop) return 'nothing';
      cluster.kill(one);
      return `${one.name} fails`;
    case 1:
      if (!mayStop) return 'nothing';
      void one.memberlist.leave(LEAVE_MS);
      await cluster.runAsync(LEAVE_MS);
      cluster.kill(one);
      return `${one.name} leaves`;
    case 2:
    case 3:
      if (revived === undefined) return 'nothing';
      void cluster.joinUntilContacted(await cluster.restart(revived));
      return `${revived.name} restarts`;
    case 4: {
      const added = await cluster.add();
      void cluster.joinUntilContacted(added);
      return `${added.name} is new`;
    }
    default: {
      const cut = members.filter(() => random.unit() < 0.3);
      cluster.separate([cut]);
      await cluster.runAsync(random.unit() * MAX_PARTITION_MS);
      cluster.heal();
      return `${cut.length} were cut off for a while`;
    }
  }
}
