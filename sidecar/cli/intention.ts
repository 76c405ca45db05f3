/** What the intention commands share. */
import type { ConsulClient } from '../client/http-client.ts';
import { StatusError } from '../client/errors.ts';
import { CommandError } from './command.ts';

export interface Intention {
  readonly ID?: string;
  readonly Description?: string;
  readonly SourceName: string;
  readonly DestinationName: string;
  readonly Action?: 'allow' | 'deny' | '';
  readonly Permissions?: readonly unknown[];
  readonly Precedence?: number;
  readonly Meta?: Readonly<Record<string, string>> | null;
  readonly CreatedAt?: string;
}

/** `web => db (allow)`; rules on requests are told by their number. */
export function renderIntention(intention: Partial<Intention>): string {
  const { SourceName = '', DestinationName = '', Action = '', Permissions } = intention;
  const count = Permissions?.length ?? 0;
  const detail = count > 0 ? `${count} permission${count === 1 ? '' : 's'}` : Action;
  return `${shortName(SourceName)} => ${shortName(DestinationName)} (${detail})`;
}

/** The namespace that everything is in goes without saying. */
function shortName(name: string): string {
  return name.replace(/^default\//, '');
}

/** Source and destination as the arguments name them: `name` or `namespace/name`. */
export interface IntentionNames {
  readonly source: string;
  readonly destination: string;
}

/** One intention by its names or, with one argument, by its ID. Throws CommandError. */
export async function readIntention(
  client: ConsulClient,
  args: readonly string[],
): Promise<Intention> {
  const names = parseIntentionArguments(args);
  try {
    if (typeof names === 'string') {
      const path = `/v1/connect/intentions/${encodeURIComponent(names)}`;
      return await client.json<Intention>({ path });
    }
    const path = '/v1/connect/intentions/exact';
    return await client.json<Intention>({ path, query: { ...names } });
  } catch (error) {
    if (error instanceof StatusError && error.status === 404) {
      throw new CommandError(`Intention not found with ${describe(names)}`);
    }
    // In other words than all other commands, but Consul's.
    const reason =
      error instanceof StatusError
        ? `Unexpected response ${error.status}: ${error.body}`
        : (error as Error).message;
    throw new CommandError(`Error reading the intention: ${reason}`);
  }
}

/** @returns an ID, or the names. Throws CommandError unless there are one or two arguments. */
export function parseIntentionArguments(args: readonly string[]): string | IntentionNames {
  const [first, second] = args;
  if (first === undefined || args.length > 2) {
    throw new CommandError('command requires exactly 1 or 2 arguments');
  }
  if (second !== undefined) return { source: first, destination: second };
  // Whether it is an ID is the datacenter's to say.
  return first;
}

function describe(names: string | IntentionNames): string {
  if (typeof names === 'string') return `ID ${JSON.stringify(names)}`;
  const { source, destination } = names;
  return `source ${JSON.stringify(source)} and destination ${JSON.stringify(destination)}`;
}
