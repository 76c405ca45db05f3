/** `intention create`: one intention by its names, or several out of files. */
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import type { CommandIO } from '../command-io.ts';
import { flag } from '../flags.ts';
import { readFile } from '../input.ts';
import { renderIntention } from '../intention.ts';
import type { Intention } from '../intention.ts';
import type { ConsulClient } from '../../client/http-client.ts';

export const command = defineCommand({
  usage: 'intention create [options] SRC DST',
  about: `Says that the service SRC may, or with -deny may not, connect to the service
DST. "*" stands for any service.

    $ lictor intention create web db
    $ lictor intention create -deny '*' db
    $ lictor intention create -file one.json two.json`,
  api: NAMESPACED,
  flags: {
    allow: flag.bool('Connections are allowed. This is the default.'),
    deny: flag.bool('Connections are denied.'),
    file: flag.bool('The arguments are JSON files with an intention each.'),
    meta: flag.map('Metadata of the intention. May be given several times.'),
    replace: flag.bool('Replace an intention between the same services.'),
  },
  async run({ flags, args, client, io, print }) {
    if (flags.allow && flags.deny) {
      throw new CommandError('Only one of -allow or -deny may be specified.');
    }
    const action = flags.deny ? 'deny' : 'allow';
    const intentions = flags.file
      ? readIntentionFiles(args, io)
      : [fromArguments(args, action, flags.meta)];
    for (const intention of intentions) {
      const label = JSON.stringify(renderIntention(intention));
      const failure = `Error creating intention ${label}`;
      if (flags.replace && (await orFail(failure, replace(client, intention)))) continue;
      await orFail(failure, create(client, intention));
      print(`Created: ${renderIntention(intention)}`);
    }
  },
});

function fromArguments(
  args: readonly string[],
  action: 'allow' | 'deny',
  meta: Readonly<Record<string, string>>,
): Intention {
  const [source, destination] = args;
  if (source === undefined || destination === undefined || args.length > 2) {
    throw new CommandError('Error: Must specify two arguments: source and destination');
  }
  const names = { SourceName: source, DestinationName: destination };
  return { ...names, Action: action, ...(Object.keys(meta).length > 0 ? { Meta: meta } : {}) };
}

function readIntentionFiles(paths: readonly string[], io: CommandIO): Intention[] {
  return paths.map((path) => {
    try {
      return JSON.parse(readFile(path, io).toString('utf8')) as Intention;
    } catch (error) {
      throw new CommandError(`Error: ${(error as Error).message}`);
    }
  });
}

async function create(client: ConsulClient, intention: Intention): Promise<void> {
  await client.request({
    method: 'POST',
    path: '/v1/connect/intentions',
    body: JSON.stringify(bodyOf(intention)),
  });
}

/** One that has an ID keeps it. @returns false when there is none to replace */
async function replace(client: ConsulClient, intention: Intention): Promise<boolean> {
  const { SourceName: source, DestinationName: destination } = intention;
  const exact = { path: '/v1/connect/intentions/exact', query: { source, destination } };
  const { status, body } = await client.request({ ...exact, accept: [404] });
  if (status === 404) return false;
  const { ID = '' } = JSON.parse(body.toString('utf8')) as Intention;
  // Written as a configuration entry it has no ID, by which alone the older endpoint knows it.
  const target = ID === '' ? exact : { path: `/v1/connect/intentions/${ID}` };
  const wanted = ID === '' ? withoutNames(intention) : { ID, ...bodyOf(intention) };
  await client.request({ method: 'PUT', ...target, body: JSON.stringify(wanted) });
  return true;
}

function bodyOf(intention: Intention): Record<string, unknown> {
  const [source, destination] = [
    splitName(intention.SourceName),
    splitName(intention.DestinationName),
  ];
  return {
    ...intention,
    SourceType: 'consul',
    ...(source.namespace ? { SourceNS: source.namespace } : {}),
    SourceName: source.name,
    ...(destination.namespace ? { DestinationNS: destination.namespace } : {}),
    DestinationName: destination.name,
  };
}

/** The query names them. */
function withoutNames(intention: Intention): Record<string, unknown> {
  const { SourceName: _source, DestinationName: _destination, ...rest } = intention;
  return { ...rest, SourceType: 'consul' };
}

function splitName(text: string | undefined): { namespace: string; name: string } {
  const slash = (text ?? '').indexOf('/');
  if (text === undefined || slash < 0) return { namespace: '', name: text ?? '' };
  return { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}
