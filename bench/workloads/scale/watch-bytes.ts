/**
 * One of 300 keys of 20 KB changes below a prefix that is watched through the agent: what travels from the datacenter.
 *
 * Counted as the bytes that the agent reads, which are those of its link and a little of its clients and its gossip. A single
 * Consul server has no such link, and is left out; its client receives the whole list again, 8 MB, as Lictor's does
 * from the agent beside it.
 */
import { randomBytes } from 'node:crypto';
import type { Agent } from '../../agent.ts';
import { readBytes } from '../../process-counters.ts';
import { agentPid, statePid } from '../../process-tree.ts';
import { put } from '../seed.ts';
import type { Figure, Sample, Workload } from '../workload.ts';

const KEYS = 300;
const VALUE_BYTES = 20 * 1024;
const PREFIX = 'bench-wide/';
const CHANGED = `${PREFIX}77`;
const WAIT = '30s';

export class WatchBytes implements Workload {
  readonly figures: readonly Figure[] = [
    {
      id: 'scale-watch-bytes',
      title: `1 of ${KEYS} watched keys of 20 KB changes: bytes from the datacenter`,
      unit: 'KB',
      better: 'lower',
    },
  ];

  async measure(agent: Agent): Promise<ReadonlyMap<string, Sample>> {
    if (statePid(agent.pid) === agent.pid) return new Map();
    for (let at = 0; at < KEYS; at++) await put(agent, `/v1/kv/${PREFIX}${at}`, randomText());
    const first = await list(agent, '');
    // Parked once, so that the agent holds the list before the change that counts.
    const second = list(agent, `&index=${first.index}&wait=${WAIT}`);
    await put(agent, `/v1/kv/${CHANGED}`, randomText());
    const { index } = await second;
    const pid = agentPid(agent.pid);
    const woken = list(agent, `&index=${index}&wait=${WAIT}`);
    const value = randomText();
    const before = readBytes(pid);
    await put(agent, `/v1/kv/${CHANGED}`, value);
    const { text } = await woken;
    // The write came in through the same agent, whose client is no part of the link.
    const bytes = readBytes(pid) - before - Buffer.byteLength(value);
    if (!text.includes(Buffer.from(value).toString('base64')))
      throw new Error('the watcher was not told the new value');
    return new Map([['scale-watch-bytes', { value: bytes / 1e3, errors: 0 }]]);
  }
}

/** Letters, so that the same text is a body and a value. */
const randomText = (): string => randomBytes(VALUE_BYTES / 2).toString('hex');

async function list(agent: Agent, wait: string): Promise<{ index: string; text: string }> {
  const answer = await fetch(`${agent.base}/v1/kv/${PREFIX}?recurse${wait}`);
  const text = await answer.text();
  return { index: answer.headers.get('x-consul-index') ?? '', text };
}
