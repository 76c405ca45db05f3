/** Each measurement as a table, beside what the papers say. */
import { measureChurn } from './churn.ts';
import { measureFailureDetection } from './failure-detection.ts';
import { LIFEGUARD_IMPROVEMENT, PROMISED_IMPROVEMENT } from './papers.ts';
import { measurePartition } from './partition.ts';
import { renderTable } from './render-table.ts';
import { measureSlowMembers } from './slow-members.ts';
import type { SlowMembersResult } from './slow-members.ts';

const seconds = (ms: number): string => (ms / 1000).toFixed(2);

export async function reportFailureDetection(
  sizes: readonly (readonly [members: number, failures: number])[],
  seed: number,
): Promise<string> {
  const rows: (string | number)[][] = [];
  for (const [members, failures] of sizes) {
    const result = await measureFailureDetection(members, failures, seed);
    rows.push([
      members,
      failures,
      seconds(result.firstDetectionMs),
      seconds(result.expectedDetectionMs),
      seconds(result.disseminationMs),
      seconds(result.expectedDisseminationMs),
      result.falsePositives,
      result.missed,
      result.idlePackets,
      result.idleBytes,
      result.busyPackets,
      result.busyBytes,
    ]);
  }
  const columns = ['members', 'killed', 'first s', 'formula s', 'to all s', 'formula s'];
  columns.push('false', 'missed', 'idle msg/s', 'idle B/s', 'busy msg/s', 'busy B/s');
  return renderTable(
    'A member dies (LAN profile, 0.1 % loss). First: until one declares it dead; to all: from then until the last one knows,' +
      ' most of whom\nfind out by themselves. Messages and bytes for each member and second; busy: the 40 s after a death.',
    columns,
    rows,
  );
}

export interface SlowCase {
  readonly slow: number;
  readonly blockedMs: number;
  readonly openMs: number;
}

const SLOW_POOL_SIZE = 128;
const SLOW_DURATION_MS = 120_000;

export async function reportSlowMembers(cases: readonly SlowCase[], seed: number): Promise<string> {
  const rows: (string | number)[][] = [];
  const total = { swim: 0, lifeguard: 0 };
  for (const one of cases) {
    const [swim, lifeguard] = await compareLifeguard(one, seed);
    total.swim += swim.falsePositives;
    total.lifeguard += lifeguard.falsePositives;
    rows.push([
      one.slow,
      one.blockedMs,
      one.openMs,
      swim.falsePositives,
      lifeguard.falsePositives,
      swim.atHealthyMembers,
      lifeguard.atHealthyMembers,
      improvement(swim.falsePositives, lifeguard.falsePositives),
      swim.bytesPerMemberSecond,
      lifeguard.bytesPerMemberSecond,
    ]);
  }
  rows.push([
    'all',
    '',
    '',
    total.swim,
    total.lifeguard,
    '',
    '',
    improvement(total.swim, total.lifeguard),
    '',
    '',
  ]);
  const columns = ['slow', 'blocked ms', 'open ms', 'SWIM', 'Lifeguard', 'SWIM-', 'Lifeguard-'];
  return renderTable(
    `Healthy members declared dead because others are slow (${SLOW_POOL_SIZE} members, two minutes; "-": what healthy members` +
      ` believe).\nThe paper: more than ${LIFEGUARD_IMPROVEMENT} times fewer with Lifeguard; promised here: ${PROMISED_IMPROVEMENT}.`,
    [...columns, 'times fewer', 'SWIM B/s', 'Lifeguard B/s'],
    rows,
  );
}

export async function compareLifeguard(
  one: SlowCase,
  seed: number,
): Promise<[swim: SlowMembersResult, lifeguard: SlowMembersResult]> {
  const shared = { ...one, size: SLOW_POOL_SIZE, durationMs: SLOW_DURATION_MS, seed };
  return [
    await measureSlowMembers({ ...shared, lifeguard: false }),
    await measureSlowMembers({ ...shared, lifeguard: true }),
  ];
}

function improvement(swim: number, lifeguard: number): string {
  if (swim === 0) return '-';
  return lifeguard === 0 ? 'all' : `${(swim / lifeguard).toFixed(0)}x`;
}

export async function reportPartitions(
  cases: readonly (readonly [members: number, minority: number])[],
  seed: number,
): Promise<string> {
  const rows: (string | number | undefined)[][] = [];
  for (const [members, minority] of cases) {
    const result = await measurePartition(members, minority, seed);
    const { splitMs, healedMs, falsePositives } = result;
    rows.push([
      members,
      minority,
      splitMs === undefined ? undefined : seconds(splitMs),
      healedMs === undefined ? undefined : seconds(healedMs),
      falsePositives,
    ]);
  }
  return renderTable(
    'A partition, and its healing (reconnecting every 30 s, as Serf does). Until each side knows only itself; until all know' +
      ' all again.',
    ['members', 'minority', 'split s', 'healed s', 'false'],
    rows,
  );
}

export async function reportChurn(seeds: readonly number[]): Promise<string> {
  const [lost, resurrected]: [string[], string[]] = [[], []];
  for (const seed of seeds) {
    const result = await measureChurn({ size: 16, seed, deeds: 30 });
    lost.push(...result.lost.map((text) => `seed ${seed}: ${text}`));
    resurrected.push(...result.resurrected.map((text) => `seed ${seed}: ${text}`));
  }
  return renderTable(
    `Members come, leave, fail and restart, the network breaks and heals, 5 % are lost; then quiet.${[
      ...lost,
      ...resurrected,
    ]
      .map((text) => `\n${text}`)
      .join('')}`,
    ['seeds', 'lost', 'resurrected'],
    [[seeds.length, lost.length, resurrected.length]],
  );
}
