/** Agents that are started from a configuration file, as hosts start them. */
import fs from 'node:fs';
import path from 'node:path';
import type { LictorProcess, LictorProcesses, Ports } from './lictor-process.ts';

export interface AgentStart {
  readonly name: string;
  readonly config?: object;
  /** A member of the LAN pool to join. */
  readonly join?: LictorProcess;
  readonly dataDir?: string;
  readonly ports?: Partial<Ports>;
}

export async function startAgent(
  processes: LictorProcesses,
  { name, config = {}, join, dataDir, ports }: AgentStart,
): Promise<LictorProcess> {
  const directory = processes.temporaryDirectory();
  const file = path.join(directory, 'agent.json');
  const settings = {
    node_name: name,
    data_dir: dataDir ?? path.join(directory, 'data'),
    bind_addr: '127.0.0.1',
    retry_join: join === undefined ? [] : [`127.0.0.1:${join.ports.serfLAN}`],
    retry_interval: '200ms',
    retry_interval_wan: '200ms',
    ...config,
  };
  fs.writeFileSync(file, JSON.stringify(settings));
  return processes.start('agent', [`-config-file=${file}`], ports === undefined ? {} : { ports });
}

export async function getJSON<T>(agent: LictorProcess, at: string): Promise<T> {
  const answer = await fetch(agent.base + at);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${at}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}

export async function send(
  agent: LictorProcess,
  method: string,
  at: string,
  body?: unknown,
): Promise<{ status: number; text: string }> {
  const answer = await fetch(agent.base + at, {
    method,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}
