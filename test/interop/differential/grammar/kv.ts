/** /v1/kv: every verb and flag. */
import type { Random } from '../../../linearizability/random.ts';
import type { Step } from '../step.ts';
import { queryOf, readParams, sometimes } from './words.ts';

const KEYS = [
  'a',
  'a/b',
  'a/b/c',
  'a/',
  'a//b',
  'A',
  '',
  '/a',
  'a%20b',
  'a%2Fb',
  '%C3%A7',
  'a%25',
  'a?',
  'b',
  'b/',
  'a/b%2F',
  'ab',
  'a.b',
  'a+b',
  'a%2Bb',
  '%00',
  'a%0A',
];
const VALUES = ['', 'x', 'hello', '\u{1f600}', '{"a":1}', 'x'.repeat(3000), '\u0000\u0001', '<&>'];
const NUMBERS = [
  '0',
  '1',
  '42',
  '-1',
  'x',
  '',
  '18446744073709551615',
  '18446744073709551616',
  '1.5',
  ' 1',
  '0x10',
  '007',
  '+1',
  '1e3',
];

export function kv(random: Random): Step {
  const path = `/v1/kv/${random.pick(KEYS)}`;
  switch (random.weighted({ get: 5, put: 6, delete: 3, session: 1, other: 1 })) {
    case 'get':
      return { method: 'GET', path: path + queryOf({ ...form(random), ...readParams(random) }) };
    case 'put':
      return { method: 'PUT', path: path + queryOf(writeFlags(random)), body: random.pick(VALUES) };
    case 'delete':
      return {
        method: 'DELETE',
        path:
          path +
          queryOf({
            recurse: sometimes(random, 3, () => random.pick([null, '', 'true', 'false'])),
            cas: sometimes(random, 3, () => random.pick(NUMBERS)),
            ...readParams(random),
          }),
      };
    case 'session':
      return {
        method: 'PUT',
        path: '/v1/session/create',
        body: { Behavior: random.pick(['delete', 'release']) },
        save: random.pick(['s1', 's2']),
      };
    case 'other':
      return { method: random.pick(['POST', 'HEAD', 'OPTIONS', 'PATCH'] as const), path };
  }
}

function form(random: Random): Record<string, string | null | undefined> {
  return {
    raw: sometimes(random, 4, () => null),
    recurse: sometimes(random, 3, () => random.pick([null, 'false', ''])),
    keys: sometimes(random, 3, () => random.pick([null, 'false'])),
    separator: sometimes(random, 4, () => random.pick(['/', 'b', '', '//'])),
    seperator: sometimes(random, 12, () => '/'),
  };
}

function writeFlags(random: Random): Record<string, string | null | undefined> {
  return {
    flags: sometimes(random, 4, () => random.pick(NUMBERS)),
    cas: sometimes(random, 4, () => random.pick(NUMBERS)),
    acquire: sometimes(random, 4, () =>
      random.pick(['{s1}', '{s2}', '', 'x', '00000000-0000-0000-0000-000000000000']),
    ),
    release: sometimes(random, 5, () => random.pick(['{s1}', '{s2}', '', 'x'])),
    ...readParams(random),
  };
}
