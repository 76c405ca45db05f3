/** The program as users run it: a child process with ports of its own, whose words are kept and which is ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from './free-ports.ts';

export const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const LICTOR = path.join(ROOT, 'bin/lictor');

const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 10_000;
const COMMAND_LIMIT_MS = 20_000;
const POLL_MS = 20;

export interface Ports {
  readonly http: number;
  readonly dns: number;
  readonly server: number;
  readonly serfLAN: number;
  readonly serfWAN: number;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SpawnOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Another program than `bin/lictor`, for one that is started by it. */
  readonly program?: string;
}

export class LictorProcess {
  readonly ports: Ports;
  readonly #child: ChildProcess;
  readonly #closed: Promise<Ended>;
  #stdout = '';
  #stderr = '';

  constructor(
    ports: Ports,
    args: readonly string[],
    { program = LICTOR, ...options }: SpawnOptions,
  ) {
    this.ports = ports;
    this.#child = spawn(program, [...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.#closed = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code) =>
        resolve({ code, stdout: this.#stdout, stderr: this.#stderr }),
      );
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get base(): string {
    return `http://127.0.0.1:${this.ports.http}`;
  }

  /** Everything that it has said so far, for messages of failed tests as well. */
  get words(): string {
    return this.#stdout + this.#stderr;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Resolves when it has ended by itself. @throws when it is still there after `limitMs` */
  async ended(limitMs = COMMAND_LIMIT_MS): Promise<Ended> {
    let timer: NodeJS.Timeout | undefined;
    const overdue = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`still runs after ${limitMs} ms\n${this.words}`)),
        limitMs,
      );
    });
    try {
      return await Promise.race([this.#closed, overdue]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves once it answers HTTP. The ports stand before the agent is ready; requests wait until it is. */
  async ready(): Promise<this> {
    const deadline = Date.now() + START_LIMIT_MS;
    while (!this.hasEnded && Date.now() < deadline) {
      const answer = await fetch(`${this.base}/v1/status/leader`).catch(() => undefined);
      if (answer?.ok) return this;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw new Error(`the agent is not ready\n${this.words}`);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async stop(): Promise<void> {
    if (!this.hasEnded) {
      this.#child.kill('SIGTERM');
      const killer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_LIMIT_MS);
      await this.#closed.catch(() => {});
      clearTimeout(killer);
    }
  }
}

/** Owns what a test starts; `stopAll` belongs into afterEach or afterAll. */
export class LictorProcesses {
  readonly #stops: (() => Promise<void> | void)[] = [];

  temporaryDirectory(): string {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-test-'));
    this.defer(() => fs.rmSync(directory, { recursive: true, force: true }));
    return directory;
  }

  /** `lictor COMMAND ARGS` with free ports, or with those given. */
  async spawn(
    command: 'agent' | 'dev',
    args: readonly string[],
    options: SpawnOptions & { ports?: Partial<Ports> } = {},
  ): Promise<LictorProcess> {
    const [http = 0, dns = 0, server = 0, serfLAN = 0, serfWAN = 0] = await freePorts(5);
    const ports = { http, dns, server, serfLAN, serfWAN, ...options.ports };
    const child = new LictorProcess(
      ports,
      [
        command,
        `-http-port=${ports.http}`,
        `-dns-port=${ports.dns}`,
        `-server-port=${ports.server}`,
        `-serf-lan-port=${ports.serfLAN}`,
        `-serf-wan-port=${ports.serfWAN}`,
        '-grpc-port=-1',
        '-grpc-tls-port=-1',
        ...args,
      ],
      { cwd: options.cwd ?? this.temporaryDirectory(), ...(options.env && { env: options.env }) },
    );
    this.defer(() => child.stop());
    return child;
  }

  /** Another program, and what it is to run. */
  spawnOther(program: string, args: readonly string[]): LictorProcess {
    const ports = { http: 0, dns: 0, server: 0, serfLAN: 0, serfWAN: 0 };
    const child = new LictorProcess(ports, args, { program, cwd: this.temporaryDirectory() });
    this.defer(() => child.stop());
    return child;
  }

  /** An agent that is ready. */
  async start(
    command: 'agent' | 'dev',
    args: readonly string[],
    options: SpawnOptions & { ports?: Partial<Ports> } = {},
  ): Promise<LictorProcess> {
    return (await this.spawn(command, args, options)).ready();
  }

  /** A command that ends by itself, told which agent to ask. */
  async run(
    args: readonly string[],
    agent?: LictorProcess,
    options: SpawnOptions = {},
  ): Promise<Ended> {
    const address =
      agent === undefined ? {} : { CONSUL_HTTP_ADDR: `127.0.0.1:${agent.ports.http}` };
    const env = { ...process.env, ...address, ...options.env };
    const child = new LictorProcess({ http: 0, dns: 0, server: 0, serfLAN: 0, serfWAN: 0 }, args, {
      ...options,
      env,
    });
    this.defer(() => child.stop());
    return child.ended();
  }

  defer(stop: () => Promise<void> | void): void {
    this.#stops.push(stop);
  }

  /** In the reverse order of the starts; all are stopped even if one does not stop well. */
  async stopAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const stop of this.#stops.splice(0).reverse()) {
      try {
        await stop();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not everything stopped');
  }
}
