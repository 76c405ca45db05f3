/** CPU time of processes, read from Linux's /proc. */
import { readFileSync } from 'node:fs';

/** USER_HZ, which is 100 on every platform that Linux runs on today. */
const TICKS_PER_SECOND = 100;
/** utime and stime of proc(5)'s stat, counted from the state behind the name, which may hold blanks. */
const [USER_TIME, SYSTEM_TIME] = [11, 12];

/** User and system time since the process began, in milliseconds; 0 for one that has ended. */
export function cpuMs(pid: number): number {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return 0;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME]);
  return (ticks / TICKS_PER_SECOND) * 1000;
}
