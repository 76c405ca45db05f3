/** One agent, ours or Consul's, from a configuration that both read, on ports of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../support/free-ports.ts';

const START_LIMIT_MS = 60_000;
const POLL_MS = 50;

export class TwinAgent {
  readonly dns: number;
  readonly #http: number;
  readonly #child: ChildProcess;
  readonly #directory: string;

  private constructor(child: ChildProcess, directory: string, http: number, dns: number) {
    this.#child = child;
    this.#directory = directory;
    this.#http = http;
    this.dns = dns;
  }

  /** Resolves when its own node resolves over HTTP. @throws with its log when it does not come up */
  static async start(program: string, config: object): Promise<TwinAgent> {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'lictor-twin-'));
    const [http = 0, dns = 0, server = 0, lan = 0, wan = 0] = await freePorts(5);
    const file = path.join(directory, 'agent.json');
    const whole = {
      node_name: 'n1',
      data_dir: path.join(directory, 'data'),
      server: true,
      bootstrap: true,
      bind_addr: '127.0.0.1',
      client_addr: '127.0.0.1',
      log_level: 'warn',
      performance: { raft_multiplier: 1 },
      ports: { http, dns, server, serf_lan: lan, serf_wan: wan, grpc: -1, grpc_tls: -1 },
      ...config,
    };
    writeFileSync(file, JSON.stringify(whole));
    const log = openSync(path.join(directory, 'log'), 'w');
    const child = spawn(program, ['agent', `-config-file=${file}`], {
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const agent = new TwinAgent(child, directory, http, dns);
    try {
      await agent.#registered();
    } catch (error) {
      const words = readFileSync(path.join(directory, 'log'), 'utf8');
      await agent.stop();
      throw new Error(`${program}: ${String(error)}\n${words}`, { cause: error });
    }
    return agent;
  }

  async put(at: string, body: object): Promise<void> {
    const answer = await this.#fetch(at, { method: 'PUT', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`PUT ${at}: ${answer.status} ${await answer.text()}`);
  }

  async post(at: string, body: object): Promise<void> {
    const answer = await this.#fetch(at, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`POST ${at}: ${answer.status} ${await answer.text()}`);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
      // A graceful stop on our side, which has a child of its own.
      this.#child.kill('SIGTERM');
      const killer = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(killer);
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #fetch(at: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.#http}${at}`, init);
  }

  /** The agent's own entry is complete: Consul's leader first makes one with less metadata than the agent's. */
  async #registered(): Promise<void> {
    const deadline = performance.now() + START_LIMIT_MS;
    while (performance.now() < deadline) {
      if (this.#child.exitCode !== null) throw new Error(`ended with ${this.#child.exitCode}`);
      const answer = await this.#fetch('/v1/health/service/consul?passing').catch(() => undefined);
      if (answer?.ok && (await answer.text()).includes('consul-network-segment')) return;
      await sleep(POLL_MS);
    }
    throw new Error(`not ready within ${START_LIMIT_MS} ms`);
  }
}
