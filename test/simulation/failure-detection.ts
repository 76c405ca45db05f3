import { LAN_PROFILE } from '../../sidecar/gossip/swim/config.ts';
import { suspicionTimeoutMs } from '../../sidecar/gossip/swim/scaling.ts';
import { Cluster } from './cluster.ts';
import { expectedDisseminationRounds, expectedFirstProbePeriods } from './papers.ts';
import { median } from './statistics.ts';

export interface FailureDetection {
  readonly members: number;
  /** How many members were killed, one after the other. */
  readonly failures: number;
  /** From the kill until the first other member declares it dead; medians over the failures. */
  readonly firstDetectionMs: number;
  /** From then until the last one knows. */
  readonly disseminationMs: number;
  /** From the probe that would find it until the suspicion can be over at the earliest, by the formulas. */
  readonly expectedDetectionMs: number;
  readonly expectedDisseminationMs: number;
  /** Healthy members declared dead by anybody. */
  readonly falsePositives: number;
  /** Failures that not everybody learned of within the time. */
  readonly missed: number;
  /** For each member and second, while nothing happens. */
  readonly idlePackets: number;
  readonly idleBytes: number;
  readonly busyPackets: number;
  readonly busyBytes: number;
}

/** Beyond the longest suspicion of the pools simulated, unconfirmed. */
const WAIT_MS = 40_000;
const IDLE_MS = 5000;

/** Kills members one after the other and watches how the others learn of it. */
export async function measureFailureDetection(
  size: number,
  failures: number,
  seed: number,
): Promise<FailureDetection> {
  const cluster = await Cluster.create({ size, seed });
  const idle = runAndCount(cluster, IDLE_MS);
  const first: number[] = [];
  const spread: number[] = [];
  let [missed, falsePositives, busyPackets, busyBytes] = [0, 0, 0, 0];
  for (let round = 0; round < failures; round++) {
    const victim = cluster.running[cluster.random.below(cluster.running.length)];
    if (victim === undefined) break;
    cluster.forgetMeasurements();
    const killedMs = cluster.clock.now();
    cluster.kill(victim);
    const busy = runAndCount(cluster, WAIT_MS);
    busyPackets += busy.packets / failures;
    busyBytes += busy.bytes / failures;
    const deaths = cluster.sightings.filter(({ what }) => what === 'dead');
    falsePositives += deaths.filter(({ subject }) => subject !== victim.name).length;
    const times = deaths.filter(({ subject }) => subject === victim.name).map(({ atMs }) => atMs);
    if (times.length < cluster.running.length) missed++;
    if (times.length === 0) continue;
    first.push(Math.min(...times) - killedMs);
    spread.push(times.reduce((a, b) => Math.max(a, b)) - Math.min(...times));
  }
  await cluster.stop();
  const { probeIntervalMs, probeTimeoutMs, suspicionMult, gossipNodes, gossipIntervalMs } =
    LAN_PROFILE;
  return {
    members: size,
    failures,
    firstDetectionMs: median(first),
    disseminationMs: median(spread),
    expectedDetectionMs:
      (expectedFirstProbePeriods(size) - 1) * probeIntervalMs +
      Math.max(probeIntervalMs, probeTimeoutMs) +
      suspicionTimeoutMs(suspicionMult, size, probeIntervalMs),
    expectedDisseminationMs: expectedDisseminationRounds(size, gossipNodes) * gossipIntervalMs,
    falsePositives,
    missed,
    idlePackets: idle.packets,
    idleBytes: idle.bytes,
    busyPackets,
    busyBytes,
  };
}

/** @returns packets and bytes (streams included) for each member and second */
function runAndCount(cluster: Cluster, durationMs: number): { packets: number; bytes: number } {
  cluster.forgetMeasurements();
  cluster.run(durationMs);
  const { packets, packetBytes, streamBytes } = cluster.network;
  const memberSeconds = (cluster.running.length * durationMs) / 1000;
  return { packets: packets / memberSeconds, bytes: (packetBytes + streamBytes) / memberSeconds };
}
