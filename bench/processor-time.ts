/** What a process and all that it started has used of the processor, read from Linux's /proc. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { treePids } from './process-tree.ts';

/** USER_HZ, which Linux fixes for what it shows. */
const TICKS_PER_SECOND = 100;
// Of proc_pid_stat(5), counted behind the command's name: utime, stime, and those of children that have ended and were waited for.
const TIME_FIELDS = [11, 12, 13, 14] as const;

/** @returns the share of one core over `seconds`, in percent */
export async function processorShare(
  root: number,
  seconds: number,
  signal: AbortSignal,
): Promise<number> {
  const before = usedSeconds(root);
  const startedAt = performance.now();
  await sleep(seconds * 1000, undefined, { signal });
  return ((usedSeconds(root) - before) / ((performance.now() - startedAt) / 1000)) * 100;
}

function usedSeconds(root: number): number {
  return treePids(root).reduce((total, pid) => total + ofProcess(pid), 0);
}

function ofProcess(pid: number): number {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // It ended between the listing and the reading; its parent has its time then.
    return 0;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return TIME_FIELDS.reduce((sum, field) => sum + Number(fields[field]), 0) / TICKS_PER_SECOND;
}
