/**
 * The agent as it is installed, under requests that no client of good will sends, to every endpoint of its table: it goes on,
 * and nothing in it was surprised.
 */
import http from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '../../http-api/route.ts';
import { coreRoutes } from '../../http-api/routes.ts';
import {
  type MalformedRequest,
  malformedRequest,
} from '../../http-api/testing/malformed-request.ts';
import { parameterNames } from '../../http-api/testing/parameter-names.ts';
import { agentRoutes } from '../../sidecar/agent-api/routes.ts';
import { type LictorProcess, LictorProcesses } from '../support/lictor-process.ts';

const REQUESTS = Number(process.env['MALFORMED_REQUESTS'] ?? 5_000);
const AT_ONCE = 8;
/** Characters of the agent's log that stand in a failure. */
const WORDS_SHOWN = 3_000;
/** Far beyond what any of them may take: one that hangs shows here. */
const REQUEST_LIMIT_MS = 10_000;
/** One that ends the agent, which is right; one that dials whatever it is told; and answers without end. */
const NOT_ASKED = new Set([
  '/v1/agent/leave',
  '/v1/agent/join/',
  '/v1/agent/monitor',
  '/v1/agent/metrics/stream',
  '/v1/stream',
]);
/** Another one plays other requests: `SEED=$RANDOM npm test`. */
const DEFAULT_SEED = 20_261_128;

/** Only paths and methods are looked at, so the handlers need nothing behind them. */
const noDeps = new Proxy({}, { get: () => noDeps }) as never;
const routes: Route[] = [...agentRoutes(noDeps), ...coreRoutes].filter(
  ({ path }) => !NOT_ASKED.has(path),
);

const processes = new LictorProcesses();
let agent: LictorProcess;
beforeAll(async () => {
  agent = await processes.start('agent', ['-dev', '-node=n1']);
});
afterAll(() => processes.stopAll());

const connections = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
afterAll(() => connections.destroy());

/** @throws when it is not answered whole */
function send({ method, path, search, headers, body }: MalformedRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { method, headers, agent: connections };
    const request = http.request(`${agent.base}/`, { ...options, path: `${path}?${search}` });
    request.setTimeout(REQUEST_LIMIT_MS, () => request.destroy(new Error('no answer in time')));
    request.once('error', (error) =>
      reject(new Error(`${method} ${path}?${search}: ${error.message}`)),
    );
    request.once('response', (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
    request.end(body ?? undefined);
  });
}

describe('the agent', () => {
  it(`answers ${REQUESTS} malformed requests, and goes on`, async () => {
    const seed = Number(process.env['SEED'] ?? DEFAULT_SEED);
    const all = fc.sample(malformedRequest(routes, parameterNames()), { numRuns: REQUESTS, seed });
    const statuses = new Map<number, number>();
    const worker = async (): Promise<void> => {
      for (let next = all.pop(); next !== undefined; next = all.pop()) {
        const status = await send(next);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker)).catch((error: unknown) => {
      const ending = agent.words.slice(-WORDS_SHOWN);
      throw new Error(`seed ${seed}: ${String(error)}\n${ending}`, { cause: error });
    });
    const defects = agent.words.split('\n').filter((line) => line.includes('defect in'));
    expect(defects, `seed ${seed}`).toEqual([]);
    expect(agent.hasEnded).toBe(false);
    expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 404, 405, 500]));
    const put = await fetch(`${agent.base}/v1/kv/after`, { method: 'PUT', body: 'all that' });
    expect(await put.text()).toBe('true');
    expect(await (await fetch(`${agent.base}/v1/kv/after?raw`)).text()).toBe('all that');
  }, 180_000);
});
