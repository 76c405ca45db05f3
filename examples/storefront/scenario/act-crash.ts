/** A back end is killed: its checks turn critical, DNS and HAProxy drop it, and nobody gets an error afterwards. */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { linkOperations, expectFewWrites } from './link-statistics.ts';
import type { Shop } from './shop.ts';
import type { Shoppers } from './shoppers.ts';
import { waitUntil } from './wait-until.ts';

/** From the run of the check that found the crash. */
const DROP_LIMIT_MS = 1_000;
// The check runs each second, so it sees the crash within one; the rest is for a busy machine.
const SEEN_LIMIT_MS = 10_000;
// Long enough for both checks to have run, and for any traffic that should not be there to show.
const OBSERVE_MS = 3_000;
// An HTTP and a TCP check watch the back end.
const CHECKS_OF_A_BACK_END = 2;

export async function backEndCrashes(
  shop: Shop,
  shoppers: Shoppers,
  backEnd: ChildProcess,
): Promise<void> {
  const { agent, report, settings } = shop;
  const port = settings.ports.API_1;
  const indexBefore = await agent.markIndex('before-crash');
  const linkBefore = await linkOperations(agent);
  report.step('api-1 is killed');
  const killedMs = Date.now();
  await shop.programs.kill(backEnd);

  // Both are awaited at once: neither may be timed late because of the other.
  const inDNS = waitUntil('DNS to drop api-1', SEEN_LIMIT_MS, async () => {
    return !(await agent.servicePorts('api')).includes(port) && Date.now();
  });
  const inHAProxy = waitUntil('HAProxy to drop api-1', SEEN_LIMIT_MS, () => {
    return shop.reloads.find(killedMs, (backEnds) => !backEnds.includes('api-1'));
  });
  const seen = waitUntil('a check of api-1 to turn critical', SEEN_LIMIT_MS, async () => {
    const checks = await agent.localChecks();
    return [checks.get('api-1-http'), checks.get('api-1-tcp')].includes('critical') && Date.now();
  });
  const [seenMs, dnsMs, reload] = await Promise.all([seen, inDNS, inHAProxy]);
  report.step(`its check ran and turned critical ${seenMs - killedMs} ms after the crash`);
  // The polls are 10 ms apart and know nothing of one another: DNS may be seen first.
  const dropMs = Math.max(0, dnsMs - seenMs);
  report.expect(
    dropMs < DROP_LIMIT_MS,
    `DNS dropped it ${dropMs} ms after the check ran (limit ${DROP_LIMIT_MS})`,
  );
  const loadMs = Math.max(0, reload.atMs - seenMs);
  report.expect(
    loadMs < DROP_LIMIT_MS,
    `HAProxy loaded a configuration without it ${loadMs} ms after the check ran (limit ${DROP_LIMIT_MS})`,
  );

  await sleep(OBSERVE_MS);
  const linkAfter = await linkOperations(agent);
  const writes = (await agent.markIndex('after-crash')) - indexBefore - 1;
  report.expect(
    writes >= 1 && writes <= CHECKS_OF_A_BACK_END,
    `${writes} writes changed the datacenter (the checks of api-1), though ${Math.round((Date.now() - killedMs) / 1e3)} s of checks and heartbeats ran`,
  );
  expectFewWrites(linkBefore, linkAfter, CHECKS_OF_A_BACK_END, report);

  const meanwhile = shoppers.since(killedMs, reload.atMs);
  const after = shoppers.since(reload.atMs);
  const failed = after.filter((each) => each.failure !== undefined);
  report.step(
    `${meanwhile.length} requests until the new configuration, ${count(meanwhile)} of them failed`,
  );
  report.expect(
    after.length > 0 && failed.length === 0,
    `${failed.length} of ${after.length} requests failed after it was loaded${failed[0] ? ` (${failed[0].failure})` : ''}`,
  );
  report.expect(!after.some((each) => each.servedBy === 'api-1'), 'api-2 alone answers');
}

function count(purchases: readonly { failure: string | undefined }[]): number {
  return purchases.filter((each) => each.failure !== undefined).length;
}
