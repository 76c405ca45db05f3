/** The documentation's table of keys, from their descriptions. */
import type { ObjectSchema, Schema } from '../schema.ts';

const INTRODUCTION = `# Configuration keys

Consul's configuration files work unchanged, in HCL and JSON. Every key that Consul 1.21 reads stands here with what becomes of it:
*honoured*; *no effect*, of which one warning at start gives the reason; *Enterprise*, as in Consul's community edition: a warning, no effect; *refused*, since
ignoring it would do something other than what was asked for. A key that does not stand here is refused with file, line and the nearest key that exists.

Old spellings (\`acl_token\`, \`start_join\`, \`ui\`, \`verify_incoming\` and their like) are taken to where Consul 1.21 takes them, with its warning. Keys of Lictor's own are marked.
This page is written by \`sidecar/config/every-key.test.ts\`; nested keys are listed where their fate is another than that of the whole.

| key | type | what becomes of it |
| --- | --- | --- |`;

const OWN = new Set(['edge_url', 'edge_token', 'edge_token_file', 'syslog_address', 'history']);
const TYPE_NAMES: Readonly<Partial<Record<Schema['kind'], string>>> = {
  int: 'number',
  uint: 'number',
  float: 'number',
  object: 'table',
  map: 'table',
};

export function renderKeyTable(keys: ObjectSchema): string {
  const rows = Object.entries(keys.fields)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, schema]) => rowsOf(name, schema));
  return `${[INTRODUCTION, ...rows].join('\n')}\n`;
}

function rowsOf(path: string, schema: Schema): string[] {
  const own = OWN.has(path) ? ' (Lictor)' : '';
  const row = `| \`${path}\`${own} | ${TYPE_NAMES[schema.kind] ?? schema.kind} | ${renderFate(schema)} |`;
  return schema.fate.kind === 'honoured' ? [row, ...partsOf(path, schema)] : [row];
}

function partsOf(path: string, schema: Schema): string[] {
  if (schema.kind === 'list' || schema.kind === 'map') return partsOf(`${path}[]`, schema.item);
  if (schema.kind !== 'object') return [];
  return Object.entries(schema.fields).flatMap(([name, field]) =>
    field.fate.kind === 'honoured'
      ? partsOf(`${path}.${name}`, field)
      : rowsOf(`${path}.${name}`, field),
  );
}

function renderFate({ fate, aliases }: Schema): string {
  const also = aliases.length === 0 ? '' : `; also \`${aliases.join('`, `')}\``;
  if (fate.kind === 'enterprise') return `Enterprise${also}`;
  if (fate.kind === 'honoured') return `honoured${also}`;
  const verdict = fate.kind === 'refused' ? 'refused' : 'no effect';
  return `${verdict}: ${fate.reason}${also}`;
}
