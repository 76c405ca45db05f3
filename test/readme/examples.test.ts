import { describe, expect, it } from 'vitest';
import { findUntested, parseExamples } from './examples.ts';

const fence = (info: string, ...lines: string[]): string =>
  ['```' + info, ...lines, '```'].join('\n');

describe('examples of a document', () => {
  it('are commands with what they print', () => {
    const [block] = parseExamples(
      fence('console test', '$ one', 'out', '$ two \\', '  more', '$ three'),
    );
    expect(block).toMatchObject({
      commands: [
        { text: 'one', expected: ['out'], line: 2 },
        { text: 'two \\\n  more', expected: [], line: 4 },
        { text: 'three', expected: [], line: 6 },
      ],
      isBackground: false,
      isEventual: false,
    });
  });

  it('a quoted text goes over lines', () => {
    const [block] = parseExamples(fence('console test', "$ curl -d '[", '  1', "]'", 'true'));
    expect(block).toMatchObject({
      commands: [{ text: "curl -d '[\n  1\n]'", expected: ['true'] }],
    });
  });

  it('are files', () => {
    expect(parseExamples(fence('json file=a/b.json', '{}'))).toEqual([
      { kind: 'file', name: 'a/b.json', content: '{}\n' },
    ]);
  });

  it('are nothing else', () => {
    expect(parseExamples([fence('sh', 'rm -rf .'), fence('', 'a picture')].join('\n'))).toEqual([]);
  });

  it.each(['background', 'eventually'])('may be marked as %s', (mark) => {
    const [block] = parseExamples(fence(`console test ${mark}`, '$ x'));
    expect(block).toMatchObject({
      isBackground: mark === 'background',
      isEventual: mark === 'eventually',
    });
  });

  it.each([fence('console test', 'no prompt'), '```console test\n$ never closed'])(
    'are refused when they are malformed: %j',
    (markdown) => expect(() => parseExamples(markdown)).toThrow(/line \d/),
  );
});

describe('commands that are not run', () => {
  it('say why', () => {
    const excused = `<!-- not run: it needs an account -->\n${fence('sh', 'npm run deploy')}`;
    expect(findUntested(`${excused}\n\n${fence('sh', 'npm run deploy')}\n`)).toEqual([6]);
  });
});
