/**
 * From a TTL check that is failed through one agent to a reader that is blocked on another: one is the server of the
 * datacenter, the other a client of it, both on this machine.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from '../agent.ts';
import { percentile } from '../statistics.ts';
import { put } from './seed.ts';
import type { Figure, Sample, WorkContext, Workload } from './workload.ts';

const SERVICE = 'changing';
const WAIT = '10s';
const READY_WITHIN_MS = 20_000;
const POLL_MS = 20;
/** For one change. */
const MAX_WAKE_UPS = 5;
/** So many changes between the two measures: by then what runs for each of them has been compiled (V8, on all sides). */
const WARM_AFTER = 400;
/** Long enough for a reader to be blocked when the change comes. */
const BLOCKED_AFTER_MS = 10;

interface Answer {
  readonly index: string;
  readonly status: string;
}

/** `server`: the reader is blocked on the server and the check belongs to the client; `client`: the other way round. */
export class CheckChange implements Workload {
  readonly figures: readonly Figure[];
  readonly #readerOn: 'server' | 'client';
  readonly #id: string;

  constructor(readerOn: 'server' | 'client') {
    this.#readerOn = readerOn;
    this.#id = `check-to-${readerOn}`;
    const other = readerOn === 'server' ? 'client' : 'server';
    const what = `a check changes on a ${other}, a blocked reader on the ${readerOn} sees it`;
    this.figures = [
      { id: this.#id, title: `${what}: p50`, unit: 'ms', better: 'lower' },
      { id: `${this.#id}-p99`, title: `${what}: p99`, unit: 'ms', better: 'lower' },
      {
        id: `${this.#id}-warm`,
        title: `${what}, after ${WARM_AFTER} changes: p50`,
        unit: 'ms',
        better: 'lower',
      },
      {
        id: `${this.#id}-warm-p99`,
        title: `${what}, after ${WARM_AFTER} changes: p99`,
        unit: 'ms',
        better: 'lower',
      },
    ];
  }

  async measure(agent: Agent, context: WorkContext): Promise<ReadonlyMap<string, Sample>> {
    const { contender } = agent;
    const client = await Agent.start(contender, context.directory, context.signal, agent);
    try {
      const [writer, reader] = this.#readerOn === 'server' ? [client, agent] : [agent, client];
      const { checkChanges } = context.durations;
      const times = await changes(writer, reader, WARM_AFTER + checkChanges, context.signal);
      const first = times.slice(0, checkChanges);
      const warm = times.slice(WARM_AFTER);
      const value = (of: readonly number[], at: number): Sample => ({
        value: percentile(of, at),
        errors: 0,
      });
      return new Map([
        [this.#id, value(first, 50)],
        [`${this.#id}-p99`, value(first, 99)],
        [`${this.#id}-warm`, value(warm, 50)],
        [`${this.#id}-warm-p99`, value(warm, 99)],
      ]);
    } finally {
      await client.stop();
    }
  }
}

async function changes(
  writer: Agent,
  reader: Agent,
  count: number,
  signal: AbortSignal,
): Promise<number[]> {
  await put(writer, '/v1/agent/service/register', {
    Name: SERVICE,
    Check: { CheckID: SERVICE, TTL: '1h', Status: 'passing' },
  });
  let seen = await until(reader, 'passing');
  const times: number[] = [];
  for (let change = 0; change < count; change++) {
    signal.throwIfAborted();
    const [verb, status] =
      change % 2 === 0 ? (['fail', 'critical'] as const) : (['pass', 'passing'] as const);
    const answer = askUntil(reader, status, seen.index);
    await sleep(BLOCKED_AFTER_MS);
    const startedAt = performance.now();
    await put(writer, `/v1/agent/check/${verb}/${SERVICE}`, '');
    seen = await answer;
    times.push(performance.now() - startedAt);
  }
  return times;
}

/** Asks again when it was woken for something else, as a client has to. */
async function askUntil(reader: Agent, status: string, index: string): Promise<Answer> {
  let answer = await ask(reader, index);
  for (let woken = 1; answer.status !== status; woken++) {
    if (woken === MAX_WAKE_UPS) throw new Error(`${answer.status} instead of ${status}`);
    answer = await ask(reader, answer.index);
  }
  return answer;
}

async function until(reader: Agent, status: string): Promise<Answer> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const answer = await ask(reader);
    if (answer.status === status) return answer;
    if (performance.now() > deadline) throw new Error(`the check never was ${status}`);
    await sleep(POLL_MS);
  }
}

async function ask(reader: Agent, index?: string): Promise<Answer> {
  const block = index === undefined ? '' : `?index=${index}&wait=${WAIT}`;
  const answer = await fetch(`${reader.base}/v1/health/checks/${SERVICE}${block}`);
  const checks = (await answer.json()) as { Status: string }[];
  return {
    index: answer.headers.get('x-consul-index') ?? '',
    status: checks[0]?.Status ?? '',
  };
}
