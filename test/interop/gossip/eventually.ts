import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 100;

/** Two cores that others use, too: what takes a second alone may take ten. */
const LIMIT_MS = 45_000;

/**
 * Waits until `look` no longer throws: gossip gets everywhere, but nobody can say when.
 *
 * @throws what `look` threw last
 */
export async function eventually<T>(look: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await sleep(POLL_MS);
  }
}
