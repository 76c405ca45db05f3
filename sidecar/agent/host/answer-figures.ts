/** HTTP answers by method, route and status, and how long they took. */
import type { ObservedAnswer } from '../../../http-api/api.ts';
import type { Total } from '../cluster/gossip-metrics.ts';

/** The part of the book of samples that is needed. */
export interface AnswerSamples {
  series(name: string, labels: Readonly<Record<string, string>>): (value: number) => void;
}

interface Figures {
  readonly method: string;
  readonly path: string;
  readonly observeMs: (ms: number) => void;
  readonly countByStatus: Map<number, number>;
}

/** Methods that are counted by name; clients may send any. */
const MAX_METHODS = 32;
const OTHER = 'other';

/**
 * Every request passes here. So what belongs to a route is found by texts that are there already, and nothing is put
 * together to be looked up: that cost a fortieth of a read.
 */
export class AnswerFigures {
  readonly #samples: AnswerSamples;
  /** By method and, below it, by the path of the route. */
  readonly #byMethod = new Map<string, Map<string, Figures>>();

  constructor(samples: AnswerSamples) {
    this.#samples = samples;
  }

  /** By the route that answered: keys and names would make a series each. */
  observe({ method, route, status, ms }: ObservedAnswer): void {
    const { observeMs, countByStatus } =
      this.#byMethod.get(method)?.get(route) ?? this.#add(method, route);
    observeMs(ms);
    countByStatus.set(status, (countByStatus.get(status) ?? 0) + 1);
  }

  /** Since the start. */
  totals(): Total[] {
    const figures = [...this.#byMethod.values()].flatMap((byRoute) => [...byRoute.values()]);
    return figures.flatMap(({ method, path, countByStatus }) =>
      [...countByStatus].map(([status, value]) => ({
        name: 'lictor.http.answers',
        value,
        labels: { method, path, status: String(status) },
      })),
    );
  }

  #add(given: string, route: string): Figures {
    const isKnown = this.#byMethod.has(given) || this.#byMethod.size < MAX_METHODS;
    const method = isKnown ? given : OTHER;
    const byRoute = this.#byMethod.get(method) ?? new Map<string, Figures>();
    this.#byMethod.set(method, byRoute);
    const known = byRoute.get(route);
    if (known !== undefined) return known;
    const path = route === '' ? OTHER : route.slice(1).replaceAll('/', '_');
    const observeMs = this.#samples.series('consul.api.http', { method, path });
    const figures = { method, path, observeMs, countByStatus: new Map<number, number>() };
    byRoute.set(route, figures);
    return figures;
  }
}
