/** Finds the route of a path: exact ones by a map, those with a tail by their longest prefix. */
import type { Route } from './route.ts';
import { type Tenancy, tenancyOf } from './tenancy.ts';

export interface FoundRoute {
  readonly route: Route;
  readonly tenancy: Tenancy;
  /** The Allow header of its methods, in the order of the table and without spaces. */
  readonly allow: string;
}

export class Router {
  readonly #exact = new Map<string, FoundRoute>();
  readonly #tails = new Map<string, FoundRoute>();

  /** A path may stand once only. @throws Error for two routes of one path */
  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const methods = Object.keys(route.methods);
      const allow = ['OPTIONS', ...methods].join(',');
      const found = { route, allow, tenancy: tenancyOf(route.path) };
      const map = route.path.endsWith('/') ? this.#tails : this.#exact;
      if (map.has(route.path)) throw new Error(`two routes for ${route.path}`);
      map.set(route.path, found);
    }
  }

  /** Whether `path` lacks but the slash of a route that ends in one; what stands above that route does not count. */
  lacksSlash(path: string): boolean {
    return this.#tails.has(`${path}/`) && !this.#exact.has(path);
  }

  find(path: string): FoundRoute | undefined {
    const exact = this.#exact.get(path);
    if (exact !== undefined) return exact;
    // A key may hold many slashes, but no route's own path is longer than a few segments.
    for (
      let end = path.indexOf('/', 1), best: FoundRoute | undefined;
      ;
      end = path.indexOf('/', end + 1)
    ) {
      if (end < 0 || end > LONGEST_PATH) return best;
      best = this.#tails.get(path.slice(0, end + 1)) ?? best;
    }
  }
}

/** Longer than any route of the table. */
const LONGEST_PATH = 64;
