/** Hides what differs from one agent to the next: identifiers, ports, indexes, times, versions. */
import type { Answer, CommandCase } from './case.ts';

const MASKS: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? \+0000 UTC/g, '<time>'],
  // Node identifiers are cut to eight digits in tables.
  [/\b(?=[0-9a-f]*[0-9])[0-9a-f]{8}\b/g, '<id>'],
  [/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>'],
  [/("?(?:Create|Modify|Apply)Index"?:?\s*)\d+/g, '$1<index>'],
  [/(X-Consul-Index: |ModifyIndex=|index )\d+/g, '$1<index>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*(?:Z|[+-]\d\d:\d\d)/g, '<time>'],
  // Of what a token or a role holds, the identifiers of policies among them.
  [/\b[0-9a-f]{63,64}\b/g, '<hash>'],
  [/((?:Create|Modify) Index:\s+|reset index: )\d+/g, '$1<index>'],
  [/\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d/g, '<time>'],
  [/\d+\.\d+ (ms rtt)/g, '<n> $1'],
  [/(?<=\s|=|:)v?\d+\.\d+\.\d+(?:dev|-dev)?(?=\s|,|$)/g, '<version>'],
  [/\b(build|ft_fs|ft_si|id|port|raft_vsn|grpc_port|segment|wan_join_port)=[^,\s]*/g, '$1=<tag>'],
  [/[A-Z][a-z]+day, \d\d-[A-Z][a-z]{2}-\d\d [\d:]{8} UTC/g, '<time>'],
  // Where our agents tell their control plane's address.
  [/\blictor(?:_proof|_url)?=[^,\s]*,/g, ''],
  // The commit index and the terms of Raft.
  [/(\bvoter\s+\d\s+|true\s+\d\s+)\d+/g, '$1<index>'],
  [/("?Last ?(?:Index|Term)"?:\s+)\d+/g, '$1<index>'],
  // Events fired before the first of ours.
  [/("LTime": )\d+/g, '$1<time>'],
  [/(unverified\.tmp)\d+/g, '$1<n>'],
  [/(debug-)\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ/g, '$1<time>'],
  [/(lookup \S+) on \S+: /g, '$1: '],
  [/[A-Za-z0-9+/]{43}=/g, '<key>'],
  [/\/tmp\/[^\s"/]+/g, '<tmp>'],
  // There is no Raft here which could fail to apply.
  [/raft apply failed: /g, ''],
  [/\b(?:consul|lictor)\b/gi, '<program>'],
  // Columns are as wide as what was masked.
  [/ {2,}/g, '  '],
];

/** The sentences of a help text are each program's own; that one is shown is compared. */
const USAGE = /\s*^Usage:[^]*$/m;

export function mask(text: string): string {
  return MASKS.reduce((masked, [pattern, name]) => masked.replace(pattern, name), text);
}

/** What of an answer is compared, as text. */
export function comparable(answer: Answer, one: CommandCase): string {
  const where = `exit ${answer.code}`;
  if (one.compared === 'where') {
    return `${where}, ${answer.stdout === '' ? '' : 'stdout'}, ${answer.stderr === '' ? '' : 'stderr'}`;
  }
  const cut = (one.only?.(answer.stdout) ?? answer.stdout).replace(USAGE, '<usage>\n');
  // Masked before they are sorted: random IDs have an order of their own.
  const stdout = one.sorted ? mask(cut).split('\n').toSorted().join('\n') : orderJSON(cut);
  const stderr = answer.stderr.replace(USAGE, '<usage>\n');
  return `${where}\n--- stdout\n${mask(stdout)}\n--- stderr\n${mask(stderr)}`;
}

/** The order of members means nothing in JSON, nor does that of tags which Consul keeps in a Go map. */
function orderJSON(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  return `${JSON.stringify(order(value), null, 2)}\n`;
}

function order(value: unknown): unknown {
  if (Array.isArray(value)) {
    const list = value.map(order);
    return list.every((item) => typeof item === 'string') ? list.toSorted() : list;
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, member]) => [name, order(member)]),
  );
}
