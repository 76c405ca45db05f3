/** `snapshot restore`: puts the state of the datacenter back to that of a file. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describeFileError } from '../../client/errors.ts';
import { DATACENTER } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';

export const command = defineCommand({
  usage: 'snapshot restore [options] FILE',
  about: `Replaces the whole state of the datacenter with that of a snapshot: what was
written since is gone. A file that is not whole changes nothing. With ACLs
enabled a management token is needed.

    $ lictor snapshot restore backup.snap`,
  api: DATACENTER,
  maxArguments: 1,
  flags: {},
  async run({ args, client, io, print }) {
    const [path] = args;
    if (path === undefined) throw new CommandError('Missing FILE argument');
    const file = resolve(io.cwd, path);
    try {
      await (await open(file)).close();
    } catch (error) {
      throw new CommandError(`Error opening snapshot file: ${describeFileError(error, path)}`);
    }
    await orFail(
      'Error restoring snapshot',
      client.request({
        method: 'PUT',
        path: '/v1/snapshot',
        body: createReadStream(file) as AsyncIterable<Buffer>,
      }),
    );
    print('Restored snapshot');
  },
});
