/**
 * Every command by its path. A command's code is loaded only when it runs: the start-up time of a short command is most
 * of its running time.
 */
import { COMMANDS } from './commands.ts';
import type { CommandModule } from './command.ts';

export interface CommandEntry {
  /** Words separated by one blank. */
  readonly path: string;
  /** One line for the list of commands. */
  readonly synopsis: string;
  /** Absent for a group, which only has commands below it. */
  readonly load?: () => Promise<{ readonly command: CommandModule }>;
}

export interface CommandMatch {
  readonly entry: CommandEntry;
  /** Index of the first argument after the command's words. */
  readonly end: number;
}

export class CommandRegistry {
  readonly #entries = new Map<string, CommandEntry>();

  /** @param injected commands of other parts of the program, which replace those of the same path */
  constructor(injected: readonly CommandEntry[] = []) {
    for (const entry of [...COMMANDS, ...injected]) this.#entries.set(entry.path, entry);
  }

  /** The entry that matches the most words from `start` on; a flag between the words ends the path. */
  find(args: readonly string[], start: number): CommandMatch | undefined {
    let match: CommandMatch | undefined;
    let path = '';
    for (let end = start; end < args.length; end++) {
      path = path === '' ? args[end]! : `${path} ${args[end]!}`;
      const entry = this.#entries.get(path);
      if (entry === undefined) break;
      match = { entry, end: end + 1 };
    }
    return match;
  }

  get(path: string): CommandEntry | undefined {
    return this.#entries.get(path);
  }

  /** The entries directly below a path (the empty one: all first words), in order of name. */
  children(path: string): CommandEntry[] {
    const prefix = path === '' ? '' : `${path} `;
    return [...this.#entries.values()]
      .filter((entry) => entry.path.startsWith(prefix) && entry.path !== path)
      .filter((entry) => !entry.path.slice(prefix.length).includes(' '))
      .toSorted((left, right) => (left.path < right.path ? -1 : 1));
  }
}
