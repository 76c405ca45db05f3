/** Configuration entries out of HCL or JSON, made ready for PUT /v1/config, which takes JSON only. */
import { CommandError } from './command.ts';
import type { CommandIO } from './command-io.ts';
import { readArgument } from './input.ts';

export interface ConfigEntryInput {
  readonly kind: string;
  readonly name: string;
  /** As messages name the entry. */
  readonly label: string;
  readonly body: Record<string, unknown>;
}

/** @param source a path, or `-` for standard input. Throws CommandError. */
export async function readConfigEntry(source: string, io: CommandIO): Promise<ConfigEntryInput> {
  const text = await readSource(source, io);
  const body = await parse(text, source, io);
  const kind = textOf(body, 'kind');
  const name = textOf(body, 'name');
  if (kind === '') {
    throw new CommandError(
      'Failed to decode config entry input: Payload does not contain a kind/Kind key at the top level',
    );
  }
  return { kind, name, label: `${kind}/${name}`, body };
}

async function readSource(source: string, io: CommandIO): Promise<string> {
  try {
    return (await readArgument(source === '-' ? '-' : `@${source}`, io)).toString('utf8');
  } catch (error) {
    throw new CommandError(`Failed to load data: ${(error as Error).message}`);
  }
}

async function parse(
  text: string,
  source: string,
  io: CommandIO,
): Promise<Record<string, unknown>> {
  try {
    const name = source === '-' ? 'stdin' : source;
    if (text.trimStart().startsWith('{')) return JSON.parse(text) as Record<string, unknown>;
    const configuration = await io.services.configuration();
    return wrapLists(await configuration.parseHCL(text, name)) as Record<string, unknown>;
  } catch (error) {
    throw new CommandError(`Failed to decode config entry input: ${(error as Error).message}`);
  }
}

function textOf(body: Record<string, unknown>, field: string): string {
  const value = Object.entries(body).find(([name]) => name.toLowerCase() === field)?.[1];
  return typeof value === 'string' ? value : '';
}

/**
 * Fields that hold lists of objects. HCL 1 does not tell one block from a list with one block, so a single one of these
 * comes as an object; JSON, which the API takes, tells them apart. Lower case without underscores.
 */
const LIST_FIELDS: ReadonlySet<string> = new Set([
  'certificates',
  'consumers',
  'envoyextensions',
  'exportedservices',
  'filters',
  'hashpolicies',
  'header',
  'listeners',
  'matches',
  'members',
  'overrides',
  'parents',
  'paths',
  'permissions',
  'providers',
  'queryparam',
  'routes',
  'rules',
  'services',
  'sources',
  'splits',
  'targets',
]);

function wrapLists(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(wrapLists);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const inner = wrapLists(member);
      const isLoneBlock = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
      const holdsList = LIST_FIELDS.has(name.toLowerCase().replaceAll('_', ''));
      return [name, isLoneBlock && holdsList ? [inner] : inner];
    }),
  );
}
