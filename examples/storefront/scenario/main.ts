/** The scenario from start to end, with a verdict. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { backEndCrashes } from './act-crash.ts';
import { frontEndFallsSilent, stockRunsOut } from './act-front-end.ts';
import { backEndReturns } from './act-return.ts';
import { missingPrograms } from './needed-programs.ts';
import { StartedPrograms } from './programs-started.ts';
import { Report } from './report.ts';
import { pickPorts, writeConfiguration } from './settings.ts';
import { extendPathForReload, Shop } from './shop.ts';
import { Shoppers } from './shoppers.ts';
import { waitUntil } from './wait-until.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const ALL_PASS_LIMIT_MS = 15_000;

/** @returns the exit code: 0 when everything came as it should, 1 when not, 2 when it could not be tried. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      agent: { type: 'string', default: path.join(root, 'bin/lictor') },
      keep: { type: 'boolean', default: false },
    },
  });
  const missing = missingPrograms();
  if (missing.length > 0) {
    console.error(['storefront: programs are missing', ...missing].join('\n  '));
    return 2;
  }
  extendPathForReload();
  const directory = mkdtempSync(path.join(os.tmpdir(), 'storefront-'));
  const programs = new StartedPrograms(directory);
  const report = new Report();
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => reject(new Error(`interrupted by ${signal}`)));
    }
  });
  try {
    const settings = { directory, ports: await pickPorts() };
    writeConfiguration(settings);
    await Promise.race([
      play(new Shop(settings, programs, report), path.resolve(values.agent)),
      interrupted,
    ]);
  } catch (error) {
    report.expect(false, error instanceof Error ? error.message : String(error));
  }
  if (report.failed > 0) console.error(programs.logTails());
  await programs.stop();
  if (values.keep) console.log(`kept: ${directory}`);
  else rmSync(directory, { recursive: true, force: true });
  console.log(report.summary());
  return report.failed === 0 ? 0 : 1;
}

async function play(shop: Shop, agentProgram: string): Promise<void> {
  const { agent, report, settings } = shop;
  const { ports } = settings;
  shop.setStock(['apples', 'pears']);
  const first = shop.startBackEnd('api-1');
  shop.startBackEnd('api-2');
  shop.startAgent(agentProgram);
  await shop.waitForAgent();
  report.step(`the agent serves HTTP on 127.0.0.1:${ports.HTTP} and DNS on 127.0.0.1:${ports.DNS}`);
  shop.startFrontEnd();
  await waitUntil('all checks to pass', ALL_PASS_LIMIT_MS, async () => {
    const states = [...(await agent.localChecks()).values()];
    return states.length > 0 && states.every((state) => state === 'passing');
  });
  const both = [ports.API_1, ports.API_2].toSorted((a, b) => a - b);
  const inDNS = await waitUntil('DNS to name both back ends', ALL_PASS_LIMIT_MS, async () => {
    const named = await agent.servicePorts('api');
    return named.length === both.length && named;
  });
  report.expect(
    String(inDNS) === String(both),
    `all checks pass, DNS names both back ends (ports ${inDNS.join(' and ')})`,
  );
  await shop.startLoadBalancer();
  report.step(
    `HAProxy serves the shop on 127.0.0.1:${ports.SHOP} from the configuration that consul-template rendered`,
  );

  const shoppers = new Shoppers(ports.SHOP);
  try {
    await waitUntil('both back ends to have answered', ALL_PASS_LIMIT_MS, () => {
      return new Set(shoppers.purchases.map((each) => each.servedBy)).size >= both.length;
    });
    report.expect(
      shoppers.purchases.every((each) => each.failure === undefined),
      'requests reach both back ends, none fails',
    );
    await backEndCrashes(shop, shoppers, first);
    await backEndReturns(shop, shoppers);
  } finally {
    await shoppers.stop();
  }
  await stockRunsOut(shop);
  await frontEndFallsSilent(shop);
}
