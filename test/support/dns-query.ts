/** One question to an agent's DNS server. */
import { Resolver } from 'node:dns/promises';
import type { LictorProcess } from './lictor-process.ts';

/** @returns addresses, or the error's code for a name without any */
export async function resolveA(agent: LictorProcess, name: string): Promise<string[] | string> {
  const resolver = new Resolver({ timeout: 5_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${agent.ports.dns}`]);
  return resolver.resolve4(name).catch((error: NodeJS.ErrnoException) => error.code ?? 'unknown');
}
