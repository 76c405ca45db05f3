/**
 * One agent under measurement: Lictor or Consul, started from the same configuration file.
 *
 * Both run as a single server that keeps its data on disk, with the log at `warn`. The agent runs in a process group
 * of its own, so that `stop` ends its children too.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../test/support/free-ports.ts';

export interface Contender {
  readonly name: string;
  readonly program: string;
}

export interface AgentPorts {
  readonly http: number;
  readonly dns: number;
  readonly serf_lan: number;
}

// Consul's election on a slow machine takes some seconds; past a minute something is broken.
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 15_000;
const POLL_MS = 5;
// Five thousand blocked readers come from one address; the default of 200 would refuse them. Consul will not start with
// more than the limit on open files allows.
const MAX_CONNECTIONS_PER_CLIENT = 6_000;
const LOG_TAIL_CHARACTERS = 1_500;

export class Agent {
  readonly base: string;
  readonly contender: Contender;
  readonly ports: AgentPorts;
  /** From the start of the process to the acknowledgement of the first KV write. */
  readonly startUpMs: number;
  readonly #child: ChildProcess;
  readonly #directory: string;

  private constructor(
    contender: Contender,
    child: ChildProcess,
    directory: string,
    ports: AgentPorts,
    startUpMs: number,
  ) {
    this.contender = contender;
    this.#child = child;
    this.#directory = directory;
    this.ports = ports;
    this.base = `http://127.0.0.1:${ports.http}`;
    this.startUpMs = startUpMs;
  }

  /**
   * @param parent the directory that takes the data; a fresh one is made in it and removed by `stop`.
   * @param joined whose datacenter this one joins as a client; without it, it is a server of its own.
   */
  static async start(
    contender: Contender,
    parent: string,
    signal: AbortSignal,
    joined?: Agent,
  ): Promise<Agent> {
    signal.throwIfAborted();
    mkdirSync(parent, { recursive: true });
    const directory = mkdtempSync(path.join(parent, `${path.basename(contender.program)}-`));
    const [http = 0, dns = 0, server = 0, serf_lan = 0, serf_wan = 0] = await freePorts(5);
    const ports = { http, dns, server, serf_lan, serf_wan };
    const file = path.join(directory, 'agent.json');
    writeFileSync(
      file,
      JSON.stringify(configuration(path.join(directory, 'data'), ports, joined), null, 2),
    );
    const log = openSync(path.join(directory, 'agent.log'), 'w');
    const startedAt = performance.now();
    const child = spawn(contender.program, ['agent', `-config-file=${file}`], {
      stdio: ['ignore', log, log],
      detached: true,
      cwd: directory,
    });
    closeSync(log);
    try {
      await firstWrite(`http://127.0.0.1:${ports.http}`, child, signal);
    } catch (error) {
      const tail = readFileSync(path.join(directory, 'agent.log'), 'utf8').slice(
        -LOG_TAIL_CHARACTERS,
      );
      await end(child);
      rmSync(directory, { recursive: true, force: true });
      throw new Error(`${contender.name} did not start: ${String(error)}\n${tail}`, {
        cause: error,
      });
    }
    return new Agent(contender, child, directory, ports, performance.now() - startedAt);
  }

  /** What the agent writes to its standard output and error. */
  get logFile(): string {
    return path.join(this.#directory, 'agent.log');
  }

  /** Where others that belong to it may keep their data; goes with it. */
  get directory(): string {
    return this.#directory;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async stop(): Promise<void> {
    await end(this.#child);
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

function configuration(dataDir: string, ports: Record<string, number>, server?: Agent): object {
  const role =
    server === undefined
      ? { node_name: 'bench', server: true, bootstrap: true }
      : {
          node_name: 'bench-client',
          server: false,
          retry_join: [`127.0.0.1:${server.ports.serf_lan}`],
          retry_interval: '1s',
        };
  return {
    ...role,
    datacenter: 'dc1',
    data_dir: dataDir,
    bind_addr: '127.0.0.1',
    client_addr: '127.0.0.1',
    log_level: 'warn',
    disable_update_check: true,
    enable_script_checks: true,
    // What HashiCorp recommends for production; with the default of 5 Consul starts several seconds later.
    performance: { raft_multiplier: 1 },
    limits: { http_max_conns_per_client: MAX_CONNECTIONS_PER_CLIENT },
    ports: { ...ports, https: -1, grpc: -1, grpc_tls: -1 },
  };
}

async function firstWrite(base: string, child: ChildProcess, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    if (failure !== undefined) throw failure;
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`);
    // Refused connections and 500s are what an agent that is still starting gives.
    const answer = await fetch(`${base}/v1/kv/bench/first`, { method: 'PUT', body: 'x' }).catch(
      () => undefined,
    );
    if (answer?.ok && (await answer.text()).trim() === 'true') return;
    await sleep(POLL_MS);
  }
  throw new Error(`no write was acknowledged within ${START_LIMIT_MS} ms`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(STOP_LIMIT_MS, undefined, { ref: false })]);
  }
  // Whatever is left of the group, above all a child that its parent forgot.
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
