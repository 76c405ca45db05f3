/** `snapshot decode`: the records of a snapshot file as lines of JSON. It asks no agent. */
import { CommandError, defineCommand } from '../command.ts';
import { readSnapshotFile } from '../snapshot-file.ts';
import { isReadableState, readRecords } from '../snapshot-state.ts';

export const command = defineCommand({
  usage: 'snapshot decode [options] FILE',
  about: `Prints what a snapshot file of Lictor holds, a line of JSON for each record:

    {"Type": "SnapshotHeader", "Data": {...}}
    {"Type": "<type name>", "Data": {...}}`,
  maxArguments: 1,
  flags: {},
  async run({ args, io, print }) {
    const { meta, state } = await readSnapshotFile(args, io);
    if (!isReadableState(state)) {
      throw new CommandError(
        'Error decoding snapshot: its state was not written by Lictor, and only its own can be decoded',
      );
    }
    print(JSON.stringify({ Data: meta, Type: 'SnapshotHeader' }));
    for (const { Type, Data } of readRecords(state)) print(JSON.stringify({ Data, Type }));
  },
});
