/** What all grammars draw from. */
import type { Random } from '../../../linearizability/random.ts';

export type Params = Readonly<Record<string, string | null | undefined>>;

/** `?a=1&b`: null is a bare name, undefined is left out. */
export function queryOf(params: Params): string {
  const parts = Object.entries(params)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => (value === null ? name : `${name}=${escapeValue(value!)}`));
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** Escaped, but for the braces of what is filled in later. */
function escapeValue(value: string): string {
  return encodeURIComponent(value).replace(/%7B(\w+)%7D/g, '{$1}');
}

/** `value` in one of `n` cases. */
export function sometimes<T>(random: Random, n: number, value: () => T): T | undefined {
  return random.integer(1, n) === 1 ? value() : undefined;
}

/** An object of those members that the dice kept. */
export function some(
  random: Random,
  members: Readonly<Record<string, () => unknown>>,
  n = 2,
): Record<string, unknown> {
  const entries = Object.entries(members).flatMap(([name, value]) =>
    random.integer(1, n) === 1 ? [[name, value()] as const] : [],
  );
  return Object.fromEntries(entries);
}

/** A value of a type that no field has. */
export function wrongType(random: Random): unknown {
  return random.pick<unknown>([
    null,
    true,
    7,
    -1,
    1.5,
    'text',
    '',
    [],
    {},
    ['a', 1],
    { a: 1 },
    [null],
    1e12,
    '10s',
    'x s',
  ]);
}

/** Replaces one member, at any depth, by a value of another type. */
export function spoil(random: Random, value: Record<string, unknown>): Record<string, unknown> {
  const keys = Object.keys(value);
  if (keys.length === 0) return { Nope: 1 };
  const key = random.pick(keys);
  const inner = value[key];
  const deeper = inner !== null && typeof inner === 'object' && !Array.isArray(inner);
  if (deeper && random.integer(0, 2) > 0)
    return { ...value, [key]: spoil(random, inner as Record<string, unknown>) };
  return random.integer(0, 4) === 0
    ? { ...value, Nope: wrongType(random) }
    : { ...value, [key]: wrongType(random) };
}

/** How often a body is sent as it was made, with a member spoiled, broken, or not at all. */
export type BodyOdds = Readonly<Partial<Record<'whole' | 'spoiled' | 'broken' | 'none', number>>>;

export function bodyOf(random: Random, whole: Record<string, unknown>, odds: BodyOdds): unknown {
  switch (random.weighted(odds)) {
    case 'whole':
      return whole;
    case 'spoiled':
      return spoil(random, whole);
    case 'broken':
      return brokenBody(random);
    case 'none':
      return undefined;
  }
}

/** Bodies that are no JSON, or not the expected kind of it. */
export function brokenBody(random: Random): string {
  return random.pick([
    '',
    ' ',
    '{',
    '{"',
    '[]',
    '[',
    'null',
    '"text"',
    '7',
    'true',
    '{"a"}',
    '{"a":}',
    '{a:1}',
    '{} x',
    '{}{}',
    '[{}',
    '{"Node":"x",}',
    '{"Node":"\u0001"}',
    "{'Node':'x'}",
    'nul',
    '-',
    '01',
  ]);
}

/** Parameters of every read; most reads have none. */
export function readParams(random: Random): Params {
  if (random.integer(0, 2) > 0) return {};
  const params: Record<string, string | null>[] = [
    { stale: null },
    { consistent: null },
    { stale: null, consistent: null },
    { cached: null },
    { pretty: null },
    { pretty: 'false' },
    { dc: 'dc1' },
    { dc: 'DC1' },
    { dc: 'nope' },
    { dc: '' },
    { index: '1', wait: '5ms' },
    { index: 'x' },
    { index: '-1' },
    { index: '0' },
    { wait: 'x' },
    { wait: '5' },
    { wait: '-1s' },
    { index: '99999999', wait: '10ms' },
    { index: '18446744073709551616' },
    { max_stale: '1s' },
    { max_stale: 'x' },
    { token: 'x' },
    { leader: null },
    { ns: 'default' },
    { ns: 'x' },
    { partition: 'default' },
    { partition: 'x' },
    { ns: '*' },
    { ns: '' },
    { consistent: null, cached: null },
    { consistent: null, max_stale: '5s' },
    { peer: 'x' },
    { wait: '1h', index: '0' },
    { hash: 'x', wait: '5ms' },
    { near: '_agent' },
    { sg: 'x' },
    { peer: '' },
    { datacenter: 'dc1' },
    { filter: '' },
    { filter: 'x' },
    { filter: 'Node' },
    { 'node-meta': 'a:b' },
    { 'node-meta': 'a' },
  ];
  return random.pick(params);
}
