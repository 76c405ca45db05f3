/** `snapshot restore`: puts the state of the datacenter back to that of a file. */
import { createReadStream } from 'node:fs';
import { DATACENTER } from '../api-flags.ts';
import { defineCommand, orFail } from '../command.ts';
import { Progress } from '../progress.ts';
import { openSnapshotFile } from '../snapshot-file.ts';

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
    const { path, bytes } = await openSnapshotFile(args, io);
    const progress = new Progress(io, { what: 'Restoring', total: bytes });
    try {
      await orFail(
        'Error restoring snapshot',
        client.request({
          method: 'PUT',
          path: '/v1/snapshot',
          body: progress.follow(createReadStream(path) as AsyncIterable<Buffer>),
        }),
      );
    } finally {
      progress.clear();
    }
    print('Restored snapshot');
  },
});
