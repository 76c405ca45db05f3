import { setTimeout as sleep } from 'node:timers/promises';
import { AgentProcess } from '../agent-process.ts';

const READY_LIMIT_MS = 60_000;
const POLL_MS = 50;

/**
 * One agent, ours or Consul's, from a configuration that both read; resolves when its own entry is complete: Consul's
 * leader first makes one with less metadata than the agent's.
 */
export async function startTwin(program: string, config: object): Promise<AgentProcess> {
  const agent = await AgentProcess.start({ program, config: { node_name: 'n1', ...config } });
  const deadline = performance.now() + READY_LIMIT_MS;
  while (performance.now() < deadline) {
    const answer = await fetch(`${agent.base}/v1/health/service/consul?passing`).catch(() => null);
    if (answer?.ok && (await answer.text()).includes('consul-network-segment')) return agent;
    await sleep(POLL_MS);
  }
  await agent.stop();
  throw new Error(`${program}: its own entry is not complete within ${READY_LIMIT_MS} ms`);
}
