/** One real Consul agent, with ports of its own. */
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

const FAST_RAFT = 'performance { raft_multiplier = 1 }';

export interface RealConsulOptions {
  readonly name: string;
  /** A server of `dc1` that elects itself, or a client of it. */
  readonly server: boolean;
  /** Base64. */
  readonly encrypt?: string;
  readonly join?: string;
}

export class RealConsul {
  /** Where its pools are joined; a client has no WAN. */
  readonly lan: string;
  readonly wan: string;
  readonly #base: string;
  readonly #child: ChildProcess;
  readonly #directory: string;

  private constructor(
    child: ChildProcess,
    directory: string,
    ports: { http: number; lan: number; wan: number },
  ) {
    this.#child = child;
    this.#directory = directory;
    this.#base = `http://127.0.0.1:${ports.http}`;
    this.lan = `127.0.0.1:${ports.lan}`;
    this.wan = `127.0.0.1:${ports.wan}`;
  }

  /** Resolves when a server takes writes, and a client answers. */
  static async start({ name, server, encrypt, join }: RealConsulOptions): Promise<RealConsul> {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'real-consul-'));
    const [http = 0, rpc = 0, lan = 0, wan = 0] = await freePorts(4);
    const args = ['agent', `-node=${name}`, '-bind=127.0.0.1', `-data-dir=${directory}`];
    args.push(`-http-port=${http}`, `-server-port=${rpc}`, `-serf-lan-port=${lan}`);
    args.push(`-serf-wan-port=${wan}`, '-dns-port=-1', '-grpc-tls-port=-1');
    if (server) args.push('-server', '-bootstrap-expect=1', '-hcl', FAST_RAFT);
    if (encrypt !== undefined) args.push(`-encrypt=${encrypt}`);
    if (join !== undefined) args.push(`-retry-join=${join}`);
    const log = openSync(path.join(directory, 'log'), 'w');
    const child = spawn(requireProgram(PROGRAMS.consul), args, { stdio: ['ignore', log, log] });
    closeSync(log);
    const consul = new RealConsul(child, directory, { http, lan, wan });
    const look = (): Promise<unknown> =>
      server ? consul.put('/v1/kv/ready', 'yes') : consul.members();
    await eventually(look).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${consul.log()}`);
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

  members(wan = false): Promise<AgentMember[]> {
    return this.get(`/v1/agent/members${wan ? '?wan=1' : ''}`);
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
