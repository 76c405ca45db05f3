/**
 * A catalog that grows to 50,000 instances: how quickly they are registered, and what reading one small service costs before
 * and after.
 */
import type { Agent } from '../../agent.ts';
import { median, percentile } from '../../statistics.ts';
import { put, registration } from '../seed.ts';
import type { Figure, Sample, WorkContext, Workload } from '../workload.ts';
import { BATCH_OPERATIONS, inBatches, sendBatches, timeRequests } from './batches.ts';

const FIRST = 10_000;
const ALL = 50_000;
/** One operation of a batch is the node. */
const INSTANCES_A_NODE = BATCH_OPERATIONS - 1;
/** As many instances as a small service has; each service is spread over as many nodes. */
const INSTANCES_A_SERVICE = 50;
const PROBE = 'bench-probe';
const PROBE_INSTANCES = 10;
/** Beside the probe, before the catalog grows. */
const SMALL_CATALOG = 100;
const READS = 200;

export class CatalogGrowth implements Workload {
  readonly figures: readonly Figure[] = [
    registerFigure(FIRST),
    registerFigure(ALL),
    {
      id: 'scale-health-growth',
      title: `health/service of ${PROBE_INSTANCES}: p50 in a catalog of ${ALL.toLocaleString('en')} by that in one of ${SMALL_CATALOG}`,
      unit: 'x',
      better: 'lower',
    },
  ];

  async measure(agent: Agent, { signal }: WorkContext): Promise<ReadonlyMap<string, Sample>> {
    for (let at = 0; at < PROBE_INSTANCES; at++)
      await put(agent, '/v1/catalog/register', registration(PROBE, at));
    await sendBatches(agent, batchesOf('small', 0, SMALL_CATALOG - PROBE_INSTANCES), signal);
    const small = await readProbe(agent);
    const firstMs = await sendBatches(agent, batchesOf('large', 0, FIRST), signal);
    const restMs = await sendBatches(agent, batchesOf('large', FIRST, ALL - FIRST), signal);
    await requireAll(agent);
    const large = await readProbe(agent);
    return new Map([
      [`scale-register-${FIRST}`, { value: rate(FIRST, firstMs), errors: 0 }],
      [`scale-register-${ALL}`, { value: rate(ALL, firstMs + restMs), errors: 0 }],
      [
        'scale-health-growth',
        {
          value: median(large) / median(small),
          p50Ms: median(large),
          p99Ms: percentile(large, 99),
          errors: 0,
        },
      ],
    ]);
  }
}

function registerFigure(count: number): Figure {
  const title = `instances registered, until there are ${count.toLocaleString('en')}`;
  return { id: `scale-register-${count}`, title, unit: '/s', better: 'higher' };
}

const rate = (count: number, ms: number): number => (count * 1e3) / ms;

/** A node with its instances is one transaction. */
function batchesOf(family: string, from: number, count: number): object[][] {
  const numbers = Array.from({ length: count }, (_, at) => from + at);
  return inBatches(numbers, INSTANCES_A_NODE).map((instances) => {
    const number = Math.floor(instances[0]! / INSTANCES_A_NODE);
    const Node = `${family}-${number}`;
    const Address = `10.${(number >> 8) & 255}.${number & 255}.1`;
    return [
      { Node: { Verb: 'set', Node: { Node, Address } } },
      ...instances.map((at) => ({ Service: { Verb: 'set', Node, Service: service(family, at) } })),
    ];
  });
}

function service(family: string, at: number): object {
  const group = Math.floor(at / (INSTANCES_A_NODE * INSTANCES_A_SERVICE)) * INSTANCES_A_NODE;
  const Service = `${family}-${group + (at % INSTANCES_A_NODE)}`;
  return { ID: `${Service}-${at}`, Service, Port: 1024 + (at % 60_000), Tags: ['v1'] };
}

/** Reads after a change of the service each: what a cache keeps is not what is measured. */
function readProbe(agent: Agent): Promise<number[]> {
  let port = 0;
  return timeRequests(
    agent,
    READS,
    'GET',
    () => `/v1/health/service/${PROBE}`,
    async () => {
      const { Service, ...rest } = registration(PROBE, 0) as { Service: object };
      const changed = { ...rest, Service: { ...Service, Port: 9_000 + (port++ % 1_000) } };
      await put(agent, '/v1/catalog/register', changed);
    },
  );
}

/** @throws when an instance is missing: a write that was lost must not count as a quick one */
async function requireAll(agent: Agent): Promise<void> {
  const answer = await fetch(`${agent.base}/v1/catalog/node-services/large-0`);
  const { Services } = (await answer.json()) as { Services: unknown[] };
  const last = Math.ceil(FIRST / INSTANCES_A_NODE) - 1;
  const other = await fetch(`${agent.base}/v1/catalog/node-services/large-${last}`);
  const rest = ((await other.json()) as { Services: unknown[] }).Services;
  if (Services.length !== INSTANCES_A_NODE || rest.length === 0)
    throw new Error('not every instance was registered');
}
