import { Cluster } from './cluster.ts';
import type { SimulatedMember } from './cluster.ts';
import { reconnectFailed } from './reconnect.ts';

export interface PartitionResult {
  readonly members: number;
  readonly minority: number;
  /** From the cut until nobody takes anybody of the other side for alive. */
  readonly splitMs: number | undefined;
  /** From the healing until everybody takes everybody for alive again. */
  readonly healedMs: number | undefined;
  /** While cut, somebody of the own side was declared dead. */
  readonly falsePositives: number;
}

/** Beyond the longest suspicion, and several rounds of reconnecting. */
const PATIENCE_MS = 240_000;
const CHECK_MS = 1000;

/** Cuts a pool in two, waits until both sides have settled, and heals it. */
export async function measurePartition(
  size: number,
  minority: number,
  seed: number,
): Promise<PartitionResult> {
  const cluster = await Cluster.create({ size, seed });
  reconnectFailed(cluster);
  const sides = [cluster.members.slice(0, minority), cluster.members.slice(minority)];
  cluster.separate(sides);
  const splitMs = await waitFor(cluster, () =>
    sides.every((side) => side.every((member) => sees(cluster, member, side))),
  );
  const names = sides.map((side) => new Set(side.map(({ name }) => name)));
  const falsePositives = cluster.sightings.filter(
    ({ what, observer, subject }) =>
      what === 'dead' && names.some((side) => side.has(observer) && side.has(subject)),
  ).length;
  cluster.heal();
  const healedMs = await waitFor(cluster, () =>
    cluster.members.every((member) => sees(cluster, member, cluster.members)),
  );
  await cluster.stop();
  return { members: size, minority, splitMs, healedMs, falsePositives };
}

/** Whether exactly these are alive to the member. */
export function sees(
  cluster: Cluster,
  member: SimulatedMember,
  expected: readonly SimulatedMember[],
): boolean {
  const view = cluster.view(member);
  return view.size === expected.length && expected.every(({ name }) => view.has(name));
}

/** @returns how long it took; undefined when it did not happen */
async function waitFor(cluster: Cluster, done: () => boolean): Promise<number | undefined> {
  for (let waitedMs = 0; waitedMs <= PATIENCE_MS; waitedMs += CHECK_MS) {
    if (done()) return waitedMs;
    await cluster.runAsync(CHECK_MS);
  }
  return undefined;
}
