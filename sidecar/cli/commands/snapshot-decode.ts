/** `snapshot decode`: the records of a snapshot file as lines of JSON. It asks no agent. */
import { once } from 'node:events';
import { refuseConsul } from '../../../http-api/snapshot/decode-archive.ts';
import { defineCommand } from '../command.ts';
import type { CommandIO } from '../command-io.ts';
import { readSnapshotFile } from '../snapshot-file.ts';
import { RecordReader } from '../snapshot-state.ts';

export const command = defineCommand({
  usage: 'snapshot decode [options] FILE',
  about: `Prints what a snapshot file of Lictor holds, a line of JSON for each record:

    {"Data": {...}, "Type": "SnapshotHeader"}
    {"Data": {...}, "Type": "<type name>"}

A damaged file ends in an error, behind the records that were still readable.`,
  maxArguments: 1,
  flags: {},
  async run({ args, io }) {
    const reader = new RecordReader();
    await readSnapshotFile(args, io, {
      meta(meta) {
        refuseConsul(meta);
        io.stdout.write(`${JSON.stringify({ Data: meta, Type: 'SnapshotHeader' })}\n`);
      },
      async state(chunk) {
        for (const { Type, Data } of reader.accept(chunk)) {
          await write(io, `${JSON.stringify({ Data, Type })}\n`);
        }
      },
    });
  },
});

/** A reader that is slower than the file must not make the rest pile up here. */
async function write({ stdout }: CommandIO, text: string): Promise<void> {
  if (!stdout.write(text)) await once(stdout, 'drain');
}
