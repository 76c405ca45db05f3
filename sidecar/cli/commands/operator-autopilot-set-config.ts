/** `operator autopilot set-config`: kept for tools that set and read it; nothing in a datacenter of Lictor acts by it. */
import { renderDuration } from '../../../protocol/duration.ts';
import { DATACENTER } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag, inGoWords } from '../flags.ts';

const PATH = '/v1/operator/autopilot/configuration';

/** By the flag that sets it. */
const FIELDS = {
  'cleanup-dead-servers': 'CleanupDeadServers',
  'disable-upgrade-migration': 'DisableUpgradeMigration',
  'last-contact-threshold': 'LastContactThreshold',
  'max-trailing-logs': 'MaxTrailingLogs',
  'min-quorum': 'MinQuorum',
  'redundancy-zone-tag': 'RedundancyZoneTag',
  'server-stabilization-time': 'ServerStabilizationTime',
  'upgrade-version-tag': 'UpgradeVersionTag',
} as const;

type FieldFlag = keyof typeof FIELDS;

export const command = defineCommand({
  usage: 'operator autopilot set-config [options]',
  about: `Changes the configuration of Autopilot; what no flag speaks of stays. It is kept and
shown by get-config, and has no effect: a datacenter has one server, which needs no
tending.

    $ lictor operator autopilot set-config -cleanup-dead-servers=false`,
  api: DATACENTER,
  flags: {
    'cleanup-dead-servers': inGoWords(
      flag.bool('Whether dead servers are removed: true or false.'),
      'ParseBool',
    ),
    'disable-upgrade-migration': inGoWords(
      flag.bool('Enterprise only: whether newer servers take over by themselves: true or false.'),
      'ParseBool',
    ),
    'last-contact-threshold': flag.duration('Silence after which a server is unhealthy.'),
    'max-trailing-logs': inGoWords(
      flag.uint('Entries behind the leader at which a server is unhealthy.'),
      'ParseUint',
    ),
    'min-quorum': inGoWords(flag.uint('Servers below which none is removed.'), 'ParseUint'),
    'redundancy-zone-tag': flag.text('Enterprise only: metadata that tells the zone of a node.'),
    'server-stabilization-time': flag.duration('Health that a new server must show first.'),
    'upgrade-version-tag': flag.text('Enterprise only: metadata that tells the version of a node.'),
  },
  async run({ flags, given, client, print }) {
    const held = await orFail(
      'Error querying Autopilot configuration',
      client.json<Record<string, unknown>>({ path: PATH }),
    );
    const chosen = (Object.keys(FIELDS) as FieldFlag[])
      .filter((name) => given.has(name))
      .map((name) => [FIELDS[name], valueOf(flags[name])] as const);
    const written = await orFail(
      'Error setting Autopilot configuration',
      client.json<boolean>({
        method: 'PUT',
        path: PATH,
        query: { cas: Number(held['ModifyIndex']) },
        body: JSON.stringify({ ...held, ...Object.fromEntries(chosen) }),
      }),
    );
    if (!written) {
      throw new CommandError('Configuration could not be atomically updated, please try again');
    }
    print('Configuration updated!');
  },
});

function valueOf(value: string | boolean | number | bigint): unknown {
  if (typeof value === 'bigint') return Number(value);
  // Of the flags only durations are kept as numbers.
  return typeof value === 'number' ? renderDuration(value) : value;
}
