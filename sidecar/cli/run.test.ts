import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CommandRegistry } from './registry.ts';
import { runCommand } from './testing/run-command.ts';

const registry = new CommandRegistry();

describe('the command line', () => {
  it.each<[string[], number, 'stdout' | 'stderr', RegExp]>([
    [[], 127, 'stderr', /^Usage: lictor \[--version\]/],
    [['--help'], 0, 'stdout', /Available commands are:\n {4}acl/],
    [['-h'], 0, 'stdout', /^Usage: lictor/],
    [['nonsense'], 127, 'stderr', /^Usage: lictor/],
    [['nonsense', '-h'], 127, 'stderr', /^Usage: lictor/],
    [['kv'], 1, 'stderr', /^Usage: lictor kv <subcommand>/],
    [['kv', 'nonsense'], 1, 'stderr', /Subcommands:\n {4}delete {2,}Removes data/],
    [['kv', '-h'], 0, 'stdout', /^Usage: lictor kv <subcommand>/],
    [['kv', 'get', '-h'], 0, 'stdout', /^Usage: lictor kv get/],
    // Help counts wherever it stands, but not behind `--`.
    [['kv', 'get', 'key', '--help'], 0, 'stdout', /^Usage: lictor kv get/],
    [['keygen', '--', '-h'], 0, 'stdout', /^[A-Za-z0-9+/]{43}=\n$/],
    [['-foo', 'keygen'], 1, 'stderr', /^Invalid flags before the subcommand/],
    [['members', '-nonsense'], 1, 'stderr', /^flag provided but not defined: -nonsense\n\nUsage:/],
    [['-v'], 0, 'stdout', /^Lictor v1\.2\.3\n/],
    [['--version', 'kv'], 0, 'stdout', /^Lictor v1\.2\.3\n/],
    [
      ['operator', 'raft', 'remove-peer'],
      1,
      'stderr',
      /^lictor operator raft remove-peer: .*no Raft peers/,
    ],
    [
      ['connect', 'envoy', 'pipe-bootstrap'],
      1,
      'stderr',
      /not built yet in this version of Lictor/,
    ],
  ])('%j', async (args, code, stream, text) => {
    const result = await runCommand(args);
    expect(result.code).toBe(code);
    expect(result[stream]).toMatch(text);
    expect(result[stream === 'stdout' ? 'stderr' : 'stdout']).toBe('');
  });

  it('runs an injected command in place of its own of the same path', async () => {
    const command = { flagNames: [], help: async () => '', run: async () => 42 };
    const entry = { path: 'keygen', synopsis: 'mine', load: async () => ({ command }) };
    const injected = new CommandRegistry([entry]);
    expect(injected.get('keygen')).toBe(entry);
    expect(injected.children('').filter(({ path }) => path === 'keygen')).toEqual([entry]);
  });
});

describe('the registry', () => {
  const entries = ['', 'acl', 'kv', 'connect', 'operator'].flatMap((path) =>
    registry.children(path),
  );

  it('loads every command, and each has a help of its own', async () => {
    for (const { path, load } of entries) {
      if (load === undefined) continue;
      const { command } = await load();
      expect(await command.help(), path).toMatch(new RegExp(`^Usage: lictor ${path}( |$)`, 'm'));
    }
  });

  it('gives every group something below it', () => {
    for (const { path, load } of entries) {
      if (load === undefined) expect(registry.children(path), path).not.toEqual([]);
    }
  });

  it('keeps help within 80 columns', async () => {
    for (const { path, load } of entries) {
      const help = load === undefined ? '' : await (await load()).command.help();
      for (const line of help.split('\n').slice(1)) {
        expect(line.length, `${path}: ${line}`).toBeLessThanOrEqual(80);
      }
    }
  });

  it('does not load the HTTP client for the list of commands', () => {
    // The start-up time of every command depends on what these two files import.
    for (const file of ['registry.ts', 'run.ts', 'commands.ts', 'unavailable.ts']) {
      const source = readFileSync(new URL(file, import.meta.url), 'utf8');
      expect(source, file).not.toMatch(/^import (?!type).*client/m);
    }
  });
});
