/** `keyring`: shows and changes the keys that gossip is encrypted with. */
import type { ConsulClient } from '../../client/http-client.ts';
import { AGENT } from '../api-flags.ts';
import { CommandError, defineCommand } from '../command.ts';
import { flag } from '../flags.ts';
import type { FlagSpecs, FlagValues } from '../flags.ts';

/** More relays than that cost more than they help (Serf). */
const MAX_RELAY_FACTOR = 5;

const FLAGS = {
  install: flag.text('Give this key to all members.'),
  list: flag.bool('Print all keys in use, and by how many members.'),
  'list-primary': flag.bool('Print the keys that messages are encrypted with.'),
  'local-only': flag.bool('Ask the servers of this datacenter only. Only for lists.'),
  'relay-factor': flag.int('Through how many other members answers are relayed, at most 5.'),
  remove: flag.text('Take this key away. It must not be the primary one.'),
  use: flag.text('Make this installed key the primary one.'),
} satisfies FlagSpecs;

interface KeyringAnswer {
  readonly WAN: boolean;
  readonly Datacenter: string;
  readonly Segment: string;
  readonly Messages?: Record<string, string> | null;
  readonly Keys: Record<string, number>;
  readonly PrimaryKeys: Record<string, number>;
  readonly NumNodes: number;
}

export const command = defineCommand({
  usage: 'keyring [options]',
  about: `Shows and changes the keys that gossip is encrypted with, on all members at
once. To change the key: install the new one, use it, remove the old one.

    $ lictor keyring -list
    $ lictor keyring -install="$(lictor keygen)"`,
  api: AGENT,
  flags: FLAGS,
  async run({ flags, client, print }) {
    requireOneAction(flags);
    try {
      if (flags.list) {
        print('==> Gathering installed encryption keys...');
        printKeys(await list(client, flags), ({ Keys }) => Keys, print);
      } else if (flags['list-primary']) {
        print('==> Gathering installed primary encryption keys...');
        printKeys(await list(client, flags), ({ PrimaryKeys }) => PrimaryKeys, print);
      } else if (flags.install !== '') {
        print('==> Installing new gossip encryption key...');
        await change(client, 'POST', flags.install, flags);
      } else if (flags.use !== '') {
        print('==> Changing primary gossip encryption key...');
        await change(client, 'PUT', flags.use, flags);
      } else {
        print('==> Removing gossip encryption key...');
        await change(client, 'DELETE', flags.remove, flags);
      }
    } catch (error) {
      throw new CommandError(`error: ${(error as Error).message}`);
    }
  },
});

type KeyringFlags = FlagValues<typeof FLAGS>;

function requireOneAction(flags: KeyringFlags): void {
  const { install, list: listAll, remove, use } = flags;
  const listing = [listAll, flags['list-primary']].filter(Boolean).length;
  const actions = listing + [install, remove, use].filter((key) => key !== '').length;
  if (actions === 0) {
    throw new CommandError('', { showHelp: true });
  }
  if (actions > 1) throw new CommandError('Only a single action is allowed');
  const factor = flags['relay-factor'];
  if (factor < 0 || factor > MAX_RELAY_FACTOR) {
    throw new CommandError(
      `Error parsing relay factor: Relay factor must be in range: [0, ${MAX_RELAY_FACTOR}]`,
    );
  }
  if (flags['local-only'] && listing === 0) {
    throw new CommandError(
      'Error validating local-only: local-only can only be set for list requests',
    );
  }
}

function relayQuery(flags: KeyringFlags): { 'relay-factor': number | undefined } {
  return { 'relay-factor': flags['relay-factor'] || undefined };
}

function list(client: ConsulClient, flags: KeyringFlags): Promise<KeyringAnswer[]> {
  return client.json({
    path: '/v1/operator/keyring',
    query: { ...relayQuery(flags), 'local-only': flags['local-only'] ? 'true' : undefined },
  });
}

async function change(
  client: ConsulClient,
  method: 'POST' | 'PUT' | 'DELETE',
  key: string,
  flags: KeyringFlags,
): Promise<void> {
  await client.request({
    method,
    path: '/v1/operator/keyring',
    query: relayQuery(flags),
    body: JSON.stringify({ Key: key }),
  });
}

function printKeys(
  answers: readonly KeyringAnswer[],
  choose: (answer: KeyringAnswer) => Record<string, number>,
  print: (text: string) => void,
): void {
  for (const answer of answers) {
    print(`\n${answer.WAN ? 'WAN' : `${answer.Datacenter} (LAN)`}:`);
    for (const [node, message] of Object.entries(answer.Messages ?? {}).toSorted()) {
      print(`  ===> ${node}: ${message}`);
    }
    const keys = Object.entries(choose(answer)).toSorted(([left], [right]) =>
      left < right ? -1 : 1,
    );
    for (const [key, count] of keys) print(`  ${key} [${count}/${answer.NumNodes}]`);
  }
}
