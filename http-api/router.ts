/** Finds the route of a path: exact ones by a map, those with a tail by their longest prefix. */
import type { Method, Route } from './route.ts';

export interface FoundRoute {
  readonly route: Route;
  /** The Allow header of its methods, in Consul's order and without spaces. */
  readonly allow: string;
}

const METHOD_ORDER: readonly Method[] = ['GET', 'PUT', 'POST', 'DELETE'];

export class Router {
  readonly #exact = new Map<string, FoundRoute>();
  readonly #tails = new Map<string, FoundRoute>();

  /** A path may stand once only. @throws Error for two routes of one path */
  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const methods = METHOD_ORDER.filter((method) => method in route.methods);
      const found = { route, allow: ['OPTIONS', ...methods].join(',') };
      const map = route.path.endsWith('/') ? this.#tails : this.#exact;
      if (map.has(route.path)) throw new Error(`two routes for ${route.path}`);
      map.set(route.path, found);
    }
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
