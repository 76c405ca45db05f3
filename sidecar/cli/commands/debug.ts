/** `debug`: collects what the agent can tell about itself, over a while, into an archive. */
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { packTar } from 'modern-tar';
import { describeFileError } from '../../client/errors.ts';
import type { ConsulClient } from '../../client/http-client.ts';
import { AGENT } from '../api-flags.ts';
import { CommandError, defineCommand } from '../command.ts';
import { flag } from '../flags.ts';

/** Read once, at the start. */
const STATIC_CAPTURES: Readonly<Record<string, string>> = {
  agent: '/v1/agent/self',
  host: '/v1/agent/host',
  members: '/v1/agent/members',
};
const CAPTURES = [...Object.keys(STATIC_CAPTURES), 'metrics', 'logs'];
/** Shorter times would say nothing that one reading does not. */
const MIN_DURATION_MS = 10_000;
const MIN_INTERVAL_MS = 5000;
const DEFAULT_DURATION_MS = 300_000;
const DEFAULT_INTERVAL_MS = 30_000;

export const command = defineCommand({
  usage: 'debug [options]',
  about: `Records for a while what the agent tells about itself, members, metrics
and its log, into an archive in the current directory. Read the archive before
you pass it on: it may hold what should stay with you.

    $ lictor debug -interval=20s -duration=1m
    $ lictor debug -capture metrics -capture agent`,
  api: AGENT,
  flags: {
    archive: flag.bool('Pack the files into one .tar.gz. The default value is true.', true),
    capture: flag.list(`What to record: ${CAPTURES.join(', ')}; by default all.`),
    duration: flag.duration('How long to record. Defaults to 5m0s.', DEFAULT_DURATION_MS),
    interval: flag.duration('How often to read the metrics. Defaults to 30s.', DEFAULT_INTERVAL_MS),
    output: flag.text('Path of the archive, without its extension.'),
  },
  async run({ flags, args, client, io, print, warn }) {
    if (args.length > 0) {
      throw new CommandError('==> debug: Too many arguments provided, expected 0');
    }
    const captures = flags.capture.length > 0 ? flags.capture : CAPTURES;
    requireOptions(captures, flags.duration, flags.interval);
    const name = flags.output || `lictor-debug-${Math.floor(Date.now() / 1000)}`;
    const directory = resolve(io.cwd, name);
    await makeDirectory(directory, name);
    print('==> Starting debugger and capturing static information...');
    const recorder = new Recorder(client, directory, warn);
    for (const capture of captures) {
      const path = STATIC_CAPTURES[capture];
      if (path !== undefined) await recorder.readOnce(`${capture}.json`, path);
    }
    print(`==> Beginning capture interval ${flags.interval / 1000}s (${flags.duration / 1000}s)`);
    const ending = AbortSignal.any([io.signal, AbortSignal.timeout(flags.duration)]);
    await Promise.all([
      captures.includes('metrics') ? recorder.readMetrics(flags.interval, ending) : undefined,
      captures.includes('logs') ? recorder.readLog(ending) : undefined,
    ]);
    const result = flags.archive ? await pack(directory, name) : name;
    print(`==> Saved debug archive: ${result}`);
  },
});

function requireOptions(captures: readonly string[], durationMs: number, intervalMs: number): void {
  const unknown = captures.find((capture) => !CAPTURES.includes(capture));
  if (unknown !== undefined) {
    throw new CommandError(`==> Capture validation failed: target not found: ${unknown}`);
  }
  if (durationMs < MIN_DURATION_MS) {
    throw new CommandError(
      `==> Capture validation failed: duration must be longer than ${MIN_DURATION_MS / 1000}s`,
    );
  }
  if (intervalMs < MIN_INTERVAL_MS || intervalMs > durationMs) {
    throw new CommandError(
      `==> Capture validation failed: interval must be between ${MIN_INTERVAL_MS / 1000}s and the duration`,
    );
  }
}

async function makeDirectory(path: string, name: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    throw new CommandError(`==> Capture validation failed: ${describeFileError(error, name)}`);
  }
}

/** One source that fails does not end the recording: the rest may tell why. */
class Recorder {
  readonly #client: ConsulClient;
  readonly #directory: string;
  readonly #warn: (text: string) => void;

  constructor(client: ConsulClient, directory: string, warn: (text: string) => void) {
    this.#client = client;
    this.#directory = directory;
    this.#warn = warn;
  }

  async readOnce(file: string, path: string): Promise<void> {
    await this.#attempt(file, async () => {
      const { body } = await this.#client.request({ path });
      await writeFile(join(this.#directory, file), body);
    });
  }

  async readMetrics(intervalMs: number, ending: AbortSignal): Promise<void> {
    const lines: string[] = [];
    while (!ending.aborted) {
      await this.#attempt('metrics.json', async () => {
        lines.push(JSON.stringify(await this.#client.json({ path: '/v1/agent/metrics' })));
      });
      await sleep(intervalMs, undefined, { signal: ending }).catch(() => {});
    }
    await writeFile(
      join(this.#directory, 'metrics.json'),
      lines.map((line) => `${line}\n`).join(''),
    );
  }

  async readLog(ending: AbortSignal): Promise<void> {
    await this.#attempt('agent.log', async () => {
      const query = { loglevel: 'DEBUG' };
      const path = '/v1/agent/monitor';
      const stream = await this.#client.stream({ path, query, signal: ending });
      try {
        await pipeline(stream, createWriteStream(join(this.#directory, 'agent.log')));
      } catch (error) {
        if (!ending.aborted) throw error;
      }
    });
  }

  async #attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#warn(`Error capturing ${what}: ${(error as Error).message}`);
    }
  }
}

async function pack(directory: string, name: string): Promise<string> {
  const names = (await readdir(directory)).toSorted();
  const files = await Promise.all(
    names.map(async (file) => {
      const data = await readFile(join(directory, file));
      const entry = { name: `${basename(name)}/${file}`, size: data.length, mode: 0o600 };
      return { header: entry, body: new Uint8Array(data) };
    }),
  );
  const archive = await promisify(gzip)(await packTar(files));
  await writeFile(`${directory}.tar.gz`, archive, { mode: 0o600 });
  await rm(directory, { recursive: true });
  return `${name}.tar.gz`;
}
