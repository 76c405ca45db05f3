/**
 * The frame that every command shares: flags, help, the client, and how a failure ends.
 *
 * A command is made of a definition, that `defineCommand` turns into the module shape that the registry loads.
 */
import { resolveClientConfig } from '../client/client-config.ts';
import { ClientConfigError } from '../client/errors.ts';
import { ConsulClient } from '../client/http-client.ts';
import { API_FLAGS } from './api-flags.ts';
import type { APIFlagGroup, APIFlagValues } from './api-flags.ts';
import type { CommandIO } from './command-io.ts';
import { FlagError, parseFlags } from './flags.ts';
import type { FlagSpecs, FlagValues } from './flags.ts';

/** Before the reason why the client itself cannot be made. */
const CONNECTING = 'Error connecting to Consul agent';

export interface CommandModule {
  /** Without dashes, for completion. */
  readonly flagNames: readonly string[];
  help(): Promise<string>;
  /** @returns the exit code */
  run(args: readonly string[], io: CommandIO): Promise<number>;
}

export interface CommandDefinition<Specs extends FlagSpecs> {
  /** After the program's name: `kv get [options] KEY`. */
  readonly usage: string;
  /** What it does, in paragraphs; the help breaks their lines, except where they are indented. */
  readonly about: string;
  /** Which of the flags that choose agent and datacenter it takes; none for a command that asks no agent. */
  readonly api?: readonly APIFlagGroup[];
  readonly flags: Specs;
  /** Ends it when its flags cannot be read; 1 unless given. */
  readonly usageExitCode?: number;
  /** How many arguments may follow the flags; the command looks itself when this is absent. */
  readonly maxArguments?: number;
  /** Flags may follow the arguments: for commands that Consul has not, whose names come first when one says them. */
  readonly flagsAnywhere?: boolean;
  /** @returns the exit code; 0 when nothing is returned */
  run(context: CommandContext<Specs>): Promise<number | void>;
}

/** Ends a command with a message on stderr. */
export class CommandError extends Error {
  readonly exitCode: number;
  /** Whether the help follows the message. */
  readonly showHelp: boolean;

  constructor(message: string, options: { exitCode?: number; showHelp?: boolean } = {}) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = options.exitCode ?? 1;
    this.showHelp = options.showHelp ?? false;
  }
}

export class CommandContext<Specs extends FlagSpecs> {
  readonly flags: FlagValues<Specs>;
  readonly given: ReadonlySet<string>;
  readonly args: readonly string[];
  readonly io: CommandIO;
  readonly #apiFlags: APIFlagValues;
  #client: ConsulClient | undefined;

  constructor(
    flags: FlagValues<Specs>,
    given: ReadonlySet<string>,
    args: readonly string[],
    io: CommandIO,
  ) {
    this.flags = flags;
    this.given = given;
    this.args = args;
    this.io = io;
    this.#apiFlags = flags as APIFlagValues;
  }

  /** The client that flags and environment describe, made when first asked for. Throws CommandError. */
  get client(): ConsulClient {
    this.#client ??= this.#makeClient();
    return this.#client;
  }

  /** A line on stdout. Bound, as `warn` is, so that commands may take it out of the context. */
  readonly print = (text: string): void => {
    this.io.stdout.write(`${text}\n`);
  };

  /** A line on stderr. */
  readonly warn = (text: string): void => {
    this.io.stderr.write(`${text}\n`);
  };

  close(): void {
    this.#client?.close();
  }

  #makeClient(): ConsulClient {
    const flags = this.#apiFlags;
    const chosen = {
      httpAddress: flags['http-addr'],
      token: flags.token,
      tokenFile: flags['token-file'],
      datacenter: flags.datacenter,
      stale: flags.stale,
      namespace: flags.namespace,
      partition: flags.partition,
      caFile: flags['ca-file'],
      caPath: flags['ca-path'],
      clientCert: flags['client-cert'],
      clientKey: flags['client-key'],
      tlsServerName: flags['tls-server-name'],
    };
    try {
      const config = resolveClientConfig(chosen, this.io.env, this.io.cwd);
      for (const warning of config.warnings ?? []) {
        this.warn(`${new Date().toISOString()} [WARN]  consul-api: ${warning}`);
      }
      return new ConsulClient(config);
    } catch (error) {
      throw new CommandError(`${CONNECTING}: ${(error as Error).message}`);
    }
  }
}

export function defineCommand<Specs extends FlagSpecs>(
  definition: CommandDefinition<Specs>,
): CommandModule {
  const api: Record<string, Specs[string]> = {};
  for (const group of definition.api ?? []) Object.assign(api, API_FLAGS[group]);
  const specs = { ...api, ...definition.flags } as Specs;
  const help = async () => {
    const { renderCommandHelp } = await import('./help.ts');
    return renderCommandHelp({ ...definition, api });
  };
  return {
    flagNames: Object.keys(specs),
    help,
    async run(args, io) {
      let context: CommandContext<Specs> | undefined;
      try {
        const { values, given, rest } = parseFlags(specs, args, definition.flagsAnywhere);
        context = new CommandContext(values, given, rest, io);
        requireArguments(definition.maxArguments, rest.length);
        return (await definition.run(context)) ?? 0;
      } catch (error) {
        return await reportFailure(error, io, help, definition.usageExitCode);
      } finally {
        context?.close();
      }
    },
  };
}

function requireArguments(max: number | undefined, count: number): void {
  if (max === undefined || count <= max) return;
  throw new CommandError(`Too many arguments (expected ${max}, got ${count})`);
}

/** Waits for `work`; what it throws ends the command with `prefix` before the reason. */
export async function orFail<Result>(prefix: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const because = error instanceof ClientConfigError ? CONNECTING : prefix;
    throw new CommandError(`${because}: ${(error as Error).message}`);
  }
}

async function reportFailure(
  error: unknown,
  io: CommandIO,
  help: () => Promise<string>,
  usageExitCode = 1,
): Promise<number> {
  if (error instanceof FlagError) {
    io.stderr.write(`${error.message}\n\n${await help()}\n`);
    return usageExitCode;
  }
  if (error instanceof CommandError) {
    const message = error.message === '' ? '' : `${error.message}\n`;
    const gap = message === '' ? '' : '\n';
    io.stderr.write(`${message}${error.showHelp ? `${gap}${await help()}\n` : ''}`);
    return error.exitCode;
  }
  io.stderr.write(`Error: ${(error as Error).message}\n`);
  return 1;
}
