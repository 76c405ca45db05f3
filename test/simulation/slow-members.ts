/** The Lifeguard paper's experiment: some members are slow for a while, again and again; whom does that make look dead? */
import { Cluster } from './cluster.ts';
import type { SimulatedMember } from './cluster.ts';

export interface SlowMembersOptions {
  readonly size: number;
  /** How many are slow at the same time. */
  readonly slow: number;
  /** How long they do not get to their sockets, and how long they do in between. */
  readonly blockedMs: number;
  readonly openMs: number;
  readonly durationMs: number;
  readonly seed: number;
  readonly lifeguard: boolean;
}

export interface SlowMembersResult {
  /** A healthy member is declared dead, counted for each member that believes it. */
  readonly falsePositives: number;
  /** Of these, what healthy members believe: others are misled by the slow ones (the paper's FP-). */
  readonly atHealthyMembers: number;
  readonly packetsPerMemberSecond: number;
  readonly bytesPerMemberSecond: number;
}

/** The paper's α: a suspicion lasts at least 5 log10(n) probe intervals. */
const PAPER_SUSPICION_MULT = 5;
/** After the last of it: what was begun must come to its end. */
const COOL_DOWN_MS = 30_000;

export async function measureSlowMembers(options: SlowMembersOptions): Promise<SlowMembersResult> {
  const { size, seed, lifeguard, durationMs } = options;
  const config = { lifeguard, suspicionMult: PAPER_SUSPICION_MULT };
  const cluster = await Cluster.create({ size, seed, config });
  const slow = cluster.members.slice(0, options.slow);
  alternate(cluster, slow, options);
  cluster.run(durationMs);
  for (const { transport } of slow) transport.unblock();
  cluster.run(COOL_DOWN_MS);
  const slowNames = new Set(slow.map(({ name }) => name));
  const wrong = cluster.sightings.filter(
    ({ what, subject }) => what === 'dead' && !slowNames.has(subject),
  );
  const memberSeconds = (size * (durationMs + COOL_DOWN_MS)) / 1000;
  const { packets, packetBytes, streamBytes } = cluster.network;
  await cluster.stop();
  return {
    falsePositives: wrong.length,
    atHealthyMembers: wrong.filter(({ observer }) => !slowNames.has(observer)).length,
    packetsPerMemberSecond: packets / memberSeconds,
    bytesPerMemberSecond: (packetBytes + streamBytes) / memberSeconds,
  };
}

function alternate(
  { clock }: Cluster,
  slow: readonly SimulatedMember[],
  { blockedMs, openMs, durationMs }: SlowMembersOptions,
): void {
  const endMs = clock.now() + durationMs;
  const block = (): void => {
    if (clock.now() >= endMs) return;
    for (const { transport } of slow) transport.block();
    clock.after(blockedMs, unblock);
  };
  const unblock = (): void => {
    for (const { transport } of slow) transport.unblock();
    clock.after(openMs, block);
  };
  block();
}
