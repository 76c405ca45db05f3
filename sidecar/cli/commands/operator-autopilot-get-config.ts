/** `operator autopilot get-config`: what nothing in a datacenter of Lictor acts by. */
import { DATACENTER } from '../api-flags.ts';
import { defineCommand, orFail } from '../command.ts';

/** Those that the command prints, in this order; texts that may be empty are quoted. */
const PRINTED = [
  ['CleanupDeadServers', false],
  ['LastContactThreshold', false],
  ['MaxTrailingLogs', false],
  ['MinQuorum', false],
  ['ServerStabilizationTime', false],
  ['RedundancyZoneTag', true],
  ['DisableUpgradeMigration', false],
  ['UpgradeVersionTag', true],
] as const;

export const command = defineCommand({
  usage: 'operator autopilot get-config [options]',
  about: `Prints the configuration of Autopilot. In Lictor it has no effect: a datacenter has
one server, which needs no tending.

    $ lictor operator autopilot get-config`,
  api: DATACENTER,
  maxArguments: 0,
  flags: {},
  async run({ client, print }) {
    const configuration = await orFail(
      'Error querying Autopilot configuration',
      client.json<Record<string, unknown>>({ path: '/v1/operator/autopilot/configuration' }),
    );
    for (const [name, isQuoted] of PRINTED) {
      const value = configuration[name];
      print(`${name} = ${isQuoted ? JSON.stringify(value) : String(value)}`);
    }
  },
});
