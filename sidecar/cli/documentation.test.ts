/** What README and docs/ tell people to type is taken by the parser: commands that exist, with flags that they have, where they may stand. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeAgent } from '../client/testing/fake-agent.ts';
import { CommandRegistry } from './registry.ts';
import { runCommand } from './testing/run-command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PAGES = [
  'README.md',
  ...fs
    .readdirSync(path.join(root, 'docs'))
    .filter((name) => name.endsWith('.md') && name !== 'roadmap.md')
    .map((name) => `docs/${name}`),
];
/** Their flags are the configuration's: sidecar/config tests them. */
const OTHER_PARSERS = /^(agent|dev)\b/;
/** A command that goes on after it was parsed is not waited for. */
const PATIENCE_MS = 300;

const registry = new CommandRegistry();
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-documentation-'));
/** It knows nothing: what it says comes after the parsing. */
const agent = new FakeAgent();
beforeAll(() => agent.start());
afterAll(async () => {
  await agent.stop();
  fs.rmSync(home, { recursive: true, force: true });
});

/** Of blocks of code (`$ lictor ...`, indented or not) and of `lictor ...` in sentences, without the program's name. */
function commandLines(page: string): string[] {
  const text = fs.readFileSync(path.join(root, page), 'utf8');
  const lines = [
    ...text.matchAll(/^ *(?:\$ )?lictor ([^\n]*)$/gm),
    ...text.matchAll(/`lictor ([^`\n]*)`/g),
  ].map(([, line]) => line!);
  return [...new Set(lines.map(withoutShell))].filter((line) => !OTHER_PARSERS.test(line));
}

/** What the shell takes away, an explanation behind two blanks, and what stands for more of the same. */
function withoutShell(line: string): string {
  return line
    .replace(/ {2,}.*$/, '')
    .replace(/ (?:&&|\||>|<|#) .*$/, '')
    .replace(/ \.\.\.$/, '');
}

function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain!,
  );
}

const CASES = PAGES.flatMap((page) => commandLines(page).map((line) => [page, line] as const));

it.concurrent.each(CASES)('%s: lictor %s', async (page, line) => {
  const words = wordsOf(line);
  if (!words[0]!.startsWith('-') && words[0] !== 'COMMAND')
    expect(registry.find(words, 0), `${page} names no command`).toBeDefined();
  const ending = new AbortController();
  let complaint = '';
  const running = runCommand(words, {
    agent: agent.address,
    cwd: home,
    env: { HOME: home },
    signal: ending.signal,
    onComplaint: (text) => (complaint += text),
  }).catch((error: Error) => (complaint += error.message));
  await Promise.race([running, sleep(PATIENCE_MS)]);
  expect(complaint).not.toMatch(/flag provided but not defined|Too many arguments|bad flag/);
  ending.abort('SIGTERM');
  await running;
});

it('finds the lines', () => {
  expect(CASES.length).toBeGreaterThan(50);
});
