/** Polling with a limit: everything in this example happens in other processes. */
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 10;

/**
 * Asks until `look` gives something else than undefined or false.
 *
 * @param what names the awaited thing in the error.
 * @throws when `limitMs` has passed, or when `look` throws.
 */
export async function waitUntil<T>(
  what: string,
  limitMs: number,
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
    await sleep(POLL_MS);
  }
}
