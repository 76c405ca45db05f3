import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Journal } from './journal.ts';
import type { Log } from './interfaces.ts';

let folder = '';
let path = '';
const told: string[] = [];
const log: Log = { debug() {}, info() {}, warn() {}, error: (text) => void told.push(text) };
const open = (): Journal => new Journal(path, log);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lictor-journal-'));
  path = join(folder, 'data', 'journal.jsonl');
  told.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('keeps the newest value of each key, whatever is asked for in one turn', async () => {
  const journal = open();
  await Promise.all([
    journal.put('service/a', 1, true),
    journal.put('service/a', { text: 'two\nlines, ü' }, true),
    journal.put('check/b', 'b', false),
    journal.put('service/c', 'c', true),
    journal.put('service/c', undefined, true),
  ]);
  await journal.put('never/there', undefined, true);
  for (const each of [journal, open()]) {
    expect(each.get('service/a')).toEqual({ text: 'two\nlines, ü' });
    expect(each.values('service/')).toEqual([{ text: 'two\nlines, ü' }]);
    expect(each.get('check/b')).toBe('b');
    expect(each.get('never/there')).toBeUndefined();
  }
  await journal.flush();
});

it('is private, and goes on where it was closed', async () => {
  const journal = open();
  await journal.put('a', 1, true);
  await journal.flush();
  await journal.put('b', 2, true);
  await journal.flush();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(open().values('')).toEqual([1, 2]);
});

it('does not grow with what was replaced', async () => {
  const journal = open();
  const text = 'x'.repeat(100_000);
  for (let round = 0; round < 60; round++) await journal.put('a', [round, text], false);
  await journal.flush();
  // Six megabytes were written: the file is at most four times what it holds, or a megabyte, and its growth.
  expect(statSync(path).size).toBeLessThan(1.3 * 1024 * 1024);
  expect(open().get('a')).toEqual([59, text]);
});

it('passes over a broken line, tells of it, and keeps the others', async () => {
  writeFileSync((path = join(folder, 'j')), '["a",1]\n{oops\n[7]\n["b",2]\n');
  const journal = open();
  expect(journal.values('')).toEqual([1, 2]);
  expect(told).toEqual([`${path}: line 2 is broken`, `${path}: line 3 is broken`]);
  await journal.put('c', 3, true);
  await journal.flush();
  expect(open().values('')).toEqual([1, 2, 3]);
});

it('a file that cannot be read is not taken for an empty one', () => {
  path = folder;
  expect(open).toThrow('EISDIR');
});

it('a disk that fails sets nothing, and is written anew when it is well again', async () => {
  const journal = new Journal(join(folder, 'later', 'j'), log);
  writeFileSync(join(folder, 'later'), 'in the way');
  await expect(journal.put('a', 1, true)).rejects.toThrow();
  expect(journal.get('a')).toBeUndefined();
  rmSync(join(folder, 'later'));
  await journal.put('b', 2, true);
  await journal.flush();
  expect(new Journal(join(folder, 'later', 'j'), log).values('')).toEqual([2]);
});

it('a crash costs what was not acknowledged and nothing else, wherever it cuts the file', async () => {
  const journal = open();
  await journal.put('a', 'first', true);
  const whole = readFileSync(path, 'utf8').trimEnd().length + 1;
  await journal.flush();
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 40 }),
      fc.constantFrom('', '\n', '\n\n\n'),
      async (cut, padding) => {
        truncateSync(path, whole);
        const torn = JSON.stringify(['b', 'second, which is never acknowledged']).slice(0, cut);
        appendFileSync(path, torn + padding);
        const after = open();
        expect(after.values('')).toEqual(['first']);
        await after.put('c', 'third', true);
        await after.flush();
        expect(open().values('')).toEqual(['first', 'third']);
        expect(told).toEqual([]);
        // For the next cut: the file as it was.
        await after.put('c', undefined, true);
        await after.flush();
        writeFileSync(path, '["a","first"]\n');
      },
    ),
    { numRuns: 50 },
  );
});
