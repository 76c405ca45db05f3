/**
 * What the agent sent to its datacenter, from its own counters (`telemetry.prometheus_retention_time` in agent.d/agent.json
 * makes the agent show them).
 *
 * Only Lictor has a link to count on; beside another agent this says so and judges nothing.
 */
import type { AgentClient } from './agent-client.ts';
import type { Report } from './report.ts';

/** Operations sent since the agent started, by RPC method; undefined when the agent is not Lictor. */
export type LinkOperations = ReadonlyMap<string, number> | undefined;

const COUNTER = /^lictor_link_ops_sent\{method="([^"]+)"\} (\d+)$/gm;
// Reads are no changes that travel: this scenario's own polling causes some.
const WRITES = /\.(register|deregister|apply|create|destroy|renew)$/;

/** @throws when a Lictor does not show its counters. */
export async function linkOperations(agent: AgentClient): Promise<LinkOperations> {
  const answer = await fetch(`${agent.base}/v1/agent/metrics?format=prometheus`);
  const text = await answer.text();
  if (!text.includes('lictor_')) return undefined;
  const sent = new Map(
    [...text.matchAll(COUNTER)].map(([, method = '', sum]) => [method, Number(sum)]),
  );
  // At the least its own registration has travelled.
  if (sent.size === 0) throw new Error('the agent shows no counter lictor_link_ops_sent');
  return sent;
}

/** Reports which writes went over the link between two readings, and expects 1 to `limit` of them. */
export function expectFewWrites(
  before: LinkOperations,
  after: LinkOperations,
  limit: number,
  report: Report,
): void {
  if (before === undefined || after === undefined) {
    report.step(
      'this agent does not count what it sends: what travelled is judged by the index alone',
    );
    return;
  }
  const sent = [...after]
    .map(([method, count]): [string, number] => [method, count - (before.get(method) ?? 0)])
    .filter(([method, count]) => count > 0 && WRITES.test(method));
  const total = sent.reduce((sum, [, count]) => sum + count, 0);
  const words = sent.map(([method, count]) => `${count} ${method}`).join(', ') || 'no write';
  report.expect(
    total >= 1 && total <= limit,
    `the agent sent ${words} to the datacenter, and no other write`,
  );
}
