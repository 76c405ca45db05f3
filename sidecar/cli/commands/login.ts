/** `login`: exchanges what an auth method accepts for a token. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describeFileError } from '../../client/errors.ts';
import { NAMESPACED } from '../api-flags.ts';
import type { Token } from '../acl/types.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';
import { readFile } from '../input.ts';

/** Others must not read it. */
const SECRET_MODE = 0o600;

export const command = defineCommand({
  usage: 'login [options]',
  about: `Logs in by an auth method and writes the secret of the token that it gives to a file,
for -token-file and CONSUL_HTTP_TOKEN_FILE. \`logout\` destroys the token.

    $ lictor login -method robots -bearer-token-file robot.jwt \\
        -token-sink-file robot.token`,
  api: NAMESPACED,
  flags: {
    'bearer-token-file': flag.text('Path of the file with the secret that the auth method knows.'),
    meta: flag.map('Kept in the description of the token. May be given several times.'),
    method: flag.text('Name of the auth method.'),
    'token-sink-file': flag.text("Path of the file that gets the token's SecretID."),
    type: flag.text('Type of the auth method; found out when it is not given.'),
  },
  async run({ flags, args, client, io }) {
    if (args.length > 0) throw new CommandError('Should have no non-flag arguments.');
    for (const name of ['method', 'token-sink-file', 'bearer-token-file'] as const) {
      if (flags[name] === '') throw new CommandError(`Missing required '-${name}' flag`);
    }
    const bearer = readBearer(flags['bearer-token-file']);
    const body = {
      AuthMethod: flags.method,
      BearerToken: bearer,
      ...(Object.keys(flags.meta).length > 0 ? { Meta: flags.meta } : {}),
    };
    const token = await orFail(
      'Error logging in',
      client.json<Token>({ method: 'POST', path: '/v1/acl/login', body: JSON.stringify(body) }),
    );
    const sink = flags['token-sink-file'];
    try {
      writeFileSync(resolve(io.cwd, sink), token.SecretID, { mode: SECRET_MODE });
    } catch (error) {
      const reason = describeFileError(error, sink);
      throw new CommandError(`Error writing token to file sink ${JSON.stringify(sink)}: ${reason}`);
    }

    function readBearer(path: string): string {
      try {
        const text = readFile(path, io).toString('utf8').trim();
        if (text !== '') return text;
      } catch (error) {
        throw new CommandError((error as Error).message);
      }
      throw new CommandError(`No bearer token found in ${path}`);
    }
  },
});
