/** `dns_config.service_ttl`: seconds by exact name, then by the longest prefix among the keys that end in `*`. */
export class ServiceTTLs {
  readonly #exact = new Map<string, number>();
  /** Longest first, so that the first match is the longest. */
  readonly #prefixes: readonly (readonly [prefix: string, seconds: number])[];

  constructor(table: Readonly<Record<string, number>>) {
    const prefixes: [string, number][] = [];
    for (const [key, seconds] of Object.entries(table)) {
      if (key.endsWith('*')) prefixes.push([key.slice(0, -1), wholeSeconds(seconds)]);
      else this.#exact.set(key, wholeSeconds(seconds));
    }
    this.#prefixes = prefixes.toSorted((a, b) => b[0].length - a[0].length);
  }

  /** Zero, so "do not cache", for a service that no key matches. */
  secondsFor(service: string): number {
    return (
      this.#exact.get(service) ??
      this.#prefixes.find(([prefix]) => service.startsWith(prefix))?.[1] ??
      0
    );
  }
}

/** A TTL on the wire counts whole seconds; fractions are cut, as in Consul. */
export function wholeSeconds(seconds: number): number {
  return Math.max(0, Math.trunc(seconds));
}
