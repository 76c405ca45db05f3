/** Runs a command line as the program does, with streams that the test can read. */
import { Readable, Writable } from 'node:stream';
import type { CommandIO, ConfigurationServices, MeshProxyServices } from '../command-io.ts';
import { CommandRegistry } from '../registry.ts';
import { runCommandLine } from '../run.ts';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandSurroundings {
  /** Host and port of the agent; it goes into the environment. */
  readonly agent?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  /** Makes both outputs terminals of this size. */
  readonly terminal?: { readonly columns: number; readonly rows: number };
  readonly configuration?: Partial<ConfigurationServices>;
  readonly meshProxy?: MeshProxyServices;
  /** Told of each piece of stdout as it is written. */
  onOutput?(text: string): void;
  /** The same of stderr. */
  onComplaint?(text: string): void;
}

class Collector extends Writable {
  text = '';
  readonly #onText: ((text: string) => void) | undefined;

  constructor(onText?: (text: string) => void) {
    super();
    this.#onText = onText;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    this.#onText?.(chunk.toString('utf8'));
    done();
  }
}

export async function runCommand(
  args: readonly string[],
  surroundings: CommandSurroundings = {},
): Promise<CommandResult> {
  const { agent, env, stdin = '', cwd, signal, configuration, meshProxy, terminal } = surroundings;
  const stdout = new Collector(surroundings.onOutput);
  const stderr = new Collector(surroundings.onComplaint);
  for (const stream of [stdout, stderr]) {
    if (terminal !== undefined) Object.assign(stream, { isTTY: true, ...terminal });
  }
  const io: CommandIO = {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout,
    stderr,
    // Nothing of the tester's own environment but what finds programs.
    env: {
      PATH: process.env['PATH'],
      ...(agent === undefined ? {} : { CONSUL_HTTP_ADDR: agent }),
      ...env,
    },
    cwd: cwd ?? process.cwd(),
    signal: signal ?? new AbortController().signal,
    services: {
      version: {
        version: '1.2.3',
        revision: '',
        prerelease: '',
        buildDate: '2026-01-02T03:04:05Z',
      },
      configuration: async () => configuration as ConfigurationServices,
      meshProxy: async () => meshProxy as MeshProxyServices,
    },
  };
  const code = await runCommandLine(args, io, new CommandRegistry());
  return { code, stdout: stdout.text, stderr: stderr.text };
}
