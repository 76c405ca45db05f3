/** The back end returns: its checks pass, DNS and HAProxy take it up, and it gets requests again. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Shop } from './shop.ts';
import type { Shoppers } from './shoppers.ts';
import { waitUntil } from './wait-until.ts';

const RETURN_LIMIT_MS = 15_000;
const OBSERVE_MS = 1_000;

export async function backEndReturns(shop: Shop, shoppers: Shoppers): Promise<void> {
  const { agent, report, settings } = shop;
  report.step('api-1 is started again');
  const startedMs = Date.now();
  shop.startBackEnd('api-1');
  const [inDNS, reload] = await Promise.all([
    waitUntil('DNS to name api-1', RETURN_LIMIT_MS, async () => {
      return (await agent.servicePorts('api')).includes(settings.ports.API_1) && Date.now();
    }),
    waitUntil('HAProxy to use api-1', RETURN_LIMIT_MS, () => {
      return shop.reloads.find(startedMs, (backEnds) => backEnds.includes('api-1'));
    }),
  ]);
  report.step(
    `DNS names it again after ${inDNS - startedMs} ms, HAProxy uses it after ${reload.atMs - startedMs} ms`,
  );
  await sleep(OBSERVE_MS);
  const after = shoppers.since(reload.atMs);
  const failed = shoppers.since(startedMs).filter((each) => each.failure !== undefined);
  const served = after.filter((each) => each.servedBy === 'api-1').length;
  report.expect(served > 0, `${served} of ${after.length} requests go to api-1 again`);
  report.expect(
    failed.length === 0,
    `${failed.length} requests failed since it was started${failed[0] ? ` (${failed[0].failure})` : ''}`,
  );
}
