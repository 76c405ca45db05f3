/** One `serf agent` of HashiCorp's, and what its command line says. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PROGRAMS, requireProgram } from '../../../scripts/programs.ts';
import { freePorts } from '../../support/free-ports.ts';
import { runToEnd } from '../run-to-end.ts';
import { eventually } from './eventually.ts';

export const SERFS = { '0.11': PROGRAMS.serf, '0.9.4': PROGRAMS.debianSerf } as const;
export type SerfVersion = keyof typeof SERFS;

export interface RealSerfOptions {
  readonly version: SerfVersion;
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly compression?: boolean;
  /** Base64, the primary first. */
  readonly keys?: readonly string[];
  readonly join?: string;
  readonly rejoin?: boolean;
  /** Directory, as after a stop with `keep`: its snapshot is found again. */
  readonly directory?: string;
  /** `ip:port`, as of an earlier run. */
  readonly bind?: string;
}

export interface SeenMember {
  readonly name: string;
  readonly addr: string;
  readonly status: string;
  readonly tags: Readonly<Record<string, string>>;
}

const COMMAND_LIMIT_MS = 30_000;

export class RealSerf {
  readonly name: string;
  readonly address: string;
  readonly directory: string;
  readonly #program: string;
  readonly #rpc: string;
  readonly #child: ChildProcess;

  private constructor(
    options: RealSerfOptions,
    child: ChildProcess,
    where: { directory: string; address: string; rpc: string },
  ) {
    this.name = options.name;
    this.#program = requireProgram(SERFS[options.version]);
    this.#child = child;
    this.directory = where.directory;
    this.address = where.address;
    this.#rpc = where.rpc;
  }

  /** Answers queries called `load` with its name, and keeps the payloads of `deploy` events. */
  static async start(options: RealSerfOptions): Promise<RealSerf> {
    const { directory = mkdtempSync(path.join(os.tmpdir(), 'real-serf-')), name } = options;
    const [port, rpcPort] = await freePorts(2);
    const address = options.bind ?? `127.0.0.1:${port}`;
    const rpc = `127.0.0.1:${rpcPort}`;
    const args = ['agent', `-node=${name}`, `-bind=${address}`, `-rpc-addr=${rpc}`];
    args.push(
      '-profile=local',
      '-log-level=debug',
      `-snapshot=${path.join(directory, 'snapshot')}`,
    );
    args.push(`-event-handler=query:load=printf ${name}`);
    args.push(
      `-event-handler=user:deploy=cat >> ${path.join(directory, 'deploys')}; echo >> ${path.join(directory, 'deploys')}`,
    );
    for (const [tag, value] of Object.entries(options.tags ?? {}))
      args.push('-tag', `${tag}=${value}`);
    if (options.compression === false) args.push('-disable-compression');
    if (options.rejoin === true) args.push('-rejoin');
    if (options.join !== undefined) args.push(`-join=${options.join}`);
    if (options.keys !== undefined) {
      const keyring = path.join(directory, 'keyring');
      writeFileSync(keyring, JSON.stringify(options.keys), { mode: 0o600 });
      args.push(`-keyring-file=${keyring}`);
    }
    const log = openSync(path.join(directory, 'log'), 'a');
    const program = requireProgram(SERFS[options.version]);
    const child = spawn(program, args, { stdio: ['ignore', log, log] });
    closeSync(log);
    const serf = new RealSerf(options, child, { directory, address, rpc });
    await eventually(() => serf.members()).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${serf.log()}`);
    });
    return serf;
  }

  async members(): Promise<SeenMember[]> {
    const { members } = JSON.parse(await this.run('members', '-format=json')) as {
      members: SeenMember[];
    };
    return members.toSorted((a, b) => a.name.localeCompare(b.name));
  }

  async statuses(): Promise<string[]> {
    return (await this.members()).map(({ name, status }) => `${name} ${status}`);
  }

  /** The payloads of the user events called `deploy`. */
  deploys(): string[] {
    try {
      const text = readFileSync(path.join(this.directory, 'deploys'), 'utf8');
      return text.split('\n').filter((line) => line !== '');
    } catch {
      // No event yet.
      return [];
    }
  }

  async query(...args: string[]): Promise<{ acks: string[]; responses: Record<string, string> }> {
    const text = await this.run('query', '-format=json', '-timeout=3s', ...args);
    const answer = JSON.parse(text) as {
      Acks?: string[] | null;
      Responses?: Record<string, string> | null;
    };
    return { acks: (answer.Acks ?? []).toSorted(), responses: answer.Responses ?? {} };
  }

  /** One command of its command line. @throws with what it said, when it fails */
  async run(command: string, ...args: string[]): Promise<string> {
    const ended = await runToEnd(this.#program, [command, `-rpc-addr=${this.#rpc}`, ...args], {
      limitMs: COMMAND_LIMIT_MS,
    });
    if (ended.code === 0) return ended.stdout;
    throw new Error(`serf ${command}: ${ended.code} ${ended.stdout}${ended.stderr}`);
  }

  log(): string {
    return readFileSync(path.join(this.directory, 'log'), 'utf8');
  }

  /** As a power loss is: no word to anybody. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** @param keep whether its directory stays */
  async stop(keep = false): Promise<void> {
    await this.#end('SIGKILL');
    if (!keep) rmSync(this.directory, { recursive: true, force: true });
  }

  #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    return ended;
  }
}
