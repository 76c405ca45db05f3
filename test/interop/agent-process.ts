/** One agent for the tests of this folder, with ports of its own and a directory that goes with it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../support/free-ports.ts';

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 15_000;
const POLL_MS = 20;

export interface AgentStart {
  readonly program: string;
  /** Replaces the environment of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Where it is started; its own directory unless given. */
  readonly cwd?: string;
  /** Keys of the configuration beside the usual ones. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Of the requests that are made here; none unless given. */
  readonly token?: string;
}

export class AgentProcess {
  readonly http: number;
  readonly dns: number;
  readonly #child: ChildProcess;
  readonly #directory: string;
  readonly #token: string | undefined;

  private constructor(
    child: ChildProcess,
    directory: string,
    ports: { readonly http: number; readonly dns: number },
    token: string | undefined,
  ) {
    this.#child = child;
    this.#directory = directory;
    this.http = ports.http;
    this.dns = ports.dns;
    this.#token = token;
  }

  /** Resolves when the agent has acknowledged a write. @throws with the end of its log when it does not come up */
  static async start(options: AgentStart): Promise<AgentProcess> {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'lictor-interop-'));
    const [http = 0, dns = 0, server = 0, lan = 0, wan = 0] = await freePorts(5);
    const config = {
      node_name: 'interop',
      data_dir: path.join(directory, 'data'),
      server: true,
      bootstrap: true,
      bind_addr: '127.0.0.1',
      client_addr: '127.0.0.1',
      log_level: 'warn',
      performance: { raft_multiplier: 1 },
      telemetry: { prometheus_retention_time: '1m' },
      ...options.config,
      ports: { http, dns, server, serf_lan: lan, serf_wan: wan, grpc: -1, grpc_tls: -1 },
    };
    const file = path.join(directory, 'agent.json');
    writeFileSync(file, JSON.stringify(config));
    const log = openSync(path.join(directory, 'log'), 'w');
    const child = spawn(options.program, ['agent', `-config-file=${file}`], {
      stdio: ['ignore', log, log],
      cwd: options.cwd ?? directory,
      env: options.env ?? process.env,
    });
    closeSync(log);
    const agent = new AgentProcess(child, directory, { http, dns }, options.token);
    try {
      await agent.#firstWrite();
    } catch (error) {
      const words = readFileSync(path.join(directory, 'log'), 'utf8');
      await agent.stop();
      throw new Error(`${String(error)}\n${words}`, { cause: error });
    }
    return agent;
  }

  get base(): string {
    return `http://127.0.0.1:${this.http}`;
  }

  get(at: string): Promise<string> {
    return this.#send('GET', at);
  }

  put(at: string, body: string | object): Promise<string> {
    return this.#send('PUT', at, body);
  }

  post(at: string, body: string | object): Promise<string> {
    return this.#send('POST', at, body);
  }

  async #send(method: string, at: string, body?: string | object): Promise<string> {
    const text = typeof body === 'object' ? JSON.stringify(body) : (body ?? null);
    const headers = this.#token === undefined ? {} : { 'X-Consul-Token': this.#token };
    const answer = await fetch(this.base + at, { method, body: text, headers });
    const reply = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${at}: ${answer.status} ${reply}`);
    return reply;
  }

  async stop(): Promise<void> {
    if (
      this.#child.exitCode === null &&
      this.#child.signalCode === null &&
      this.#child.pid !== undefined
    ) {
      const ended = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
      this.#child.kill('SIGTERM');
      await Promise.race([ended, sleep(STOP_LIMIT_MS, undefined, { ref: false })]);
      this.#child.kill('SIGKILL');
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #firstWrite(): Promise<void> {
    const deadline = performance.now() + START_LIMIT_MS;
    let failure: Error | undefined;
    this.#child.once('error', (error) => (failure = error));
    while (performance.now() < deadline) {
      if (failure !== undefined) throw failure;
      if (this.#child.exitCode !== null)
        throw new Error(`the agent ended with code ${this.#child.exitCode}`);
      const done = await this.put('/v1/kv/interop/ready', 'yes').catch(() => undefined);
      if (done !== undefined) return;
      await sleep(POLL_MS);
    }
    throw new Error(`the agent took no write within ${START_LIMIT_MS} ms`);
  }
}
