/**
 * `import`: writes a Consul `kv export` in transactions.
 *
 * The whole file is checked before the first write. A transaction is all or nothing; between two of them a failure
 * leaves the earlier ones written, and the same import may simply be run again: it writes the same values.
 */
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand } from '../command.ts';
import { importSnapshot, isArchive } from '../consul-snapshot/import.ts';
import { flag } from '../flags.ts';
import { readDataArgument } from '../input.ts';
import { decodeEntry, parseEntries, prefixKey } from '../kv-entries.ts';
import { type CheckedEntry, MAX_OPS, countKeys, splitBatches, writeBatch } from '../kv-batches.ts';
import { Progress } from '../progress.ts';

export const command = defineCommand({
  usage: 'import [options] FILE|-|@FILE',
  about: `Writes the pairs of a "consul kv export" (or of "lictor kv export") into the
datacenter, in transactions of up to ${MAX_OPS} keys. The file is checked whole before
anything is written. Running the same import again does no harm.

A file of "consul snapshot save" is taken, too: its keys, config entries,
prepared queries, and nodes without an agent with their services and checks.
What stays behind is told, with the reason.

    $ consul kv export > tree.json
    $ lictor import tree.json
    $ consul snapshot save consul.snap && lictor import consul.snap
    $ consul kv export app/ | lictor import -prefix=copy/ -`,
  api: NAMESPACED,
  maxArguments: 1,
  flags: {
    'dry-run': flag.bool('Check the file and print what would be written, without writing.'),
    prefix: flag.text('Put before every key.'),
    'connect-ca': flag.bool(
      'Of a snapshot: go on with its certificate authority. Takes operator:write.',
    ),
  },
  async run({ flags, args, client, io, print }) {
    const [source] = args;
    if (source === undefined) throw new CommandError('Error! Missing FILE argument');
    if (await isArchive(source, io)) {
      await importSnapshot({
        source,
        isDryRun: flags['dry-run'],
        prefix: flags.prefix,
        takesAuthority: flags['connect-ca'],
        client,
        io,
        print,
      });
      return;
    }
    const argument = source === '-' || source.startsWith('@') ? source : `@${source}`;
    const text = (await readDataArgument(argument, io)).toString('utf8');
    const entries = checkEntries(text, flags.prefix);
    if (flags['dry-run']) {
      for (const { key } of entries) print(key);
      print(`Would import ${countKeys(entries.length)}; nothing was written.`);
      return;
    }
    const progress = new Progress(io, {
      what: 'Importing',
      total: entries.length,
      render: countKeys,
    });
    let written = 0;
    for (const batch of splitBatches(entries)) {
      try {
        await writeBatch(client, batch);
      } catch (error) {
        progress.clear();
        const before = `${countKeys(written)} of ${entries.length} had been written before`;
        throw new CommandError(`Error! Import failed: ${(error as Error).message} (${before})`);
      }
      written += batch.length;
      progress.set(written);
    }
    progress.clear();
    print(`Imported ${countKeys(written)}.`);
  },
});

/** Every fault of the file is told at once. */
function checkEntries(text: string, prefix: string): CheckedEntry[] {
  let parsed;
  try {
    parsed = parseEntries(text);
  } catch (error) {
    throw new CommandError(`Error! Cannot read the import: ${(error as Error).message}`);
  }
  const problems: string[] = [];
  const entries = parsed.map((entry, position) => {
    const key = prefixKey(prefix, entry.key);
    if (key === '' || key.startsWith('/')) {
      problems.push(`entry ${position}: a key must not be empty or begin with a '/': "${key}"`);
    }
    try {
      decodeEntry(entry);
    } catch (error) {
      problems.push(`entry ${position}: ${(error as Error).message}`);
    }
    return { key, flags: entry.flags, value: entry.value };
  });
  if (problems.length > 0) {
    throw new CommandError(`Error! Nothing was imported:\n  ${problems.join('\n  ')}`);
  }
  return entries;
}
