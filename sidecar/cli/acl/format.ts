/** The flags -format and -meta, and what they choose between. */
import { renderJSON } from '../../client/json.ts';
import { CommandError } from '../command.ts';
import { flag } from '../flags.ts';
import { inShape, type ShapeName } from './json-shapes.ts';
import type { Indexed } from './types.ts';

/** Four blanks a level, as Consul's commands write JSON. */
const INDENT = '    ';

export const FORMAT_FLAG = {
  format: flag.text('Form of the output: pretty (the default) or json.', 'string', 'pretty'),
};

export const OUTPUT_FLAGS = {
  ...FORMAT_FLAG,
  meta: flag.bool('Show hash and indexes too. The default value is false.'),
};

export interface OutputFlags {
  readonly format: string;
  readonly meta?: boolean;
}

/** Asked before anything is done: a wrong format must not come to light after the write. Throws CommandError. */
export function checkFormat({ format }: OutputFlags): void {
  if (format === 'pretty' || format === 'json') return;
  throw new CommandError(`Unknown format: ${format}`);
}

/** @returns one thing, or a list of them, as the flags want it; pretty text comes from `pretty` */
export function present<Value extends object>(
  value: Value,
  shape: ShapeName,
  flags: OutputFlags,
  pretty: (value: Value, showMeta: boolean) => string,
): string {
  if (flags.format !== 'json') return pretty(value, flags.meta ?? false);
  const shown = Array.isArray(value)
    ? value.map((item: object) => inShape(shape, item))
    : inShape(shape, value);
  return renderJSON(shown, INDENT);
}

/** Names in a column of `width`, values behind them. */
export function renderFields(
  fields: readonly (readonly [name: string, value: string])[],
  width: number,
  indent = '',
): string[] {
  return fields.map(([name, value]) => `${indent}${`${name}:`.padEnd(width)}${value}`);
}

/** What -meta adds; the hash in hexadecimal digits, where there is one. */
export function metaFields(value: Indexed): [string, string][] {
  const { Hash, CreateIndex, ModifyIndex } = value;
  const hash = Buffer.from(Hash ?? '', 'base64').toString('hex');
  const indexes: [string, string][] = [
    ['Create Index', String(CreateIndex)],
    ['Modify Index', String(ModifyIndex)],
  ];
  return 'Hash' in value ? [['Hash', hash], ...indexes] : indexes;
}
