import { describe, expect, it } from 'vitest';
import { parseQueryID } from './query-id.ts';
import { QueryList } from './query-list.ts';
import { TemplateByIDError, resolveQuery } from './resolve-query.ts';
import { queryForTest, templateForTest } from './testing.ts';

const ID = '11111111-2222-4333-8444-55555555abcd';
const TEMPLATE_ID = '11111111-2222-4333-8444-55555555abce';
const suffix = (service: string) => ({ Service: `${service}-\${name.suffix}` });

const list = new QueryList([
  queryForTest('Static', {}, { ID }),
  queryForTest(TEMPLATE_ID.toUpperCase(), { Service: 'called-like-an-id' }),
  { ...templateForTest('abc-', suffix('three')), ID: TEMPLATE_ID },
  templateForTest('ab', suffix('two')),
  queryForTest('abc-exact', { Service: 'exact' }),
  templateForTest('', suffix('all')),
  queryForTest('', { Service: 'nameless' }, { ID: 'x' }),
]);

describe('a query is found', () => {
  it.each([
    ['by its name, whatever the case', 'sTATIC', 'web'],
    ['by its ID, whatever the case', ID.toUpperCase(), 'web'],
    ['by the longest prefix', 'abc-x', 'three-x'],
    ['by a shorter prefix', 'abx', 'two-x'],
    ['by its exact name before any prefix', 'abc-exact', 'exact'],
    ['by a prefix though its name is one of another', 'abc-exactly', 'three-exactly'],
    ['by the empty prefix when nothing else matches', 'zzz', 'all-zzz'],
    [
      'by the empty prefix for an ID that no query has',
      ID.replace('1', '9'),
      `all-${ID.replace('1', '9')}`,
    ],
  ])('%s', (_how, nameOrID, service) => {
    expect(resolveQuery(list, nameOrID)?.Service.Service).toBe(service);
  });

  it('never by the empty name, and a template never by its ID', () => {
    expect(resolveQuery(list, '')).toBeUndefined();
    expect(() => resolveQuery(list, TEMPLATE_ID)).toThrow(TemplateByIDError);
    expect(resolveQuery(new QueryList([]), 'static')).toBeUndefined();
  });
});

describe('the ID of a query', () => {
  const fail = (fault: string): never => {
    throw new Error(fault);
  };

  it.each([
    [ID, ID],
    [ID.toUpperCase(), ID],
    ['1111-1111222243338444-55555555-abc-d', ID],
    ['111111112222433384445555555abcdabcd1', ''],
  ])('%s is %j', (text, id) => {
    expect(parseQueryID(text, fail)).toBe(id);
  });

  it.each([
    ['', 'UUID must be 36 characters'],
    [`${ID}0`, 'UUID must be 36 characters'],
    ['é'.repeat(18), "Invalid UUID: encoding/hex: invalid byte: U+00E9 'é'"],
    [ID.replace('a', 'z'), "Invalid UUID: encoding/hex: invalid byte: U+007A 'z'"],
    [
      '1-1-1-1-1-1111111111111111111111111111'.slice(0, 36),
      'UUID should have maximum of 4 "-"; got 5',
    ],
    ['1111111101111-4111-8111-111111111111', 'Input (without hyphens) must be even length'],
  ])('%j is refused: %s', (text, message) => {
    expect(() => parseQueryID(text, fail)).toThrow(message);
  });
});
