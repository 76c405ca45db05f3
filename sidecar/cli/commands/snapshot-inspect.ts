/** `snapshot inspect`: what a snapshot file holds. It asks no agent. */
import type { SnapshotMeta } from '../../../http-api/snapshot/archive-format.ts';
import { consulKeyOf } from '../../../http-api/snapshot/consul-key.ts';
import { consulNameOf } from '../../../http-api/snapshot/state-format.ts';
import { CommandError, defineCommand } from '../command.ts';
import { flag } from '../flags.ts';
import { renderBytes, renderWideColumns } from '../output.ts';
import { readSnapshotFile } from '../snapshot-file.ts';
import { type Count, Counter, RecordReader, keyGroup, keyOf } from '../snapshot-state.ts';

export const command = defineCommand({
  usage: 'snapshot inspect [options] FILE',
  about: `Verifies a snapshot file and prints what it holds. Files of Lictor are counted by
type; so are those of Consul.

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
    const types = new Counter();
    const keys = new Counter();
    const reader = new RecordReader();
    const meta = await readSnapshotFile(args, io, {
      state(chunk) {
        for (const record of reader.accept(chunk)) {
          types.add(record.Type, record.bytes);
          const group = keyGroup(keyOf(record), flags.kvdepth, flags.kvfilter);
          if (group !== null) keys.add(group, record.bytes);
        }
      },
      consulRecord(record) {
        types.add(consulNameOf(record.type), record.bytes);
        const group = keyGroup(consulKeyOf(record), flags.kvdepth, flags.kvfilter);
        if (group !== null) keys.add(group, record.bytes);
      },
    });
    const facts: SnapshotFacts = {
      Meta: meta,
      Stats: types.sorted(),
      StatsKV: flags.kvdetails ? orNull(keys.sorted()) : null,
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

/** Where no key matched, nothing is said of keys. */
const orNull = (counts: readonly Count[]): readonly Count[] | null =>
  counts.length === 0 ? null : counts;

interface SnapshotFacts {
  readonly Meta: SnapshotMeta;
  readonly Stats: readonly Count[];
  readonly StatsKV: readonly Count[] | null;
}

const META_FIELDS = ['ID', 'Size', 'Index', 'Term', 'Version'] as const;

function sum(counts: readonly Count[] | null): number {
  return (counts ?? []).reduce((bytes, { Sum }) => bytes + Sum, 0);
}

function renderFactsJSON({ Meta, Stats, StatsKV }: SnapshotFacts): string {
  const totals = { TotalSize: sum(Stats), TotalSizeKV: sum(StatsKV) };
  const meta = Object.fromEntries(META_FIELDS.map((name) => [name, Meta[name]]));
  return JSON.stringify({ Meta: meta, Stats, StatsKV, ...totals }, null, 3);
}

function renderFacts({ Meta, Stats, StatsKV }: SnapshotFacts): string {
  const head = META_FIELDS.map((name) => [` ${name}`, String(Meta[name])]);
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
