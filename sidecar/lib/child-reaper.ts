/**
 * Hears of the end of children that were started by posix_spawn, of which Node knows nothing.
 *
 * SIGCHLD says that some child ended, and one signal may stand for several: each of ours is asked. Node's own children are
 * not touched, since it asks for each of its own in the same way.
 */
import type { PosixSpawn } from './posix-spawn.ts';

type OnEnd = (exitCode: number | null) => void;

const running = new Map<number, { posixSpawn: PosixSpawn; onEnd: OnEnd }>();
let isListening = false;

/**
 * Calls `onEnd` once with the exit code, null after a signal. Until then the child's pid is not given to another process,
 * so that it is safe to signal.
 */
export function onChildEnd(posixSpawn: PosixSpawn, pid: number, onEnd: OnEnd): void {
  running.set(pid, { posixSpawn, onEnd });
  if (isListening) return;
  // Once, and for the life of the process: it does not keep it alive, and to listen anew for each child would cost more.
  process.on('SIGCHLD', reapAll);
  isListening = true;
  // It may have ended before anybody listened.
  queueMicrotask(reapAll);
}

function reapAll(): void {
  for (const [pid, { posixSpawn, onEnd }] of running) {
    const exitCode = posixSpawn.reap(pid);
    if (exitCode === undefined) continue;
    running.delete(pid);
    onEnd(exitCode);
  }
}
