/**
 * A parsed query string with Go's reading of it: the first of repeated values counts, a bare name is present with an
 * empty value, `+` is a space, and a `;` makes the pair be dropped (net/url ParseQuery).
 */
export class Query {
  readonly #pairs: readonly (readonly [string, string])[];

  constructor(raw: string) {
    this.#pairs = raw === '' ? [] : parsePairs(raw);
  }

  has(name: string): boolean {
    for (const [key] of this.#pairs) if (key === name) return true;
    return false;
  }

  /** The first value, or '' when the name is absent. */
  get(name: string): string {
    for (const [key, value] of this.#pairs) if (key === name) return value;
    return '';
  }

  all(name: string): string[] {
    return this.#pairs.filter(([key]) => key === name).map(([, value]) => value);
  }

  entries(): readonly (readonly [string, string])[] {
    return this.#pairs;
  }
}

/** Consul's URLs carry few parameters; the bound keeps a hostile one from costing memory. */
const MAX_PAIRS = 2048;

function parsePairs(raw: string): [string, string][] {
  const pairs: [string, string][] = [];
  for (const part of raw.split('&', MAX_PAIRS)) {
    if (part === '' || part.includes(';')) continue;
    const at = part.indexOf('=');
    const key = decodeComponent(at < 0 ? part : part.slice(0, at));
    const value = at < 0 ? '' : decodeComponent(part.slice(at + 1));
    if (key !== null && value !== null) pairs.push([key, value]);
  }
  return pairs;
}

/** Null for a malformed escape: Go drops such a pair. */
function decodeComponent(text: string): string | null {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}
