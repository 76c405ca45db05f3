/** One real Consul server, with ports of its own. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PROGRAMS, requireProgram } from '../../../scripts/programs.ts';
import { freePorts } from '../../support/free-ports.ts';
import { eventually } from './eventually.ts';

export interface AgentMember {
  readonly Name: string;
  readonly Addr: string;
  readonly Port: number;
  readonly Tags: Readonly<Record<string, string>>;
  /** 1 alive, 2 leaving, 3 left, 4 failed. */
  readonly Status: number;
}

export class RealConsul {
  readonly lan: string;
  readonly #base: string;
  readonly #child: ChildProcess;
  readonly #directory: string;

  private constructor(child: ChildProcess, directory: string, http: number, lan: number) {
    this.#child = child;
    this.#directory = directory;
    this.#base = `http://127.0.0.1:${http}`;
    this.lan = `127.0.0.1:${lan}`;
  }

  /** A server of `dc1` that has elected itself. @param encrypt base64 */
  static async start(name: string, encrypt?: string): Promise<RealConsul> {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'real-consul-'));
    const [http = 0, server = 0, lan = 0, wan = 0] = await freePorts(4);
    const args = ['agent', '-server', '-bootstrap-expect=1', `-node=${name}`, '-bind=127.0.0.1'];
    args.push(`-data-dir=${directory}`, `-http-port=${http}`, `-server-port=${server}`);
    args.push(
      `-serf-lan-port=${lan}`,
      `-serf-wan-port=${wan}`,
      '-dns-port=-1',
      '-grpc-tls-port=-1',
    );
    args.push('-hcl', 'performance { raft_multiplier = 1 }');
    if (encrypt !== undefined) args.push(`-encrypt=${encrypt}`);
    const log = openSync(path.join(directory, 'log'), 'w');
    const child = spawn(requireProgram(PROGRAMS.consul), args, { stdio: ['ignore', log, log] });
    closeSync(log);
    const consul = new RealConsul(child, directory, http, lan);
    await eventually(() => consul.put('/v1/kv/ready', 'yes')).catch((error: unknown) => {
      const text = readFileSync(path.join(directory, 'log'), 'utf8');
      throw new Error(`${String(error)}\n${text}`);
    });
    return consul;
  }

  async get<T>(at: string): Promise<T> {
    return (await this.#fetch(at, {})).json() as Promise<T>;
  }

  async put(at: string, body: string): Promise<string> {
    return (await this.#fetch(at, { method: 'PUT', body })).text();
  }

  async post(at: string, body: unknown): Promise<void> {
    await this.#fetch(at, { method: 'POST', body: JSON.stringify(body) });
  }

  members(): Promise<AgentMember[]> {
    return this.get('/v1/agent/members');
  }

  log(): string {
    return readFileSync(path.join(this.#directory, 'log'), 'utf8');
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #fetch(at: string, init: RequestInit): Promise<Response> {
    const answer = await fetch(this.#base + at, init);
    if (!answer.ok) throw new Error(`${at}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
}
