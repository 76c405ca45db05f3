/**
 * Memory that the state's process takes for 100,000 keys of 100 bytes: when they are read in one answer, and when they are
 * saved as a snapshot.
 *
 * It is the growth of resident memory, at its highest, of workerd or of Consul: more than what the object itself holds, as
 * the Worker's part of the answer and SQLite's cache are in the same process.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent } from '../../agent.ts';
import { watchPeakMemory } from '../../process-counters.ts';
import { statePid } from '../../process-tree.ts';
import type { Figure, Sample, WorkContext, Workload } from '../workload.ts';
import { BATCH_OPERATIONS, inBatches, sendBatches } from './batches.ts';

const KEYS = 100_000;
/** In base64 and with its key, a pair then is about what 100 bytes of plain value are. */
const VALUE_BYTES = 100;
const PREFIX = 'bench-many/';
const BYTES_PER_MIB = 1024 * 1024;

export class KeyMemory implements Workload {
  readonly figures: readonly Figure[] = [
    memoryFigure('recurse', 'a recursive read'),
    memoryFigure('snapshot', 'a snapshot'),
  ];

  async measure(agent: Agent, context: WorkContext): Promise<ReadonlyMap<string, Sample>> {
    const { signal, durations } = context;
    const pairs = Array.from({ length: KEYS }, (_, at) => ({
      KV: {
        Verb: 'set',
        Key: PREFIX + String(at).padStart(6, '0'),
        Value: randomBytes(VALUE_BYTES).toString('base64'),
      },
    }));
    await sendBatches(agent, inBatches(pairs, BATCH_OPERATIONS), signal);
    await sleep(durations.settleMs, undefined, { signal });
    const pid = statePid(agent.pid);

    const savedPeak = watchPeakMemory(pid);
    const snapshot = await fetch(`${agent.base}/v1/snapshot`);
    const { byteLength } = await snapshot.arrayBuffer();
    const saved = savedPeak();
    if (!snapshot.ok || byteLength < KEYS * VALUE_BYTES)
      throw new Error(`the snapshot has ${byteLength} bytes (status ${snapshot.status})`);

    await sleep(durations.settleMs, undefined, { signal });
    const recursedPeak = watchPeakMemory(pid);
    const answer = await fetch(`${agent.base}/v1/kv/${PREFIX}?recurse`);
    const found = ((await answer.json()) as unknown[]).length;
    const recursed = recursedPeak();
    if (found !== KEYS) throw new Error(`${found} of ${KEYS} keys were read`);
    return new Map([
      ['scale-recurse-memory', { value: recursed / BYTES_PER_MIB, errors: 0 }],
      ['scale-snapshot-memory', { value: saved / BYTES_PER_MIB, errors: 0 }],
    ]);
  }
}

function memoryFigure(id: string, what: string): Figure {
  const title = `${what} of ${KEYS.toLocaleString('en')} keys: growth of the state's process`;
  return { id: `scale-${id}-memory`, title, unit: 'MiB', better: 'lower' };
}
