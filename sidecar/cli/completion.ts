/**
 * Shell completion by the program itself: bash's `complete -C` (which zsh's bashcompinit understands, and fish can call) runs the program with the
 * line in COMP_LINE, and takes one candidate a line from stdout. The way in is that of Consul: `-autocomplete-install`.
 */
import type { CommandEntry, CommandRegistry } from './registry.ts';

const GLOBAL_FLAGS = ['-autocomplete-install', '-autocomplete-uninstall', '-help', '-version'];

/** @param line up to the cursor, the program's name first. @returns what may stand in the place of its last word */
export async function completeLine(line: string, registry: CommandRegistry): Promise<string[]> {
  const words = line.trimStart().split(/\s+/).slice(1);
  const current = words.pop() ?? '';
  const match = registry.find(words, 0);
  const entry = match?.entry;
  const isInPath = words.length === (match?.end ?? 0);
  const candidates = current.startsWith('-')
    ? await flagsOf(entry)
    : isInPath
      ? childNames(entry?.path ?? '', registry)
      : [];
  return candidates.filter((candidate) => candidate.startsWith(current)).toSorted();
}

async function flagsOf(entry: CommandEntry | undefined): Promise<string[]> {
  if (entry === undefined) return GLOBAL_FLAGS;
  if (entry.load === undefined) return ['-help'];
  const { command } = await entry.load();
  return [...command.flagNames.map((name) => `-${name}`), '-help'];
}

function childNames(path: string, registry: CommandRegistry): string[] {
  const skip = path === '' ? 0 : path.length + 1;
  return registry.children(path).map((child) => child.path.slice(skip));
}
