/** `kv put`: writes one value, plainly, by check-and-set, or with a lock. */
import { putPair } from '../../client/kv.ts';
import type { PutOptions } from '../../client/kv.ts';
import { NAMESPACED } from '../api-flags.ts';
import { decodeBase64 } from '../base64.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';
import { readDataArgument } from '../input.ts';

export const command = defineCommand({
  usage: 'kv put [options] KEY [DATA]',
  about: `Writes a value, which may be any bytes.

    $ lictor kv put config/redis/maxconns 5

The value may come from a file or from standard input, and may be left out:

    $ lictor kv put config/program/license @license.lic
    $ echo "abcd1234" | lictor kv put config/program/license -
    $ lictor kv put webapp/beta/active

To write only over the version that was read:

    $ lictor kv put -cas -modify-index=844 config/redis/maxconns 5

To have the key deleted unless it is written again in time:

    $ lictor kv put -ttl=30s workers/7/alive yes`,
  api: NAMESPACED,
  flags: {
    acquire: flag.bool('Take the lock on the key for -session. The default value is false.'),
    base64: flag.bool('The data is in base64. The default value is false.'),
    cas: flag.bool(
      'Check-and-set: write only if -modify-index is still right; 0, its default, means only if the key does not exist. The default value is false.',
    ),
    flags: flag.uint(
      'Number kept beside the value, for the use of clients. The default value is 0.',
    ),
    'modify-index': flag.uint('ModifyIndex of the version to write over. Used with -cas.'),
    release: flag.bool('Give back the lock that -session holds. The default value is false.'),
    session: flag.text('ID of the session for -acquire and -release.'),
    ttl: flag.text(
      'Delete the key after this long, unless it is written again before.',
      'duration',
    ),
  },
  async run({ flags, args, client, io, print, warn }) {
    const [rawKey, argument] = args;
    if (rawKey === undefined) throw new CommandError('Error! Missing KEY argument');
    if (args.length > 2) {
      throw new CommandError(`Error! Too many arguments (expected 1 or 2, got ${args.length})`);
    }
    let data = argument === undefined ? Buffer.alloc(0) : await readDataArgument(argument, io);
    if (flags.base64) {
      const decoded = decodeBase64(data.toString('utf8'));
      // As Consul does: the complaint does not stop the write of what could be decoded.
      if (decoded.error !== undefined) warn(`Error! Cannot base 64 decode data: ${decoded.error}`);
      data = decoded.bytes;
    }
    if ((flags.acquire || flags.release) && flags.session === '') {
      throw new CommandError('Error! Missing -session (required with -acquire and -release)');
    }
    const { options, done, refused } = planWrite(rawKey, flags);
    const written = await orFail(
      'Error! Failed writing data',
      putPair(client, rawKey, data, {
        flags: flags.flags === 0n ? undefined : flags.flags,
        ttl: flags.ttl || undefined,
        ...options,
      }),
    );
    if (!written) throw new CommandError(`Error! ${refused}`);
    print(`Success! ${done}: ${rawKey}`);
  },
});

interface WriteFlags {
  readonly acquire: boolean;
  readonly cas: boolean;
  readonly 'modify-index': bigint;
  readonly release: boolean;
  readonly session: string;
}

interface WritePlan {
  readonly options: PutOptions;
  readonly done: string;
  readonly refused: string;
}

/** Of several operations one is done: check-and-set before acquire before release. */
function planWrite(key: string, flags: WriteFlags): WritePlan {
  if (flags.cas) {
    const cas = flags['modify-index'];
    const reason = cas === 0n ? 'CAS performed with index=0 and key already exists.' : 'CAS failed';
    const refused = `Did not write to ${key}: ${reason}`;
    return { options: { cas }, done: 'Data written to', refused };
  }
  if (flags.acquire) {
    const refused = 'Did not acquire lock';
    return { options: { acquire: flags.session }, done: 'Lock acquired on', refused };
  }
  if (flags.release) {
    const refused = 'Did not release lock';
    return { options: { release: flags.session }, done: 'Lock released on', refused };
  }
  return { options: {}, done: 'Data written to', refused: `Did not write to ${key}` };
}
