/** A watch of the agent's configuration: it runs as long as the agent does, and no failure ends it. */
import type { ChildProcess } from 'node:child_process';
import type { ConsulClient } from '../http-client.ts';
import { HTTPHandler } from './http-handler.ts';
import type { HTTPHandlerConfig } from './http-handler.ts';
import { runScript } from './script-handler.ts';
import { WatchParameterError, WatchParameters } from './watch-parameters.ts';
import { WatchRunner } from './watch-runner.ts';
import { parseWatchSource } from './watch-source.ts';
import type { WatchPosition, WatchSource } from './watch-source.ts';

export interface WatchLog {
  debug(text: string): void;
  error(text: string): void;
}

export interface ConfiguredWatchHost {
  /** A client for the agent's own API; token and datacenter of the watch override its own when not empty. */
  client(options: { token: string; datacenter: string }): ConsulClient;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly log: WatchLog;
}

/** Of a handler's output the log takes so much. */
const MAX_LOGGED_OUTPUT_BYTES = 4096;

type Handler = (value: unknown, position: WatchPosition, signal: AbortSignal) => Promise<void>;

export class ConfiguredWatch {
  readonly #host: ConfiguredWatchHost;
  readonly #source: WatchSource;
  readonly #handler: Handler;
  readonly #token: string;
  readonly #datacenter: string;
  #running: { controller: AbortController; done: Promise<void> } | undefined;

  /** Throws WatchParameterError when the definition does not hold. */
  constructor(definition: Readonly<Record<string, unknown>>, host: ConfiguredWatchHost) {
    const parameters = new WatchParameters(definition);
    this.#host = host;
    const type = parameters.text('type');
    if (type === '') throw new WatchParameterError('Watch type must be specified');
    this.#token = parameters.text('token');
    this.#datacenter = parameters.text('datacenter');
    this.#handler = this.#parseHandler(parameters);
    this.#source = parseWatchSource(type, parameters);
  }

  start(): void {
    if (this.#running !== undefined) return;
    const controller = new AbortController();
    const { log } = this.#host;
    const { type } = this.#source;
    const client = this.#host.client({ token: this.#token, datacenter: this.#datacenter });
    const runner = new WatchRunner({
      client,
      source: this.#source,
      onChange: async (value, position) => {
        try {
          await this.#handler(value, position, controller.signal);
        } catch (error) {
          log.error(`Failed to invoke watch handler: type=${type} error="${String(error)}"`);
        }
      },
      onError: (error, retryMs) =>
        log.error(`Watch errored: type=${type} error="${error.message}" retry=${retryMs / 1000}s`),
    });
    const done = runner.run(controller.signal).finally(() => client.close());
    this.#running = { controller, done };
  }

  /** Resolves when reading and handler have ended. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.controller.abort();
    await running?.done;
  }

  #parseHandler(parameters: WatchParameters): Handler {
    const kind = parameters.text('handler_type') || 'script';
    const http = parameters.take('http_handler_config') as HTTPHandlerConfig | undefined;
    const args = parameters.texts('args');
    const text = parameters.text('handler');
    if (kind === 'http') {
      if (http === undefined) {
        throw new WatchParameterError(
          "Handler type 'http' requires 'http_handler_config' to be set",
        );
      }
      const handler = new HTTPHandler(http);
      return (value, position, signal) => handler.send(value, position, signal);
    }
    if (kind !== 'script') throw new WatchParameterError(`Handler type '${kind}' not recognized`);
    if (args.length > 0 && text !== '') {
      throw new WatchParameterError('Only one of args and handler may be set');
    }
    if (args.length === 0 && text === '') {
      throw new WatchParameterError('Must define a watch handler');
    }
    const command = text === '' ? args : [text];
    return (value, position, signal) =>
      this.#runScript(command, text !== '', value, position, signal);
  }

  async #runScript(
    command: readonly string[],
    shell: boolean,
    value: unknown,
    position: WatchPosition,
    signal: AbortSignal,
  ): Promise<void> {
    const { environment, cwd, log } = this.#host;
    let output = '';
    let stop = () => {};
    const onStart = (child: ChildProcess) => {
      const collect = (chunk: Buffer) => {
        output = (output + chunk.toString('utf8')).slice(-MAX_LOGGED_OUTPUT_BYTES);
      };
      child.stdout?.on('data', collect);
      child.stderr?.on('data', collect);
      stop = () => child.kill('SIGTERM');
      if (signal.aborted) stop();
    };
    const onAbort = () => stop();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await runScript(
        { command, shell, environment, cwd, output: 'pipe', onStart },
        value,
        position,
      );
    } finally {
      signal.removeEventListener('abort', onAbort);
      if (output !== '') log.debug(`watch handler output: ${output.trimEnd()}`);
    }
  }
}
