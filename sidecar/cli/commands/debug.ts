/** `debug`: collects what the agent can tell about itself, over a while, into an archive. */
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { renderDuration } from '../../../protocol/duration.ts';
import { describeFileError } from '../../client/errors.ts';
import type { ConsulClient } from '../../client/http-client.ts';
import { AGENT } from '../api-flags.ts';
import { CommandError, defineCommand } from '../command.ts';
import { packFolder } from '../debug/archive.ts';
import { DEFAULT_CAPTURES, Recorder, renderTime } from '../debug/recorder.ts';
import { flag } from '../flags.ts';
import { Progress } from '../progress.ts';

/** Shorter times would say nothing that one reading does not. */
const MIN_DURATION_MS = 10_000;
const MIN_INTERVAL_MS = 5000;
const DEFAULT_DURATION_MS = 300_000;
const DEFAULT_INTERVAL_MS = 30_000;
/** Former and Go's own names of captures. */
const OTHER_CAPTURES: Readonly<Record<string, string>> = { cluster: 'members', pprof: '' };
const PROGRESS_MS = 1000;

interface AgentSelf {
  readonly Config: { readonly Version: string };
}

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
    capture: flag.list(`What to record: ${DEFAULT_CAPTURES.join(', ')}; by default all.`),
    duration: flag.duration('How long to record. Defaults to 5m0s.', DEFAULT_DURATION_MS),
    interval: flag.duration('How often to read the metrics. Defaults to 30s.', DEFAULT_INTERVAL_MS),
    output: flag.text('Path of the archive, without its extension.'),
  },
  async run({ flags, args, client, io, print, warn }) {
    if (args.length > 0) {
      throw new CommandError('==> debug: Too many arguments provided, expected 0');
    }
    const durationMs = flags.duration;
    requireTimes(durationMs, flags.interval);
    const captures = chooseCaptures(flags.capture, warn);
    const version = await readVersion(client);
    const name = flags.output || `lictor-debug-${timestamp()}`;
    const folder = resolve(io.cwd, name);
    await makeFolder(folder, name);
    const result = flags.archive ? `${name}.tar.gz` : name;
    const times = {
      Interval: renderDuration(flags.interval),
      Duration: renderDuration(durationMs),
    };
    print('==> Starting debugger and capturing static information...');
    print(renderPlan({ version, ...times, result, captures }));
    const ending = AbortSignal.any([io.signal, AbortSignal.timeout(durationMs)]);
    const progress = new Progress(io, { what: 'Recording', total: durationMs, render });
    const recorder = new Recorder({
      client,
      folder,
      captures,
      intervalMs: flags.interval,
      ending,
      print: (text) => {
        progress.clear();
        print(text);
      },
      warn,
    });
    await recorder.readStatic();
    if (recorder.isLong) {
      print(`==> Beginning capture interval ${renderTime()} (0)`);
      await recorder.follow().finally(showTime(progress));
    }
    await recorder.writeIndex({ Version: 1, AgentVersion: version, ...times, Targets: captures });
    if (flags.archive) await packFolder(folder);
    print(`    Saved debug archive: ${result}`);
  },
});

const render = (ms: number): string => renderDuration(Math.round(ms / 1000) * 1000);

function requireTimes(durationMs: number, intervalMs: number): void {
  const failure = '==> Capture validation failed';
  if (durationMs < MIN_DURATION_MS) {
    const least = renderDuration(MIN_DURATION_MS);
    throw new CommandError(`${failure}: duration must be longer than ${least}`);
  }
  if (intervalMs < MIN_INTERVAL_MS) {
    const least = renderDuration(MIN_INTERVAL_MS);
    throw new CommandError(`${failure}: interval must be longer than ${least}`);
  }
  if (durationMs < intervalMs) {
    const [duration, interval] = [durationMs, intervalMs].map(renderDuration);
    throw new CommandError(
      `${failure}: duration (${duration}) must be longer than interval (${interval})`,
    );
  }
}

function chooseCaptures(asked: readonly string[], warn: (text: string) => void): string[] {
  if (asked.length === 0) return [...DEFAULT_CAPTURES];
  if (asked.includes('pprof')) {
    warn('[WARN] Unable to capture pprof: profiles of that form are those of programs in Go');
  }
  const chosen = asked.map((capture) => OTHER_CAPTURES[capture] ?? capture).filter(Boolean);
  const unknown = chosen.find((capture) => !DEFAULT_CAPTURES.includes(capture));
  if (unknown === undefined) return chosen;
  throw new CommandError(`==> Capture validation failed: target not found: ${unknown}`);
}

/** Also shows, before anything is written, that there is an agent. */
async function readVersion(client: ConsulClient): Promise<string> {
  try {
    return (await client.json<AgentSelf>({ path: '/v1/agent/self' })).Config.Version;
  } catch (error) {
    const reason = `error querying target agent: ${(error as Error).message}`;
    throw new CommandError(
      `==> Capture validation failed: ${reason}. verify connectivity and agent address`,
    );
  }
}

async function makeFolder(path: string, name: string): Promise<void> {
  const failure = '==> Capture validation failed';
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new CommandError(`${failure}: output directory already exists: ${name}`);
    }
    throw new CommandError(`${failure}: ${describeFileError(error, name)}`);
  }
}

/** 2026-01-31T12-00-00Z: colons are no part of a file's name everywhere. */
function timestamp(): string {
  return new Date().toISOString().replace(/\.\d+/, '').replaceAll(':', '-');
}

interface Plan {
  readonly version: string;
  readonly Interval: string;
  readonly Duration: string;
  readonly result: string;
  readonly captures: readonly string[];
}

function renderPlan({ version, Interval, Duration, result, captures }: Plan): string {
  const rows = { 'Agent Version': version, Interval, Duration, Output: result };
  return Object.entries({ ...rows, Capture: captures.join(', ') })
    .map(([label, text]) => `${label.padStart(LABEL_WIDTH)}: '${text}'`)
    .join('\n');
}

const LABEL_WIDTH = 18;

/** @returns the function that ends it */
function showTime(progress: Progress): () => void {
  const startedAt = performance.now();
  const timer = setInterval(() => progress.set(performance.now() - startedAt), PROGRESS_MS);
  return () => {
    clearInterval(timer);
    progress.clear();
  };
}
