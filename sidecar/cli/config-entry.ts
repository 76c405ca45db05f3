/** Configuration entries out of HCL or JSON, made ready for PUT /v1/config, which takes JSON only. */
import { EntryDecodeError, decodeEntry } from '../../protocol/config-entries/decode.ts';
import { nameOf } from '../../protocol/config-entries/kinds.ts';
import { renderEntry } from '../../protocol/config-entries/render.ts';
import { renderJSON } from '../client/json.ts';
import { CommandError } from './command.ts';
import type { CommandIO } from './command-io.ts';
import { readArgument } from './input.ts';

export interface ConfigEntryInput {
  readonly kind: string;
  readonly name: string;
  /** As messages name the entry. */
  readonly label: string;
  /** JSON for the API. */
  readonly body: string;
}

/** @param source a path, or `-` for standard input. Throws CommandError. */
export async function readConfigEntry(source: string, io: CommandIO): Promise<ConfigEntryInput> {
  const text = await readSource(source, io);
  const entry = await decode(text, source, io);
  const name = nameOf(entry);
  return {
    kind: entry.Kind,
    name,
    label: `${entry.Kind}/${name}`,
    body: renderEntry(entry, 'server'),
  };
}

async function readSource(source: string, io: CommandIO): Promise<string> {
  try {
    return (await readArgument(source === '-' ? '-' : `@${source}`, io)).toString('utf8');
  } catch (error) {
    throw new CommandError(`Failed to load data: ${(error as Error).message}`);
  }
}

async function decode(
  text: string,
  source: string,
  io: CommandIO,
): Promise<ReturnType<typeof decodeEntry>> {
  try {
    return decodeEntry(await parse(text, source, io));
  } catch (error) {
    throw new CommandError(`Failed to decode config entry input: ${(error as Error).message}`);
  }
}

async function parse(text: string, source: string, io: CommandIO): Promise<unknown> {
  const configuration = await io.services.configuration();
  return configuration.parseHCL(text, source === '-' ? 'stdin' : source);
}

/** An entry as the API answered with it, in the form that may be written again: without the hash. */
export function renderConfigEntry(answer: Record<string, unknown>): string {
  const { Hash: _hash, ...given } = answer;
  return renderJSON(ofThisVersion(given) ?? given, '    ');
}

/** Undefined for an entry of an agent that knows more fields than this program does. */
function ofThisVersion(given: Record<string, unknown>): Record<string, unknown> | undefined {
  try {
    const entry = JSON.parse(renderEntry(decodeEntry(given), 'client')) as Record<string, unknown>;
    return { ...entry, CreateIndex: given.CreateIndex, ModifyIndex: given.ModifyIndex };
  } catch (error) {
    if (error instanceof EntryDecodeError) return undefined;
    throw error;
  }
}
