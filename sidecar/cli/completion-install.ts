/** `-autocomplete-install` and `-autocomplete-uninstall`: a line in the start-up files of the shells that a user has. */
import fs from 'node:fs';
import path from 'node:path';
import type { CommandIO } from './command-io.ts';
import { PROGRAM } from './program.ts';

const BASH_LINE = `complete -C ${PROGRAM} ${PROGRAM}`;
const ZSH_LINES = [
  'autoload -U +X bashcompinit && bashcompinit',
  `complete -o nospace -C ${PROGRAM} ${PROGRAM}`,
];
const FISH_FILE = `function __complete_${PROGRAM}
    set -lx COMP_LINE (commandline -cp)
    ${PROGRAM}
end
complete -f -c ${PROGRAM} -a "(__complete_${PROGRAM})"
`;
const FISH_PATH = `.config/fish/completions/${PROGRAM}.fish`;
const START_UP_FILES = [
  { file: '.bashrc', lines: [BASH_LINE] },
  { file: '.bash_profile', lines: [BASH_LINE] },
  { file: '.zshrc', lines: ZSH_LINES },
];

/** @returns the files below `home` that were changed; those of shells that were never used are not made */
export function installCompletion(home: string): string[] {
  const changed: string[] = [];
  for (const { file, lines } of START_UP_FILES) {
    const at = path.join(home, file);
    if (!fs.existsSync(at)) continue;
    const text = fs.readFileSync(at, 'utf8');
    const missing = lines.filter((line) => !text.split('\n').includes(line));
    if (missing.length === 0) continue;
    const separator = text === '' || text.endsWith('\n') ? '' : '\n';
    fs.appendFileSync(at, `${separator}${missing.join('\n')}\n`);
    changed.push(file);
  }
  const fish = path.join(home, FISH_PATH);
  if (fs.existsSync(path.join(home, '.config/fish')) && !fs.existsSync(fish)) {
    fs.mkdirSync(path.dirname(fish), { recursive: true });
    fs.writeFileSync(fish, FISH_FILE);
    changed.push(FISH_PATH);
  }
  return changed;
}

/** zsh's bashcompinit stays: other programs may have come to use it. @returns the files that were changed */
export function uninstallCompletion(home: string): string[] {
  const changed: string[] = [];
  for (const { file, lines } of START_UP_FILES) {
    const at = path.join(home, file);
    if (!fs.existsSync(at)) continue;
    const before = fs.readFileSync(at, 'utf8');
    const own = lines.at(-1);
    const after = before
      .split('\n')
      .filter((line) => line !== own)
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

/** @returns the exit code */
export function runInstallation(io: CommandIO, isInstall: boolean): number {
  const home = io.env['HOME'] ?? '';
  const changed = isInstall ? installCompletion(home) : uninstallCompletion(home);
  for (const file of changed) io.stdout.write(`changed ${path.join(home, file)}\n`);
  if (changed.length > 0) {
    io.stdout.write('Open a new shell for it to take effect.\n');
    return 0;
  }
  io.stderr.write(
    `Nothing to change for bash, zsh or fish in ${home}. For another shell, let it call the program: ${BASH_LINE}\n`,
  );
  return 1;
}
