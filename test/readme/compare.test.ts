import { describe, expect, it } from 'vitest';
import { findDifference } from './compare.ts';

const UUIDS = ['1c3f5836-4df4-0e26-6697-90dcce78acd9', '7081dcdf-fdc0-0432-f2e8-a357d36084e1'];

describe('an output counts as what the document says', () => {
  it.each([
    ['as it is', ['foo'], 'foo\n'],
    ['in other columns', ['a   b'], 'a b'],
    ['JSON in another layout', ['{', '  "a": 1', '}'], '{"a":1}'],
    ['with other indexes', ['{"CreateIndex": 13}'], '{"CreateIndex":4}'],
    ['with other indexes of the command line', ['CreateIndex      13'], 'CreateIndex      4'],
    ['with another UUID', [`{"ID": "${UUIDS[0]}"}`], `{"ID": "${UUIDS[1]}"}`],
    ['with more at the end', ['a', '...'], 'a\nb\nc'],
    ['with nothing left for the dots', ['a', '...'], 'a'],
    ['with more in between', ['a', '...', 'c'], 'a\nb\nb\nc'],
    [
      'with records in another order',
      ['x. 0 IN A 1.1.1.1', 'x. 0 IN A 2.2.2.2'],
      'x. 0 IN A 2.2.2.2\nx. 0 IN A 1.1.1.1',
    ],
  ])('%s', (_name, expected, output) => {
    expect(findDifference(expected, output)).toBeUndefined();
  });
});

describe('it does not', () => {
  it.each([
    ['with another text', ['foo'], 'bar'],
    ['with nothing', ['foo'], ''],
    ['with more', ['foo'], 'foo\nbar'],
    ['with something where nothing is said', [], 'foo'],
    ['with another LockIndex', ['{"LockIndex": 1}'], '{"LockIndex": 0}'],
    ['with another OpIndex', ['{"OpIndex": 1}'], '{"OpIndex": 0}'],
    ['with a line of the middle missing', ['a', '...', 'c'], 'a\nb'],
    ['with another record', ['x. 0 IN A 1.1.1.1'], 'x. 0 IN A 2.2.2.2'],
    ['with a field missing', ['{', '...', '  "b": 2', '}'], '{"a": 1}'],
  ])('%s', (_name, expected, output) => {
    expect(findDifference(expected, output)).toContain('printed:');
  });
});
