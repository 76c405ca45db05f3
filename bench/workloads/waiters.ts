/** Many blocked readers of one key: how long its write takes, and how long until the last reader knows. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent } from '../agent.ts';
import { BlockedReader } from '../clients/blocked-reader.ts';
import { TimedWriter } from '../clients/timed-write.ts';
import { median, percentile } from '../statistics.ts';
import { put } from './seed.ts';
import type { Figure, Sample, WorkContext, Workload } from './workload.ts';

const KEY = 'bench/waited';
// Connections are opened in portions, because a listen backlog may be as small as 128.
const CONNECTS_AT_ONCE = 100;
// From the last query sent until the server has certainly parked it.
const PARK_MS = 1_500;
const ANSWER_LIMIT_MS = 30_000;
const WAIT = '120s';
const NS_PER_MS = 1e6;

interface Wake {
  readonly acknowledgedMs: number;
  readonly lastMs: number;
  readonly answersMs: readonly number[];
  readonly errors: number;
}

export class Waiters implements Workload {
  readonly figures: readonly Figure[];
  readonly #count: number;
  readonly #acknowledged: string;
  readonly #last: string;

  constructor(count: number) {
    this.#count = count;
    this.#acknowledged = `waiters-${count}-acknowledged`;
    this.#last = `waiters-${count}-last`;
    const title = `${count.toLocaleString('en')} blocked readers of a key`;
    this.figures = [
      {
        id: this.#acknowledged,
        title: `${title}: the write is acknowledged`,
        unit: 'ms',
        better: 'lower',
      },
      { id: this.#last, title: `${title}: the last is answered`, unit: 'ms', better: 'lower' },
    ];
  }

  async measure(agent: Agent, context: WorkContext): Promise<ReadonlyMap<string, Sample>> {
    await put(agent, `/v1/kv/${KEY}`, `${context.run}-before`);
    const readers = await connectAll(agent.ports.http, this.#count);
    const writer = new TimedWriter();
    try {
      // The first write opens the writer's connection, which is not what is timed.
      await writer.put(`${agent.base}/v1/kv/${KEY}`, `${context.run}-connected`);
      const wakes: Wake[] = [];
      for (let i = 0; i < context.durations.wakeRepetitions; i++) {
        context.signal.throwIfAborted();
        wakes.push(await wakeOnce(agent, writer, readers, `${context.run}-${this.#count}-${i}`));
      }
      return this.#samples(wakes);
    } finally {
      for (const reader of readers) reader.close();
      await writer.stop();
    }
  }

  #samples(wakes: readonly Wake[]): ReadonlyMap<string, Sample> {
    const answers = wakes.flatMap((wake) => wake.answersMs);
    const errors = wakes.reduce((sum, wake) => sum + wake.errors, 0);
    const acknowledged = wakes.map((wake) => wake.acknowledgedMs);
    return new Map([
      [this.#acknowledged, { value: median(acknowledged), errors: 0 }],
      [
        this.#last,
        {
          value: median(wakes.map((wake) => wake.lastMs)),
          p50Ms: percentile(answers, 50),
          p99Ms: percentile(answers, 99),
          errors,
        },
      ],
    ]);
  }
}

async function connectAll(port: number, count: number): Promise<BlockedReader[]> {
  const readers: BlockedReader[] = [];
  while (readers.length < count) {
    const length = Math.min(CONNECTS_AT_ONCE, count - readers.length);
    readers.push(...(await Promise.all(Array.from({ length }, () => BlockedReader.connect(port)))));
  }
  return readers;
}

async function wakeOnce(
  agent: Agent,
  writer: TimedWriter,
  readers: readonly BlockedReader[],
  value: string,
): Promise<Wake> {
  const before = await fetch(`${agent.base}/v1/kv/${KEY}`);
  await before.arrayBuffer();
  const query = `/v1/kv/${KEY}?index=${before.headers.get('x-consul-index')}&wait=${WAIT}`;
  const encoded = Buffer.from(value).toString('base64');
  let early = 0;
  let parked = false;
  const answers = readers.map(async (reader) => {
    const atNs = await reader.ask(query, encoded).catch(() => undefined);
    if (!parked) early++;
    return atNs;
  });
  await sleep(PARK_MS);
  if (early > 0) throw new Error(`${early} of ${readers.length} readers were not blocked`);
  parked = true;
  const { startedNs, acknowledgedNs } = await writer.put(`${agent.base}/v1/kv/${KEY}`, value);
  const limit = new AbortController();
  const late = sleep(ANSWER_LIMIT_MS, undefined, { signal: limit.signal }).catch(() => undefined);
  const arrived = (await Promise.all(answers.map((answer) => Promise.race([answer, late]))))
    .filter((atNs) => atNs !== undefined)
    .map((atNs) => Number(atNs - startedNs) / NS_PER_MS);
  limit.abort();
  return {
    acknowledgedMs: Number(acknowledgedNs - startedNs) / NS_PER_MS,
    // With answers missing, the last one came "not within the limit".
    lastMs: arrived.length === readers.length ? Math.max(...arrived) : ANSWER_LIMIT_MS,
    answersMs: arrived,
    errors: readers.length - arrived.length,
  };
}
