/** Many writes in transactions, over a few connections that stay open: the quickest way in that the public API has. */
import http from 'node:http';
import type { Agent } from '../../agent.ts';

/** What Consul takes in one transaction. */
export const BATCH_OPERATIONS = 64;
const CONNECTIONS = 16;

/** Sends bodies of /v1/txn. @returns how long it took, in milliseconds. @throws on any answer but 200 */
export async function sendBatches(
  agent: Agent,
  batches: readonly (readonly object[])[],
  signal: AbortSignal,
): Promise<number> {
  // Rendered before the clock runs: the client's work is not what is measured.
  const bodies = batches.map((batch) => JSON.stringify(batch));
  const connections = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const startedMs = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < bodies.length) {
      signal.throwIfAborted();
      const { status, text } = await request(agent, connections, 'PUT', '/v1/txn', bodies[next++]);
      if (status !== 200) throw new Error(`PUT /v1/txn: ${status} ${text.slice(0, 300)}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, worker));
    return performance.now() - startedMs;
  } finally {
    connections.destroy();
  }
}

/** `count` requests, one after the other over one connection. @returns how long each took, in milliseconds */
export async function timeRequests(
  agent: Agent,
  count: number,
  method: 'GET' | 'PUT',
  target: (at: number) => string,
  before?: (at: number) => Promise<void>,
): Promise<number[]> {
  const connection = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  try {
    for (let at = 0; at < count; at++) {
      await before?.(at);
      const body = method === 'PUT' ? `${performance.now()} ${at}` : undefined;
      const startedMs = performance.now();
      const { status, text } = await request(agent, connection, method, target(at), body);
      times.push(performance.now() - startedMs);
      if (status !== 200) throw new Error(`${method} ${target(at)}: ${status} ${text}`);
    }
    return times;
  } finally {
    connection.destroy();
  }
}

export function inBatches<T>(items: readonly T[], size: number): T[][] {
  const batches: T[][] = [];
  for (let at = 0; at < items.length; at += size) batches.push(items.slice(at, at + size));
  return batches;
}

function request(
  { ports }: Agent,
  agent: http.Agent,
  method: string,
  path: string,
  body?: string,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: ports.http, path, method, agent };
    const sent = http.request(options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('error', reject);
      answer.once('end', () =>
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
