/** Rules of several policies merged into one table, and which of them counts for a name. */
import { type Level, stronger } from './levels.ts';
import type { Rules } from './parse-rules.ts';
import type { PlainResource, Resource } from './resources.ts';

interface Names {
  readonly exact: Map<string, Level>;
  readonly prefix: Map<string, Level>;
  /** Lengths of the prefixes, the longest first. */
  lengths: readonly number[];
}

export class RuleTable {
  readonly #plain = new Map<PlainResource, Level>();
  readonly #named = new Map<Resource, Names>();

  constructor(policies: readonly Rules[]) {
    const asked = { exact: new Map<string, Level>(), prefix: new Map<string, Level>() };
    for (const { plain, named } of policies) {
      for (const { resource, level } of plain) {
        this.#plain.set(resource, stronger(this.#plain.get(resource), level));
      }
      for (const { resource, name, isPrefix, level, intentions } of named) {
        const form = isPrefix ? 'prefix' : 'exact';
        merge(this.#namesOf(resource)[form], name, level);
        if (intentions !== undefined) merge(asked[form], name, intentions);
      }
    }
    this.#ruleIntentions(asked);
    for (const names of this.#named.values()) {
      const lengths = new Set([...names.prefix.keys()].map((name) => name.length));
      names.lengths = [...lengths].toSorted((a, b) => b - a);
    }
  }

  plain(resource: PlainResource): Level | undefined {
    return this.#plain.get(resource);
  }

  /** The rule on exactly this name, or the one with the longest prefix of it. */
  named(resource: Resource, name: string): Level | undefined {
    const names = this.#named.get(resource);
    return names === undefined
      ? undefined
      : (names.exact.get(name) ?? longestPrefix(names, name)?.level);
  }

  /** The rule on the longest prefix that covers everything below `prefix`. */
  covering(resource: Resource, prefix: string): Level | undefined {
    const names = this.#named.get(resource);
    return names && longestPrefix(names, prefix)?.level;
  }

  /** Every rule on what begins with `prefix`. */
  *below(resource: Resource, prefix: string): Iterable<Level> {
    const names = this.#named.get(resource);
    if (names === undefined) return;
    for (const rules of [names.exact, names.prefix]) {
      for (const [name, level] of rules) if (name.startsWith(prefix)) yield level;
    }
  }

  /** Equal for tables that rule alike. */
  fingerprint(): string {
    const sorted = (rules: Map<string, Level>): [string, Level][] =>
      [...rules].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const named = [...this.#named]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([resource, { exact, prefix }]) => [resource, sorted(exact), sorted(prefix)]);
    return JSON.stringify([sorted(this.#plain as Map<string, Level>), named]);
  }

  /** A block that says nothing of intentions shows those of a service that it shows, and lets nobody write them. */
  #ruleIntentions(asked: { exact: Map<string, Level>; prefix: Map<string, Level> }): void {
    const services = this.#named.get('service');
    if (services === undefined) return;
    const intentions = this.#namesOf('intention');
    for (const form of ['exact', 'prefix'] as const) {
      for (const [name, level] of services[form]) {
        const derived = level === 'deny' ? 'deny' : 'read';
        intentions[form].set(name, asked[form].get(name) ?? derived);
      }
    }
  }

  #namesOf(resource: Resource): Names {
    let names = this.#named.get(resource);
    if (names === undefined) {
      names = { exact: new Map(), prefix: new Map(), lengths: [] };
      this.#named.set(resource, names);
    }
    return names;
  }
}

function merge(rules: Map<string, Level>, name: string, level: Level): void {
  rules.set(name, stronger(rules.get(name), level));
}

function longestPrefix({ prefix, lengths }: Names, name: string): { level: Level } | undefined {
  for (const length of lengths) {
    if (length > name.length) continue;
    const level = prefix.get(name.slice(0, length));
    if (level !== undefined) return { level };
  }
  return undefined;
}
