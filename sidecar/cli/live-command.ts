/** Reads something again and again and shows it until the user ends the command: `-watch`. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandIO } from './command-io.ts';
import { LiveView } from './live-view.ts';

/** People see no faster change, and the agent answers from its own memory. */
const REFRESH_MS = 1000;

/**
 * @param read gives the text; what it throws at first ends the command, later it is shown in place of the text
 * @returns once the user has ended it
 */
export async function showLive(io: CommandIO, read: () => Promise<string>): Promise<void> {
  const view = new LiveView(io);
  view.show(await read());
  while (!io.signal.aborted) {
    await sleep(REFRESH_MS, undefined, { signal: io.signal }).catch(() => {});
    if (io.signal.aborted) return;
    view.show(await read().catch((error: Error) => error.message));
  }
}
