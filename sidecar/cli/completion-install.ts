/** `-autocomplete-install` and `-autocomplete-uninstall`: a line in the start-up files of the shells that a user has. */
import fs from 'node:fs';
import path from 'node:path';
import type { CommandIO } from './command-io.ts';
import { programFile } from '../lib/installation.ts';
import { PROGRAM } from './program.ts';

/** Before what goes after it in zsh: without it each new shell complains that there is no `compdef`. */
const ZSH_COMPLETION = '(( $+functions[compdef] )) || { autoload -U compinit && compinit; }';
const ZSH_BASH_COMPLETION = 'autoload -U +X bashcompinit && bashcompinit';
const FISH_PATH = `.config/fish/completions/${PROGRAM}.fish`;
/** The last line of each is this program's own; those before it may have come to serve others too. */
const START_UP_FILES: readonly { file: string; lines(program: string): readonly string[] }[] = [
  { file: '.bashrc', lines: (program) => [bashLine(program)] },
  { file: '.bash_profile', lines: (program) => [bashLine(program)] },
  {
    file: '.zshrc',
    lines: (program) => [
      ZSH_COMPLETION,
      ZSH_BASH_COMPLETION,
      `complete -o nospace -C ${quote(program)} ${PROGRAM}`,
    ],
  },
];

function bashLine(program: string): string {
  return `complete -C ${quote(program)} ${PROGRAM}`;
}

/** fish leaves out the blank at the end, by which an empty word differs from the one before it. */
function fishFile(program: string): string {
  return `function __complete_${PROGRAM}
    set -lx COMP_LINE (commandline -cp)
    test -z (commandline -ct)
    and set COMP_LINE "$COMP_LINE "
    ${quote(program)}
end
complete -f -c ${PROGRAM} -a "(__complete_${PROGRAM})"
`;
}

/** For all three shells, where a path needs it. */
function quote(program: string): string {
  return /^[\w/.+-]+$/.test(program) ? program : `'${program.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * @param program what the shells shall run
 * @returns the files below `home` that were changed; those of shells that were never used are not made
 */
export function installCompletion(home: string, program: string): string[] {
  const changed: string[] = [];
  for (const { file, lines } of START_UP_FILES) {
    const at = path.join(home, file);
    if (!fs.existsSync(at)) continue;
    const text = fs.readFileSync(at, 'utf8');
    const there = text.split('\n');
    if (there.some(isOwnLine)) continue;
    const missing = lines(program).filter((line) => !there.includes(line));
    const separator = text === '' || text.endsWith('\n') ? '' : '\n';
    fs.appendFileSync(at, `${separator}${missing.join('\n')}\n`);
    changed.push(file);
  }
  const fish = path.join(home, FISH_PATH);
  if (fs.existsSync(path.join(home, '.config/fish')) && !fs.existsSync(fish)) {
    fs.mkdirSync(path.dirname(fish), { recursive: true });
    fs.writeFileSync(fish, fishFile(program));
    changed.push(FISH_PATH);
  }
  return changed;
}

/** Of whatever path it was installed with. */
function isOwnLine(line: string): boolean {
  return line.startsWith('complete ') && line.endsWith(` ${PROGRAM}`) && line.includes(' -C ');
}

/** @returns the files that were changed */
export function uninstallCompletion(home: string): string[] {
  const changed: string[] = [];
  for (const { file } of START_UP_FILES) {
    const at = path.join(home, file);
    if (!fs.existsSync(at)) continue;
    const before = fs.readFileSync(at, 'utf8');
    const after = before
      .split('\n')
      .filter((line) => !isOwnLine(line))
      .join('\n');
    if (after === before) continue;
    fs.writeFileSync(at, after);
    changed.push(file);
  }
  if (fs.existsSync(path.join(home, FISH_PATH))) {
    fs.rmSync(path.join(home, FISH_PATH));
    changed.push(FISH_PATH);
  }
  return changed;
}

/**
 * The program's own path, as Consul writes it: it may be called by a path, where PATH does not lead to it. That of PATH
 * comes first, since a link there stays while versions come and go.
 */
export function findOwnProgram(searchPath: string, installed: string): string {
  const directories = searchPath.split(path.delimiter).filter((entry) => path.isAbsolute(entry));
  const candidates = directories.map((directory) => path.join(directory, PROGRAM));
  return candidates.find((file) => fs.existsSync(file)) ?? installed;
}

/** @returns the exit code */
export function runInstallation(io: CommandIO, isInstall: boolean): number {
  const home = io.env['HOME'] ?? '';
  const program = findOwnProgram(io.env['PATH'] ?? '', programFile());
  const changed = isInstall ? installCompletion(home, program) : uninstallCompletion(home);
  for (const file of changed) io.stdout.write(`changed ${path.join(home, file)}\n`);
  if (changed.length > 0) {
    io.stdout.write('Open a new shell for it to take effect.\n');
    return 0;
  }
  io.stderr.write(
    `Nothing to change for bash, zsh or fish in ${home}. For another shell, let it call the program: ${bashLine(program)}\n`,
  );
  return 1;
}
