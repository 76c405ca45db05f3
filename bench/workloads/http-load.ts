/** Requests a second of one kind of HTTP request, with latencies. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent } from '../agent.ts';
import { httpLoad } from '../clients/wrk.ts';
import type { Figure, Sample, WorkContext, Workload } from './workload.ts';

export interface HTTPLoadOptions {
  readonly id: string;
  readonly title: string;
  readonly method: 'GET' | 'PUT';
  readonly path: string;
  readonly count: number;
  readonly connections: number;
  /** See HTTPLoadRequest. */
  readonly body?: string;
  /** Makes what is read. */
  readonly seed?: (agent: Agent) => Promise<void>;
  /** Judges the decoded answer for each number before the load starts. */
  readonly isRight?: (body: unknown) => boolean;
}

// A replica that fills itself on the first question may need a moment.
const RIGHT_WITHIN_MS = 10_000;
const RETRY_MS = 50;

export class HTTPLoad implements Workload {
  readonly figures: readonly Figure[];
  readonly #options: HTTPLoadOptions;

  constructor(options: HTTPLoadOptions) {
    this.#options = options;
    this.figures = [{ id: options.id, title: options.title, unit: '/s', better: 'higher' }];
  }

  async measure(agent: Agent, context: WorkContext): Promise<ReadonlyMap<string, Sample>> {
    const { id, method, path, count, connections, body } = this.#options;
    await this.#options.seed?.(agent);
    await this.#checkAnswers(agent);
    const load = { base: agent.base, method, path, count, connections, body };
    const { warmUpSeconds, measureSeconds } = context.durations;
    await httpLoad(
      { ...load, seconds: warmUpSeconds, run: `${context.run}-${id}-warm` },
      context.signal,
    );
    const sample = await httpLoad(
      { ...load, seconds: measureSeconds, run: `${context.run}-${id}` },
      context.signal,
    );
    return new Map([[id, sample]]);
  }

  async #checkAnswers(agent: Agent): Promise<void> {
    const { isRight, path, count } = this.#options;
    if (isRight === undefined) return;
    const deadline = performance.now() + RIGHT_WITHIN_MS;
    for (let i = 0; i < count; i++) {
      const url = agent.base + path.replace('%d', String(i));
      for (;;) {
        const answer = await fetch(url);
        const body: unknown = await answer.json().catch(() => undefined);
        if (answer.ok && isRight(body)) break;
        if (performance.now() > deadline)
          throw new Error(`GET ${url} answers ${answer.status}, and not what was stored`);
        await sleep(RETRY_MS);
      }
    }
  }
}
