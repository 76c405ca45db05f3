import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LogFile } from './log-file.ts';

let directory: string;
let now: number;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-log-file-'));
  now = 1_700_000_000_000;
});
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

function open(
  options: { rotateMs?: number; rotateBytes?: number; maxFiles?: number },
  name = 'a.log',
): LogFile {
  const limits = { rotateMs: 86_400_000, rotateBytes: 0, maxFiles: 0, ...options };
  return new LogFile({ path: `${directory}/${name}`, ...limits }, () => now++);
}
const files = (): Record<string, string> =>
  Object.fromEntries(
    fs
      .readdirSync(directory)
      .map((name) => [name, fs.readFileSync(path.join(directory, name), 'utf8')]),
  );

it('appends to what is there', () => {
  const first = open({});
  first.write('one\n');
  first.close();
  const second = open({});
  second.write('two\n');
  second.close();
  expect(files()).toEqual({ 'a.log': 'one\ntwo\n' });
});

it('a directory gets a file of the usual name', () => {
  const log = open({}, 'logs/');
  log.write('one\n');
  log.close();
  expect(fs.readFileSync(`${directory}/logs/consul.log`, 'utf8')).toBe('one\n');
});

it('rotates before a line would exceed the size', () => {
  const log = open({ rotateBytes: 8 });
  for (const line of ['one\n', 'two\n', 'three\n']) log.write(line);
  log.close();
  expect(Object.values(files()).toSorted()).toEqual(['one\ntwo\n', 'three\n']);
  expect(files()['a.log']).toBe('three\n');
});

it('rotates by age', () => {
  const log = open({ rotateMs: 1000 });
  log.write('old\n');
  now += 1000;
  log.write('new\n');
  log.close();
  expect(files()['a.log']).toBe('new\n');
  expect(Object.keys(files())).toHaveLength(2);
});

it.each([
  [0, 5],
  [2, 3],
  [-1, 1],
])('maxFiles %d leaves %d files', (maxFiles, count) => {
  fs.writeFileSync(`${directory}/a-notes.log`, 'not one of ours');
  const log = open({ rotateBytes: 1, maxFiles });
  for (let i = 0; i < 5; i++) log.write(`${i}\n`);
  log.close();
  const { 'a-notes.log': others, ...ours } = files();
  expect(others).toBe('not one of ours');
  expect(Object.keys(ours)).toHaveLength(count);
  expect(ours['a.log']).toBe('4\n');
});
