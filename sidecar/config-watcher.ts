/**
 * Notices that configuration files changed, for `auto_reload_config`.
 *
 * What is watched are their directories: editors and configuration management replace files, and a watch on a
 * file would go with the old one. Changes that come together are one.
 */
import fs from 'node:fs';
import path from 'node:path';

/** Consul's auto_reload_config_coalesce_interval. */
const COALESCE_MS = 1000;

export class ConfigWatcher {
  readonly #changed: () => void;
  readonly #warn: (text: string) => void;
  readonly #watchers: fs.FSWatcher[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(changed: () => void, warn: (text: string) => void) {
    this.#changed = changed;
    this.#warn = warn;
  }

  /** @param paths files and directories; replaces what was watched before */
  watch(paths: readonly string[]): void {
    this.#close();
    // A reload that was under way at the end asks for it after `stop`.
    if (this.#isStopped) return;
    // In one directory many files may be of interest: undefined stands for all of them.
    const names = new Map<string, Set<string> | undefined>();
    for (const each of paths) {
      if (isDirectory(each)) names.set(each, undefined);
      else if (!names.has(path.dirname(each)))
        names.set(path.dirname(each), new Set([path.basename(each)]));
      else names.get(path.dirname(each))?.add(path.basename(each));
    }
    for (const [directory, wanted] of names) this.#watchDirectory(directory, wanted);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#close();
  }

  #watchDirectory(directory: string, wanted: ReadonlySet<string> | undefined): void {
    try {
      const watcher = fs.watch(directory, (_event, name) => {
        if (name === null || wanted === undefined || wanted.has(name)) this.#schedule();
      });
      watcher.on('error', (error) => this.#warn(`cannot watch ${directory}: ${error.message}`));
      this.#watchers.push(watcher);
    } catch (error) {
      this.#warn(`cannot watch ${directory}: ${(error as Error).message}`);
    }
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#changed, COALESCE_MS);
  }

  #close(): void {
    for (const watcher of this.#watchers.splice(0)) watcher.close();
  }
}

function isDirectory(each: string): boolean {
  return fs.statSync(each, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
