/**
 * Parameters of a watch, as flags or a configuration file give them. Each source takes those it knows; what is left
 * over at the end is a mistake of the user's.
 */
export class WatchParameterError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WatchParameterError';
  }
}

export class WatchParameters {
  readonly #values: Map<string, unknown>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = new Map(Object.entries(values).filter(([, value]) => value !== undefined));
  }

  take(name: string): unknown {
    const value = this.#values.get(name);
    this.#values.delete(name);
    return value;
  }

  text(name: string): string {
    const value = this.take(name);
    if (value === undefined) return '';
    if (typeof value !== 'string')
      throw new WatchParameterError(`Expecting ${name} to be a string`);
    return value;
  }

  flag(name: string): boolean {
    const value = this.take(name);
    if (value === undefined || value === 'false') return false;
    if (value === true || value === 'true') return true;
    if (value === false) return false;
    throw new WatchParameterError(`Expecting ${name} to be a boolean`);
  }

  /** One text or a list of texts. */
  texts(name: string): string[] {
    const value = this.take(name);
    if (value === undefined) return [];
    const list = Array.isArray(value) ? value : [value];
    if (!list.every((item): item is string => typeof item === 'string')) {
      throw new WatchParameterError(`Expecting ${name} to be a string or []string`);
    }
    return list;
  }

  requireNothingLeft(): void {
    if (this.#values.size === 0) return;
    const names = [...this.#values.keys()].toSorted();
    throw new WatchParameterError(`Invalid parameters: [${names.join(' ')}]`);
  }
}
