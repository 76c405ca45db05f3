/** Completion where it counts: in bash, zsh and fish, typed at a terminal, after `-autocomplete-install` and nothing else. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROGRAMS, requireProgram } from '../../../scripts/programs.ts';
import { lictor, runToEnd } from '../run-to-end.ts';
import { TypedShell } from './typed-shell.ts';

const INSTALL_LIMIT_MS = 20_000;

/** bash lists what there is at the second key. */
const SHELLS = [
  {
    name: 'bash',
    program: PROGRAMS.bash,
    startUp: '.bashrc',
    prompt: "PS1='ready> '\n",
    list: '\t\t',
  },
  // A start-up file without compinit, as a fresh one is.
  { name: 'zsh', program: PROGRAMS.zsh, startUp: '.zshrc', prompt: "PS1='ready> '\n", list: '\t' },
  {
    name: 'fish',
    program: PROGRAMS.fish,
    startUp: '.config/fish/config.fish',
    prompt: "set fish_greeting\nfunction fish_prompt; echo 'ready> '; end\n",
    list: '\t',
  },
];

describe.each(SHELLS)('$name', ({ program, startUp, prompt, list }) => {
  let home: string;
  let env: NodeJS.ProcessEnv;
  let shell: TypedShell;

  beforeEach(async () => {
    home = fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-shell-'));
    fs.mkdirSync(path.join(home, 'bin'));
    fs.symlinkSync(lictor, path.join(home, 'bin/lictor'));
    fs.mkdirSync(path.dirname(path.join(home, startUp)), { recursive: true });
    fs.writeFileSync(path.join(home, startUp), prompt);
    const PATH = `${home}/bin:${process.env['PATH']}`;
    // Only what a terminal brings: the interop tests' own environment is not a user's.
    env = { HOME: home, PATH, TERM: 'xterm', SHELL: requireProgram(program), LC_ALL: 'C.UTF-8' };
    const installed = await runToEnd(lictor, ['-autocomplete-install'], {
      limitMs: INSTALL_LIMIT_MS,
      env,
    });
    expect(installed.code, installed.stderr).toBe(0);
    shell = new TypedShell(`${requireProgram(program)} -i`, env, home);
  });
  afterEach(async () => {
    await shell.stop();
    fs.rmSync(home, { recursive: true, force: true });
  });

  it('lists the commands of a group', async () => {
    expect(await shell.type('', /ready> /)).not.toMatch(/not found|error/i);
    const offered = await shell.type(`lictor kv ${list}`, /rollback/);
    for (const command of ['delete', 'export', 'get', 'import', 'put'])
      expect(offered).toContain(command);
    expect(offered).not.toContain('members');
  });

  it.each([
    ['lictor keyr', 'keyring'],
    ['lictor kv get -recu', '-recurse'],
  ])('completes %s', async (typed, whole) => {
    await shell.type('', /ready> /);
    const answer = await shell.type(`${typed}\t`, new RegExp(whole));
    expect(answer).toContain(whole);
  });

  it('no longer, once it is uninstalled', async () => {
    const options = { limitMs: INSTALL_LIMIT_MS, env };
    expect((await runToEnd(lictor, ['-autocomplete-uninstall'], options)).code).toBe(0);
    const left = fs.readdirSync(home, { recursive: true, encoding: 'utf8' });
    const texts = left
      .map((name) => path.join(home, name))
      .filter((file) => !file.startsWith(path.join(home, 'bin')) && fs.statSync(file).isFile())
      .map((file) => fs.readFileSync(file, 'utf8'));
    expect(texts.join('\n')).not.toMatch(/complete .*lictor/);
  });
});
