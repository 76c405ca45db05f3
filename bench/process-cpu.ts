/** CPU time of processes, read from Linux's /proc. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { treePids } from './process-tree.ts';

/** USER_HZ, which is 100 on every platform that Linux runs on today. */
const TICKS_PER_SECOND = 100;
/** utime and stime of proc(5)'s stat, counted from the state behind the name, which may hold blanks. */
const OWN_TIME = [11, 12] as const;
/** cutime and cstime: of children that have ended and were waited for. */
const WITH_CHILDREN = [...OWN_TIME, 13, 14] as const;

/** User and system time since the process began, in milliseconds; 0 for one that has ended. */
export function cpuMs(pid: number): number {
  return timeMs(pid, OWN_TIME);
}

/**
 * What a program, with all that it started, uses of one core over `seconds`, in percent. A child that begins and ends meanwhile
 * counts when its parent waits for it.
 */
export async function treeCPUPercent(
  root: number,
  seconds: number,
  signal: AbortSignal,
): Promise<number> {
  const used = (): number =>
    treePids(root).reduce((total, pid) => total + timeMs(pid, WITH_CHILDREN), 0);
  const before = used();
  const startedAt = performance.now();
  await sleep(seconds * 1000, undefined, { signal });
  return ((used() - before) / (performance.now() - startedAt)) * 100;
}

function timeMs(pid: number, parts: readonly number[]): number {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return 0;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = parts.reduce((sum, part) => sum + Number(fields[part]), 0);
  return (ticks / TICKS_PER_SECOND) * 1000;
}
