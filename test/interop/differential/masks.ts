/** Takes out of an answer what differs between two agents that behave alike: identifiers, times, indexes, ports. */

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
const TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g;
/** Go walks through them as they lie in a map. */
const UNKNOWN_KEYS = /(\n\t\* invalid config key "[^\n]*){2,}/g;
const HASH_KEYS = new Set(['Hash', 'CustomizationHash']);
/** Smaller numbers are no agent's own port, whatever they are. */
const LARGEST_PORT_BY_CHANCE = 10_000;
const INDEX_KEYS = new Set(['CreateIndex', 'ModifyIndex']);

/** The names that one agent's values got in a sequence; equal behaviour gives equal names. */
export class Masks {
  readonly #names = new Map<string, string>();
  readonly #texts: readonly (readonly [string, string])[];
  readonly #baseIndex: number;
  #count = 0;

  /**
   * @param texts what is this agent's own (its ports, its version), and the word that stands for it
   * @param baseIndex older indexes tell of what the agent did by itself
   */
  constructor(texts: readonly (readonly [string, string])[], baseIndex: number) {
    this.#texts = texts;
    this.#baseIndex = baseIndex;
  }

  /** Every index in a body that the sequence has caused, in order. */
  indexes(value: unknown): number[] {
    return indexesOf(value).filter((index) => index > this.#baseIndex);
  }

  text(text: string): string {
    let out = text.replace(UUID, (id) => this.#name('uuid', id)).replace(TIME, '<time>');
    for (const [own, word] of this.#texts) out = out.replaceAll(own, word);
    return out.replace(UNKNOWN_KEYS, (lines) =>
      lines
        .split(/(?=\n)/)
        .toSorted()
        .join(''),
    );
  }

  /** Indexes keep their order among one another: see `compareIndexes`. */
  value(value: unknown, key = ''): unknown {
    if (typeof value === 'string') {
      if (HASH_KEYS.has(key) && value !== '') return this.#name('hash', value);
      return this.text(value);
    }
    if (typeof value === 'number' && INDEX_KEYS.has(key)) return value === 0 ? 0 : '<index>';
    if (typeof value === 'number' && HASH_KEYS.has(key)) return this.#name('hash', String(value));
    if (typeof value === 'number' && value > LARGEST_PORT_BY_CHANCE) return this.#port(value);
    if (key === 'AutoVirtualIPs' && Array.isArray(value)) return value.map(() => '<address>');
    if (Array.isArray(value)) return value.map((item) => this.value(item));
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value).map(([name, item]) => [
      this.text(name),
      this.value(item, name),
    ]);
    return Object.fromEntries(entries);
  }

  #port(value: number): number | string {
    return this.#texts.find(([own]) => own === String(value))?.[1] ?? value;
  }

  #name(kind: string, value: string): string {
    let name = this.#names.get(value);
    if (name === undefined) {
      name = `<${kind}:${++this.#count}>`;
      this.#names.set(value, name);
    }
    return name;
  }
}

function indexesOf(value: unknown, key = ''): number[] {
  if (typeof value === 'number') return INDEX_KEYS.has(key) && value !== 0 ? [value] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, item]) =>
    indexesOf(item, Array.isArray(value) ? '' : name),
  );
}
