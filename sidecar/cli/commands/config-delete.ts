/** `config delete`: removes a configuration entry, by kind and name or by a file that describes it. */
import type { ConsulClient } from '../../client/http-client.ts';
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import type { CommandIO } from '../command-io.ts';
import { readConfigEntry } from '../config-entry.ts';
import { flag } from '../flags.ts';
import type { FlagSpecs, FlagValues } from '../flags.ts';

const FLAGS = {
  cas: flag.bool('Delete only if -modify-index is still right.'),
  filename: flag.text('File that describes the entry, in place of kind and name.'),
  kind: flag.text('Kind of the entry.'),
  'modify-index': flag.uint('ModifyIndex of the version to delete. Used with -cas.'),
  name: flag.text('Name of the entry.'),
} satisfies FlagSpecs;

export const command = defineCommand({
  usage: 'config delete [options] -kind <config kind> -name <config name>',
  about: `Deletes a configuration entry. Deleting one that does not exist is no error.

    $ lictor config delete -kind service-defaults -name web
    $ lictor config delete -filename service-defaults-web.hcl`,
  api: NAMESPACED,
  flags: FLAGS,
  async run({ flags, client, io, print }) {
    requireFlags(flags);
    const { kind, name } = await chooseEntry(flags, io);
    const label = `${kind}/${name}`;
    const deleted = await orFail(
      `Error deleting config entry ${label}`,
      deleteEntry(client, kind, name, flags.cas ? flags['modify-index'] : undefined),
    );
    if (!deleted) throw new CommandError(`Config entry not deleted: ${label}`);
    print(`Config entry deleted: ${label}`);
  },
});

function requireFlags(flags: FlagValues<typeof FLAGS>): void {
  const { cas, filename, kind, name } = flags;
  if (filename !== '' && (kind !== '' || name !== '')) {
    throw new CommandError("filename can't be used with kind or name");
  }
  if (filename === '' && kind === '') {
    const either = name === '' ? '-kind or -filename' : '-kind';
    throw new CommandError(`Must specify the ${either} parameter`);
  }
  if (filename === '' && name === '') throw new CommandError('Must specify the -name parameter');
  if (cas && flags['modify-index'] === 0n) {
    throw new CommandError('Must specify a -modify-index greater than 0 with -cas');
  }
  if (!cas && flags['modify-index'] !== 0n) {
    throw new CommandError('Cannot specify -modify-index without -cas');
  }
}

async function chooseEntry(
  { filename, kind, name }: FlagValues<typeof FLAGS>,
  io: CommandIO,
): Promise<{ kind: string; name: string }> {
  return filename === '' ? { kind, name } : readConfigEntry(filename, io);
}

/** A plain delete answers with an empty object, a check-and-set with a boolean. */
async function deleteEntry(
  client: ConsulClient,
  kind: string,
  name: string,
  cas: bigint | undefined,
): Promise<boolean> {
  const answer = await client.json<unknown>({
    method: 'DELETE',
    path: `/v1/config/${encodeURIComponent(kind)}/${encodeURIComponent(name)}`,
    query: { cas },
  });
  return answer !== false;
}
