/** `snapshot inspect`: what a snapshot file holds. It asks no agent. */
import { CommandError, defineCommand } from '../command.ts';
import { flag } from '../flags.ts';
import { renderBytes, renderWideColumns } from '../output.ts';
import { readSnapshotFile } from '../snapshot-file.ts';
import type { SnapshotMeta } from '../snapshot-archive.ts';
import { countKeys, countTypes, isReadableState } from '../snapshot-state.ts';
import type { Count } from '../snapshot-state.ts';

export const command = defineCommand({
  usage: 'snapshot inspect [options] FILE',
  about: `Verifies a snapshot file and prints what it holds. Files of Lictor are counted by
type; of those of Consul only their origin and size are told.

    $ lictor snapshot inspect backup.snap
    $ lictor snapshot inspect -kvdetails -kvdepth=1 backup.snap`,
  maxArguments: 1,
  flags: {
    format: flag.text('pretty or json.', 'string', 'pretty'),
    kvdepth: flag.int('With -kvdetails: how many parts of a key make a group. Defaults to 2.', 2),
    kvdetails: flag.bool('Print also how the KV store is made up.'),
    kvfilter: flag.text('With -kvdetails: only keys that begin with this.'),
  },
  async run({ flags, args, io, print }) {
    const { meta, state } = await readSnapshotFile(args, io);
    const readable = isReadableState(state);
    const facts: SnapshotFacts = {
      Meta: { ...meta, Size: state.length },
      Stats: readable ? countTypes(state) : [{ Name: 'State', Sum: state.length, Count: 1 }],
      StatsKV: flags.kvdetails && readable ? countKeys(state, flags.kvdepth, flags.kvfilter) : null,
    };
    if (flags.format === 'json') print(renderFactsJSON(facts));
    else if (flags.format === 'pretty') print(renderFacts(facts));
    else {
      throw new CommandError(
        `Error outputting enhanced snapshot data: Unknown format: ${flags.format}`,
      );
    }
  },
});

interface SnapshotFacts {
  readonly Meta: SnapshotMeta;
  readonly Stats: readonly Count[];
  readonly StatsKV: readonly Count[] | null;
}

function sum(counts: readonly Count[] | null): number {
  return (counts ?? []).reduce((bytes, { Sum }) => bytes + Sum, 0);
}

function renderFactsJSON({ Meta, Stats, StatsKV }: SnapshotFacts): string {
  const totals = { TotalSize: sum(Stats), TotalSizeKV: sum(StatsKV) };
  return JSON.stringify({ Meta, Stats, StatsKV, ...totals }, null, 3);
}

function renderFacts({ Meta, Stats, StatsKV }: SnapshotFacts): string {
  const head = (['ID', 'Size', 'Index', 'Term', 'Version'] as const).map((name) => [
    ` ${name}`,
    String(Meta[name]),
  ]);
  const parts = [renderWideColumns(head), renderCounts('Type', Stats)];
  if (StatsKV !== null) parts.push(renderCounts('Key Name', StatsKV));
  return parts.join('\n\n');
}

function renderCounts(title: string, counts: readonly Count[]): string {
  const rule = [' ----', '----', '----'];
  const rows = counts.map(({ Name, Count, Sum }) => [` ${Name}`, String(Count), renderBytes(Sum)]);
  const totalRow = [' Total', '', renderBytes(sum(counts))];
  return renderWideColumns([[` ${title}`, 'Count', 'Size'], rule, ...rows, rule, totalRow]);
}
