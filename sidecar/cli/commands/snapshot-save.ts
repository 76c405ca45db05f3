/** `snapshot save`: the state of the datacenter as of one moment, into a file that appears only when it is whole. */
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { describeFileError } from '../../client/errors.ts';
import type { ConsulClient } from '../../client/http-client.ts';
import { DATACENTER } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';
import type { CommandIO } from '../command-io.ts';
import { Progress } from '../progress.ts';
import { verifySnapshotFile } from '../snapshot-file.ts';

export const command = defineCommand({
  usage: 'snapshot save [options] FILE',
  about: `Saves keys, catalog, prepared queries, sessions and ACLs as of one moment. The
file is verified before it takes its name. With ACLs enabled a management
token is needed.

    $ lictor snapshot save backup.snap`,
  api: DATACENTER,
  maxArguments: 1,
  flags: {
    'append-filename': flag.text(
      "What to put into the file's name, separated by commas: version, dc.",
      'value',
    ),
  },
  async run({ flags, args, client, io, print }) {
    const [name] = args;
    if (name === undefined) throw new CommandError('Missing FILE argument');
    const path = await extendName(name, flags['append-filename'], client);
    const target = resolve(io.cwd, path);
    const suffix = `.unverified.tmp${randomBytes(4).readUInt32BE()}`;
    try {
      await download(client, io, target + suffix, path + suffix);
      const meta = await verifySnapshotFile(target + suffix);
      await rename(target + suffix, target);
      print(`Saved and verified snapshot to index ${meta.Index}`);
    } catch (error) {
      await rm(target + suffix, { force: true });
      if (error instanceof CommandError) throw error;
      throw new CommandError(`Error verifying snapshot file: ${(error as Error).message}`);
    }
  },
});

async function download(
  client: ConsulClient,
  io: CommandIO,
  path: string,
  shownPath: string,
): Promise<void> {
  const stream = await orFail('Error saving snapshot', client.stream({ path: '/v1/snapshot' }));
  const progress = new Progress(io, { what: 'Saving' });
  try {
    // A snapshot holds secrets of all kinds: nobody else may read it.
    const file = createWriteStream(path, { mode: 0o600, flags: 'wx' });
    await pipeline(progress.follow(stream), file);
  } catch (error) {
    const reason = describeFileError(error, shownPath);
    throw new CommandError(`Error writing unverified snapshot file: ${reason}`);
  } finally {
    progress.clear();
  }
}

/** `backup.snap` to `backup-1.2.3-dc1.snap`. */
async function extendName(name: string, parts: string, client: ConsulClient): Promise<string> {
  if (parts === '') return name;
  const self = await orFail(
    'Error connecting to Consul agent and fetching datacenter/version',
    client.json<{ Config: { Version: string; Datacenter: string } }>({ path: '/v1/agent/self' }),
  );
  const wanted = new Set(parts.split(',').map((part) => part.trim()));
  const values = [
    ...(wanted.has('version') ? [self.Config.Version] : []),
    ...(wanted.has('dc') ? [self.Config.Datacenter] : []),
  ];
  const extension = extname(name);
  const stem = basename(name, extension);
  return join(dirname(name), [stem, ...values].join('-') + extension);
}
