/** `acl bootstrap`: the first token, which may do everything. */
import { DATACENTER } from '../api-flags.ts';
import { FORMAT_FLAG, checkFormat, present } from '../acl/format.ts';
import { renderToken } from '../acl/render-token.ts';
import { put } from '../acl/requests.ts';
import type { Token } from '../acl/types.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { readFile, readArgument } from '../input.ts';

export const command = defineCommand({
  usage: 'acl bootstrap [options] [FILE]',
  about: `Makes the first token of a datacenter, which may do everything. It works once.

    $ lictor acl bootstrap

The secret may be chosen, by a file that holds it or, with -, on standard input:

    $ lictor acl bootstrap secret.txt`,
  api: DATACENTER,
  flags: FORMAT_FLAG,
  async run({ flags, args, client, io, print }) {
    if (args.length > 1) throw new CommandError('This command takes up to one argument');
    checkFormat(flags);
    const secret = args.length === 0 ? '' : await readSecret(args[0]!);
    const body = secret === '' ? {} : { BootstrapSecret: secret };
    const token = await orFail(
      'Failed ACL bootstrapping',
      client.json<Token>(put('/v1/acl/bootstrap', body)),
    );
    print(present(token, 'token', flags, renderToken));

    async function readSecret(path: string): Promise<string> {
      try {
        const bytes = path === '-' ? await readArgument('-', io) : readFile(path, io);
        return bytes.toString('utf8').trim();
      } catch (error) {
        throw new CommandError(`Error reading provided token: ${(error as Error).message}`);
      }
    }
  },
});
