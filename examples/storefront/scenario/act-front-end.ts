/** The front end's two checks: a script that warns, and a TTL that runs out. */
import { waitUntil } from './wait-until.ts';
import type { Shop } from './shop.ts';

const SCRIPT_CHECK = 'storefront-stock';
const TTL_CHECK = 'storefront-heartbeat';
// The script runs each second, the TTL is three.
const CHANGE_LIMIT_MS = 15_000;

export async function stockRunsOut(shop: Shop): Promise<void> {
  const { report, settings } = shop;
  report.step('the last article is sold: the script check ends with 1');
  shop.setStock([]);
  await catalogStatus(shop, SCRIPT_CHECK, 'warning');
  report.expect(true, 'the datacenter knows the warning');
  const ports = await shop.agent.servicePorts('storefront');
  report.expect(
    ports.includes(settings.ports.STOREFRONT),
    'DNS still names a service that only warns',
  );
  shop.setStock(['apples', 'pears']);
  await catalogStatus(shop, SCRIPT_CHECK, 'passing');
  report.expect(true, 'new stock: the check passes again');
}

export async function frontEndFallsSilent(shop: Shop): Promise<void> {
  const { agent, report } = shop;
  report.step('the front end sends no more heartbeats: its TTL runs out');
  shop.setHeartbeat(false);
  await catalogStatus(shop, TTL_CHECK, 'critical');
  await waitUntil(
    'DNS to drop the front end',
    CHANGE_LIMIT_MS,
    async () => (await agent.servicePorts('storefront')).length === 0,
  );
  report.expect(true, 'the datacenter knows, and DNS has no storefront');
  shop.setHeartbeat(true);
  await catalogStatus(shop, TTL_CHECK, 'passing');
  await waitUntil(
    'DNS to name the front end',
    CHANGE_LIMIT_MS,
    async () => (await agent.servicePorts('storefront')).length === 1,
  );
  report.expect(true, 'one heartbeat brings it back');
}

async function catalogStatus(shop: Shop, check: string, status: string): Promise<void> {
  await waitUntil(`${check} to be ${status} in the datacenter`, CHANGE_LIMIT_MS, async () => {
    return (await shop.agent.catalogChecks('storefront')).get(check) === status;
  });
}
