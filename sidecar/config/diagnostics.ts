import { ConfigError } from './problem.ts';
import type { ConfigProblem, Origin } from './problem.ts';

/** Where a problem lies when nothing more is known: no source set the key. */
const UNSET: Origin = { source: 'configuration' };

/**
 * What one run of the loader finds out: problems, warnings, and where every value came from.
 *
 * Decoded objects are plain data, so that merging and building stay simple; their origins are kept
 * here beside them.
 */
export class Diagnostics {
  readonly problems: ConfigProblem[] = [];
  readonly #warnings = new Set<string>();
  /** Reason to keys, so that ten keys with one reason give one line. */
  readonly #ignored = new Map<string, Set<string>>();
  readonly #origins = new WeakMap<object, Map<string, Origin>>();

  problem(origin: Origin, key: string, message: string, hint?: string): void {
    this.problems.push({ origin, key, message, ...(hint === undefined ? {} : { hint }) });
  }

  /** Equal warnings of several files are told once. */
  warn(message: string): void {
    this.#warnings.add(message);
  }

  ignore(key: string, reason: string): void {
    const keys = this.#ignored.get(reason) ?? new Set();
    this.#ignored.set(reason, keys.add(key));
  }

  get warnings(): string[] {
    const ignored = [...this.#ignored].map(([reason, keys]) => {
      const names = [...keys].toSorted();
      return `${names.join(', ')} ${names.length === 1 ? 'has' : 'have'} no effect: ${reason}`;
    });
    return [...this.#warnings, ...ignored];
  }

  /**
   * Notes that `key` of `object` was written at `origin`; the key '' stands for the object itself.
   */
  setOrigin(object: object, key: string, origin: Origin): void {
    const origins = this.#origins.get(object) ?? new Map<string, Origin>();
    this.#origins.set(object, origins.set(key, origin));
  }

  /** The origin of a key, else of the object that should hold it, else "configuration". */
  originOf(object: object | undefined, key = ''): Origin {
    const origins = object && this.#origins.get(object);
    return origins?.get(key) ?? origins?.get('') ?? UNSET;
  }

  /** All that is known of `from` also holds for `to`, which was made of it by a merge. */
  copyOrigins(from: object, to: object): void {
    for (const [key, origin] of this.#origins.get(from) ?? []) this.setOrigin(to, key, origin);
  }

  throwIfProblems(): void {
    if (this.problems.length > 0) throw new ConfigError(this.problems);
  }
}
