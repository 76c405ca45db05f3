/**
 * What a watch of the configuration does with a change: runs a program, or tells a URL (Consul: agent/watch_handler.go).
 *
 * A handler that fails is a line in the log: the watch goes on.
 */
import type { ChildProcess } from 'node:child_process';
import { TailBuffer } from '../../checks/output.ts';
import { type HTTPHandlerConfig, sendReading } from '../../client/watch/http-handler.ts';
import { ScriptError, runScript } from '../../client/watch/script-handler.ts';
import type { WatchPosition } from '../../client/watch/watch-source.ts';
import type { WatchDefinition } from '../../config/agent-config.ts';
import type { Logger } from '../../lib/log.ts';

export interface WatchHandler {
  /** Never rejects. @param signal ends what is under way */
  handle(value: unknown, position: WatchPosition, signal: AbortSignal): Promise<void>;
}

/** Of what a handler says, the log gets the end: Consul's WatchBufSize. */
const MAX_OUTPUT_BYTES = 4 * 1024;
/** For a handler to end by itself when its watch does; an agent that stops waits so long for it. */
const TERM_GRACE_MS = 1_000;

export function createWatchHandler(
  { args, handler, handler_type: type, http_handler_config: config }: WatchDefinition,
  log: Logger,
): WatchHandler {
  if (type === 'http') return new HTTPHandler(config as HTTPHandlerConfig, log);
  return typeof handler === 'string'
    ? new ScriptHandler([handler], true, log)
    : new ScriptHandler((args ?? []) as string[], false, log);
}

class ScriptHandler implements WatchHandler {
  readonly #command: readonly string[];
  readonly #shell: boolean;
  readonly #log: Logger;

  constructor(command: readonly string[], shell: boolean, log: Logger) {
    this.#command = command;
    this.#shell = shell;
    this.#log = log;
  }

  async handle(value: unknown, position: WatchPosition, signal: AbortSignal): Promise<void> {
    const output = new TailBuffer(MAX_OUTPUT_BYTES);
    const name = JSON.stringify(this.#shell ? this.#command[0] : this.#command);
    let kill: (() => void) | undefined;
    let grace: NodeJS.Timeout | undefined;
    const onStart = (child: ChildProcess): void => {
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (chunk: Buffer) => output.push(chunk));
      kill = () => {
        child.kill('SIGTERM');
        grace = setTimeout(() => abandon(child), TERM_GRACE_MS);
      };
      signal.addEventListener('abort', kill);
    };
    const options = {
      command: this.#command,
      shell: this.#shell,
      environment: process.env,
      cwd: process.cwd(),
      output: 'pipe',
      onStart,
    } as const;
    try {
      await runScript(options, value, position);
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      if (!signal.aborted)
        this.#log.error(
          `Failed to run watch handler: watch_handler=${name} error="${error.message}"`,
        );
    } finally {
      clearTimeout(grace);
      if (kill !== undefined) signal.removeEventListener('abort', kill);
    }
    const said = JSON.stringify(output.text());
    this.#log.debug(`watch handler output: watch_handler=${name} output=${said}`);
  }
}

/** Its descendants may hold the pipes: nobody listens to them any more. */
function abandon(child: ChildProcess): void {
  child.kill('SIGKILL');
  child.stdout?.destroy();
  child.stderr?.destroy();
}

class HTTPHandler implements WatchHandler {
  readonly #config: HTTPHandlerConfig;
  readonly #log: Logger;

  constructor(config: HTTPHandlerConfig, log: Logger) {
    this.#config = config;
    this.#log = log;
  }

  async handle(value: unknown, position: WatchPosition, signal: AbortSignal): Promise<void> {
    const { path } = this.#config;
    try {
      const { status, output } = await sendReading(this.#config, value, position, signal);
      if (status >= 200 && status < 300)
        this.#log.trace(`http watch handler output: watch=${path} output=${output}`);
      else
        this.#log.error(
          `http watch handler failed with output: watch=${path} status=${status} output=${output}`,
        );
    } catch (error) {
      if (signal.aborted) return;
      const { message } = error as Error;
      this.#log.error(`Failed to invoke http watch handler: watch=${path} error="${message}"`);
    }
  }
}
