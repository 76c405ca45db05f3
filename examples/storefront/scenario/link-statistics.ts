/**
 * What the agent sent to its datacenter, from its own counters.
 *
 * Only Lictor has a link to count on; beside another agent this says so and judges nothing.
 */
import type { AgentClient } from './agent-client.ts';
import type { Report } from './report.ts';

/** Operations sent since the agent started, by RPC method; undefined when the agent counts none. */
export type LinkOperations = ReadonlyMap<string, number> | undefined;

interface Counter {
  readonly Name: string;
  readonly Sum: number;
  readonly Labels?: { readonly method?: string };
}

const COUNTER = 'lictor.link.ops_sent';
// What this scenario's own polling asks for: reads are not changes that travel.
const WRITES = /^(Catalog\.(Register|Deregister)|KVS\.Apply|Txn\.Apply)$/;

export async function linkOperations(agent: AgentClient): Promise<LinkOperations> {
  const answer = await fetch(`${agent.base}/v1/agent/metrics`);
  if (!answer.ok) return undefined;
  const { Counters = [] } = (await answer.json()) as { Counters?: Counter[] };
  const sent = Counters.filter((counter) => counter.Name === COUNTER);
  if (sent.length === 0) return undefined;
  return new Map(sent.map((counter) => [counter.Labels?.method ?? '', counter.Sum]));
}

/** Reports how many writes went over the link between two readings, and expects at most `limit` of them. */
export function operationsBetween(
  before: LinkOperations,
  after: LinkOperations,
  limit: number,
  report: Report,
): void {
  if (before === undefined || after === undefined) {
    report.step(
      `this agent has no counter ${COUNTER}: what travelled is judged by the index alone`,
    );
    return;
  }
  const sent = [...after]
    .map(([method, count]): [string, number] => [method, count - (before.get(method) ?? 0)])
    .filter(([method, count]) => count > 0 && WRITES.test(method));
  const total = sent.reduce((sum, [, count]) => sum + count, 0);
  const words = sent.map(([method, count]) => `${count} ${method}`).join(', ') || 'nothing';
  report.expect(
    total >= 1 && total <= limit,
    `the agent sent ${words} to the datacenter, and no other write`,
  );
}
