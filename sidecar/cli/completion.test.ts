import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { completeLine } from './completion.ts';
import { findOwnProgram, installCompletion, uninstallCompletion } from './completion-install.ts';
import { CommandRegistry } from './registry.ts';
import { runCommand } from './testing/run-command.ts';

const registry = new CommandRegistry();

describe('completeLine', () => {
  it.each([
    ['lictor k', ['keygen', 'keyring', 'kv']],
    ['lictor kv ', ['delete', 'export', 'get', 'import', 'put']],
    ['lictor kv g', ['get']],
    ['lictor kv get', ['get']],
    ['lictor tls ca ', ['create']],
    ['lictor kv get -recu', ['-recurse']],
    ['lictor kv put -c', ['-ca-file', '-ca-path', '-cas', '-client-cert', '-client-key']],
    ['lictor kv get key ', []],
    ['lictor -ver', ['-version']],
    ['lictor kv -', ['-help']],
    ['lictor nonsense ', []],
    ['  lictor   members   -wa', ['-wan']],
  ])('%o', async (line, expected) => {
    const found = await completeLine(line, registry);
    for (const each of expected) expect(found).toContain(each);
    if (expected.length === 0) expect(found).toEqual([]);
    else expect(found.every((each) => each.startsWith(line.split(/\s+/).at(-1)!))).toBe(true);
  });

  it('comes first when the shell asks', async () => {
    const env = { COMP_LINE: 'lictor members -wan', COMP_POINT: '16' };
    const { code, stdout } = await runCommand([], { env });
    expect(code).toBe(0);
    expect(stdout.split('\n')).toContain('-wan');
    expect(stdout.split('\n')).toContain('-detailed');
  });
});

describe('installation', () => {
  let home: string;
  beforeEach(() => {
    home = fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-completion-'));
    fs.writeFileSync(path.join(home, '.bashrc'), 'alias ll=ls\n');
    fs.mkdirSync(path.join(home, '.config/fish'), { recursive: true });
  });
  afterEach(() => fs.rmSync(home, { recursive: true, force: true }));
  const read = (name: string): string => fs.readFileSync(path.join(home, name), 'utf8');

  it('adds to the shells that are in use, once', () => {
    expect(installCompletion(home, '/opt/bin/lictor')).toEqual([
      '.bashrc',
      '.config/fish/completions/lictor.fish',
    ]);
    const bash = 'alias ll=ls\ncomplete -C /opt/bin/lictor lictor\n';
    expect(read('.bashrc')).toBe(bash);
    expect(read('.config/fish/completions/lictor.fish')).toContain('COMP_LINE');
    expect(installCompletion(home, '/elsewhere/lictor')).toEqual([]);
    expect(read('.bashrc')).toBe(bash);
    expect(fs.existsSync(path.join(home, '.zshrc'))).toBe(false);
  });

  it('takes away what it added', () => {
    installCompletion(home, '/opt/bin/lictor');
    uninstallCompletion(home);
    expect(read('.bashrc')).toBe('alias ll=ls\n');
    expect(fs.existsSync(path.join(home, '.config/fish/completions/lictor.fish'))).toBe(false);
  });

  it('makes zsh ready first, and leaves there what others may use', () => {
    fs.writeFileSync(path.join(home, '.zshrc'), 'setopt autocd\n');
    installCompletion(home, "/opt/my 'tools'/lictor");
    const lines = read('.zshrc').split('\n');
    expect(lines[1]).toContain('compinit');
    expect(lines[3]).toBe(String.raw`complete -o nospace -C '/opt/my '\''tools'\''/lictor' lictor`);
    uninstallCompletion(home);
    expect(read('.zshrc')).toBe(`${lines.slice(0, 3).join('\n')}\n`);
    installCompletion(home, 'lictor');
    expect(read('.zshrc').match(/bashcompinit && bashcompinit/g)).toHaveLength(1);
  });

  it('lets the shells call the program of PATH, else the one that was called', () => {
    const program = path.join(home, 'lictor');
    expect(findOwnProgram(`.:/nonsense:${home}`, '/opt/lictor')).toBe('/opt/lictor');
    fs.writeFileSync(program, '');
    expect(findOwnProgram(`.:/nonsense:${home}`, '/opt/lictor')).toBe(program);
  });

  it('without a shell that it knows says what to do', async () => {
    fs.rmSync(path.join(home, '.bashrc'));
    fs.rmSync(path.join(home, '.config'), { recursive: true });
    const { code, stderr } = await runCommand(['-autocomplete-install'], { env: { HOME: home } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/complete -C \/\S+\/lictor lictor/);
  });
});
