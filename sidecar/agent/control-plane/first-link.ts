/** What a start waits for. */
import type { Logger } from '../../lib/log.ts';

/** How long a start waits for the datacenter before it goes on without: the edge may be away while a host boots. */
const TIMEOUT_MS = 10_000;
/** The same where an earlier run left a replica that can answer meanwhile. */
const TIMEOUT_WITH_REPLICA_MS = 2_000;

/** Resolves once the node stands in the catalog (`ready`), or once the datacenter has proved to be away, which is logged. */
export async function firstLink(
  ready: Promise<unknown>,
  hasKeptReplica: boolean,
  log: Logger,
): Promise<void> {
  const timeoutMs = hasKeptReplica ? TIMEOUT_WITH_REPLICA_MS : TIMEOUT_MS;
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<'overdue'>((resolve) => {
    timer = setTimeout(() => resolve('overdue'), timeoutMs);
  });
  const first = await Promise.race([ready.catch((error: Error) => error), overdue]);
  clearTimeout(timer);
  if (first === 'overdue') log.warn('the datacenter does not answer yet; going on without it');
  else if (first instanceof Error)
    log.warn(`the datacenter: ${first.message}; going on without it`);
}
