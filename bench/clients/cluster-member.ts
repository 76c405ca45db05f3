/** A client agent beside the one under measurement, which it joins by gossip as any Consul client does. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../test/support/free-ports.ts';
import type { Agent } from '../agent.ts';

const POLL_MS = 10;
const JOIN_LIMIT_MS = 60_000;

/** The service that each member registers from its configuration. */
export const MEMBER_SERVICE = 'bench-member';

export class ClusterMember {
  readonly name: string;
  readonly base: string;
  /** From the start of the process until the first agent's catalog has it as passing. */
  readonly joinMs: number;
  readonly #child: ChildProcess;

  private constructor(name: string, httpPort: number, joinMs: number, child: ChildProcess) {
    this.name = name;
    this.base = `http://127.0.0.1:${httpPort}`;
    this.joinMs = joinMs;
    this.#child = child;
  }

  /** @throws when it does not come into the catalog; it is ended then */
  static async start(first: Agent, name: string, signal: AbortSignal): Promise<ClusterMember> {
    const directory = path.join(first.directory, name);
    mkdirSync(directory, { recursive: true });
    const [http = 0, dns = 0, server = 0, serf_lan = 0] = await freePorts(4);
    const file = path.join(directory, 'agent.json');
    const config = configuration(first, name, path.join(directory, 'data'), {
      http,
      dns,
      server,
      serf_lan,
    });
    writeFileSync(file, JSON.stringify(config, null, 2));
    const log = openSync(path.join(directory, 'agent.log'), 'w');
    const startedAt = performance.now();
    const child = spawn(first.contender.program, ['agent', `-config-file=${file}`], {
      stdio: ['ignore', log, log],
      cwd: directory,
    });
    closeSync(log);
    try {
      await untilPassing(first, name, child, signal);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
    return new ClusterMember(name, http, performance.now() - startedAt, child);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Without a word to anybody: as a crash, or the kernel's killer for want of memory. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

async function untilPassing(
  first: Agent,
  name: string,
  child: ChildProcess,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + JOIN_LIMIT_MS;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    if (child.exitCode !== null) throw new Error(`${name} ended with code ${child.exitCode}`);
    const answer = await fetch(`${first.base}/v1/health/node/${name}`);
    const checks = answer.ok ? ((await answer.json()) as { Status: string }[]) : [];
    if (checks.length > 0 && checks.every(({ Status }) => Status === 'passing')) return;
    await sleep(POLL_MS);
  }
  throw new Error(`${name} did not join within ${JOIN_LIMIT_MS} ms`);
}

function configuration(
  first: Agent,
  name: string,
  dataDir: string,
  ports: Record<string, number>,
): object {
  return {
    node_name: name,
    datacenter: 'dc1',
    data_dir: dataDir,
    server: false,
    bind_addr: '127.0.0.1',
    client_addr: '127.0.0.1',
    log_level: 'warn',
    disable_update_check: true,
    retry_join: [`127.0.0.1:${first.ports.serf_lan}`],
    retry_interval: '100ms',
    service: { name: MEMBER_SERVICE, port: 80 },
    ports: { ...ports, serf_wan: -1, https: -1, grpc: -1, grpc_tls: -1 },
  };
}
