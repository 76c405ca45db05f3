/** Reads what the agent tells about itself into files of a folder. */
import { createWriteStream } from 'node:fs';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseJSON, renderJSON } from '../../client/json.ts';
import type { ConsulClient } from '../../client/http-client.ts';

/** Read once, at the start. */
const STATIC_CAPTURES: Readonly<Record<string, readonly [file: string, path: string]>> = {
  host: ['host.json', '/v1/agent/host'],
  agent: ['agent.json', '/v1/agent/self'],
  members: ['members.json', '/v1/agent/members?wan=1'],
};
/** In the order in which they are shown. */
export const DEFAULT_CAPTURES: readonly string[] = ['metrics', 'logs', 'host', 'agent', 'members'];
/** Their contents are for the operator alone: a configuration tells much. */
const FILE_MODE = 0o600;

export interface RecorderOptions {
  readonly client: ConsulClient;
  readonly folder: string;
  readonly captures: readonly string[];
  readonly intervalMs: number;
  /** Ends the recording. */
  readonly ending: AbortSignal;
  readonly print: (text: string) => void;
  /** Told of each source that failed: the others may tell why. */
  readonly warn: (text: string) => void;
}

export class Recorder {
  readonly #options: RecorderOptions;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** Whether there is anything that takes time. */
  get isLong(): boolean {
    const { captures } = this.#options;
    return captures.includes('metrics') || captures.includes('logs');
  }

  async readStatic(): Promise<void> {
    const { captures, client } = this.#options;
    for (const capture of captures) {
      const source = STATIC_CAPTURES[capture];
      if (source === undefined) continue;
      const [file, path] = source;
      await this.#attempt(file, async () => {
        const { body } = await client.request({ path });
        await this.#write(file, renderJSON(parseJSON(body.toString('utf8')), '\t'));
      });
    }
  }

  /** Resolves when the recording has been ended. */
  async follow(): Promise<void> {
    const { captures } = this.#options;
    await Promise.all([
      captures.includes('metrics') ? this.#followMetrics() : undefined,
      captures.includes('logs') ? this.#followLog() : undefined,
      this.#tellIntervals(),
    ]);
  }

  /** What was recorded, for whoever opens the archive. */
  writeIndex(index: object): Promise<void> {
    return this.#write('index.json', JSON.stringify(index, null, '\t'));
  }

  async #followMetrics(): Promise<void> {
    const { client, folder, intervalMs, ending } = this.#options;
    while (!ending.aborted) {
      await this.#attempt('metrics.json', async () => {
        const metrics = await client.json({ path: '/v1/agent/metrics', signal: ending });
        const text = `${renderJSON(metrics, '    ')}\n`;
        await appendFile(join(folder, 'metrics.json'), text, { mode: FILE_MODE });
      });
      await sleep(intervalMs, undefined, { signal: ending }).catch(() => {});
    }
  }

  async #followLog(): Promise<void> {
    const { client, folder, ending } = this.#options;
    await this.#attempt('consul.log', async () => {
      const query = { loglevel: 'TRACE' };
      const stream = await client.stream({ path: '/v1/agent/monitor', query, signal: ending });
      await pipeline(stream, createWriteStream(join(folder, 'consul.log'), { mode: FILE_MODE }));
    });
  }

  async #tellIntervals(): Promise<void> {
    const { intervalMs, ending, print } = this.#options;
    for (let count = 0; !ending.aborted; count++) {
      print(`==> Capture successful ${renderTime()} (${count})`);
      await sleep(intervalMs, undefined, { signal: ending }).catch(() => {});
    }
  }

  #write(file: string, text: string): Promise<void> {
    return writeFile(join(this.#options.folder, file), text, { mode: FILE_MODE });
  }

  async #attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // The end cuts off what is under way: that is no failure.
      if (this.#options.ending.aborted) return;
      this.#options.warn(`Error capturing ${what}: ${(error as Error).message}`);
    }
  }
}

/** As Go prints a time in UTC. */
export function renderTime(): string {
  return new Date().toISOString().replace('T', ' ').replace('Z', ' +0000 UTC');
}
