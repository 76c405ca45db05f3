/**
 * Wake-ups that nobody asked for: two watchers block on one thing while other things are written.
 *
 * One keeps its query open; the other asks again from the index it holds after each write, as a client behind a bad
 * network does. The figure counts the answers of both.
 * Every case ends with the write that the watcher does wait for: a watcher that is deaf would otherwise look perfect.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent } from '../agent.ts';
import { Watcher } from '../clients/watcher.ts';
import { put, registration } from './seed.ts';
import type { Figure, Sample, WorkContext, Workload } from './workload.ts';

export interface WakeUpCase {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  /** Makes what the watchers see before they block. */
  readonly prepare?: (agent: Agent) => Promise<void>;
  /** The write that must wake the watchers. */
  readonly wake: (agent: Agent) => Promise<void>;
}

// Spaced so that a watcher woken by one has blocked again before the next.
const UNRELATED_WRITES = 20;
const SPACING_MS = 25;
// An unasked answer may lag behind its write.
const LINGER_MS = 300;
const WAKE_LIMIT_MS = 5_000;

export const WAKE_UP_CASES: readonly WakeUpCase[] = [
  {
    id: 'wakeups-absent-key',
    title: 'watchers of an absent key',
    path: '/v1/kv/bench-watched/absent',
    wake: (agent) => put(agent, '/v1/kv/bench-watched/absent', 'here'),
  },
  {
    id: 'wakeups-absent-service',
    title: 'watchers of an absent service',
    path: '/v1/health/service/bench-watched',
    wake: (agent) => put(agent, '/v1/catalog/register', registration('bench-watched', 0)),
  },
  {
    id: 'wakeups-absent-prefix',
    title: 'watchers of an absent prefix',
    path: '/v1/kv/bench-nothing/?recurse',
    wake: (agent) => put(agent, '/v1/kv/bench-nothing/a', 'a'),
  },
  {
    id: 'wakeups-prefix',
    title: 'watchers of an existing prefix',
    path: '/v1/kv/bench-prefix/?recurse',
    prepare: (agent) => put(agent, '/v1/kv/bench-prefix/a', 'a'),
    wake: (agent) => put(agent, '/v1/kv/bench-prefix/b', 'b'),
  },
];

export class WakeUps implements Workload {
  readonly figures: readonly Figure[];
  readonly #case: WakeUpCase;

  constructor(wakeUpCase: WakeUpCase) {
    this.#case = wakeUpCase;
    const title = `${UNRELATED_WRITES} unrelated writes wake ${wakeUpCase.title}`;
    this.figures = [{ id: wakeUpCase.id, title, unit: 'wake-ups', better: 'lower' }];
  }

  async measure(agent: Agent, context: WorkContext): Promise<ReadonlyMap<string, Sample>> {
    await this.#case.prepare?.(agent);
    const url = agent.base + this.#case.path;
    const [staying, returning] = await Promise.all([Watcher.start(url), Watcher.start(url)]);
    const watchers = [staying, returning];
    try {
      await sleep(LINGER_MS);
      for (let i = 0; i < UNRELATED_WRITES; i++) {
        context.signal.throwIfAborted();
        await unrelatedWrite(agent, `${this.#case.id}-${context.run}`, i);
        returning.askAgain();
        await sleep(SPACING_MS);
      }
      await sleep(LINGER_MS);
      const unasked = staying.answers + returning.answers;
      await this.#case.wake(agent);
      const woken = await Promise.all(watchers.map((watcher) => watcher.nextChange(WAKE_LIMIT_MS)));
      const deaf = woken.filter((each) => !each).length;
      return new Map([
        [this.#case.id, { value: unasked, errors: staying.errors + returning.errors + deaf }],
      ]);
    } finally {
      for (const watcher of watchers) watcher.stop();
    }
  }
}

async function unrelatedWrite(agent: Agent, run: string, i: number): Promise<void> {
  // Keys and services alternate: either could be what wakes watchers of the other kind.
  if (i % 2 === 0) await put(agent, `/v1/kv/elsewhere/${run}/${i}`, String(i));
  else await put(agent, '/v1/catalog/register', registration(`elsewhere-${run}`, i));
}
