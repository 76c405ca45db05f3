/**
 * `import`: writes a Consul `kv export` in transactions.
 *
 * The whole file is checked before the first write. A transaction is all or nothing; between two of them a failure
 * leaves the earlier ones written, and the same import may simply be run again: it writes the same values.
 */
import type { TxnOp, TxnResponse } from '../../../protocol/types/txn.ts';
import { parseJSON, renderJSON } from '../../client/json.ts';
import type { ConsulClient } from '../../client/http-client.ts';
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand } from '../command.ts';
import { flag } from '../flags.ts';
import { readDataArgument } from '../input.ts';
import { decodeEntry, parseEntries, prefixKey } from '../kv-entries.ts';
import { Progress } from '../progress.ts';

/** Consul's limit of operations in a transaction. */
const MAX_OPS = 64;
/** Below the agents' default limit of 512 KiB for a transaction's values, with room for names and JSON. */
const MAX_BATCH_BYTES = 384 * 1024;

interface CheckedEntry {
  readonly key: string;
  readonly flags: number | bigint;
  readonly value: string;
}

export const command = defineCommand({
  usage: 'import [options] FILE|-|@FILE',
  about: `Writes the pairs of a "consul kv export" (or of "lictor kv export") into the
datacenter, in transactions of up to ${MAX_OPS} keys. The file is checked whole before
anything is written. Running the same import again does no harm.

    $ consul kv export > tree.json
    $ lictor import tree.json
    $ consul kv export app/ | lictor import -prefix=copy/ -`,
  api: NAMESPACED,
  maxArguments: 1,
  flags: {
    'dry-run': flag.bool('Check the file and print what would be written, without writing.'),
    prefix: flag.text('Put before every key.'),
  },
  async run({ flags, args, client, io, print }) {
    const [source] = args;
    if (source === undefined) throw new CommandError('Error! Missing FILE argument');
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

function* splitBatches(entries: readonly CheckedEntry[]): Generator<CheckedEntry[]> {
  let batch: CheckedEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = entry.key.length + entry.value.length;
    if (batch.length === MAX_OPS || (batch.length > 0 && bytes + size > MAX_BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

async function writeBatch(client: ConsulClient, batch: readonly CheckedEntry[]): Promise<void> {
  const ops: (Omit<TxnOp, 'KV'> & { KV: object })[] = batch.map(({ key, flags, value }) => ({
    KV: { Verb: 'set', Key: key, Flags: flags, Value: value },
  }));
  const response = await client.request({
    method: 'PUT',
    path: '/v1/txn',
    body: renderJSON(ops),
    // 409 carries the reasons, one for each operation that was refused.
    accept: [409],
  });
  if (response.status !== 409) return;
  const { Errors } = parseJSON(response.body.toString('utf8')) as TxnResponse;
  const reasons = (Errors ?? []).map(({ OpIndex, What }) => `${batch[OpIndex]?.key}: ${What}`);
  throw new Error(reasons.join('; '));
}

function countKeys(count: number): string {
  return count === 1 ? '1 key' : `${count} keys`;
}
