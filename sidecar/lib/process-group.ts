import type { ChildProcess } from 'node:child_process';

/** Of a group that is no more, or of processes that run as somebody else (sudo): neither is ours to end. */
const NOT_OURS = ['ESRCH', 'EPERM'];

/** SIGKILL to the process group that a detached child leads. Ends what it may; never throws for what it may not. */
export function killGroup({ pid }: Pick<ChildProcess, 'pid'>): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (thrown) {
    if (!NOT_OURS.includes((thrown as NodeJS.ErrnoException).code ?? '')) throw thrown;
  }
}
