/** Every measure, in the order of the report. Each group runs on a fresh agent, so none inherits another's data. */
import { CheckChange } from './check-change.ts';
import { Cluster } from './cluster.ts';
import { CommandStart } from './command-start.ts';
import { RestingCPU } from './cpu.ts';
import { DNSLoad } from './dns-load.ts';
import { Footprint } from './footprint.ts';
import { HTTPLoad } from './http-load.ts';
import { ManyChecks } from './many-checks.ts';
import { ProxyLoad } from './proxy-load.ts';
import { ReplicaGrowth } from './replica-growth.ts';
import {
  KEY_COUNT,
  KEY_PATH,
  LARGE_SERVICES,
  MANY_SERVICES,
  REGISTERED_COUNT,
  REGISTRATION_BODY,
  seedKeys,
  seedServices,
  SMALL_SERVICES,
  type ServiceFamily,
} from './seed.ts';
import { Waiters } from './waiters.ts';
import { WAKE_UP_CASES, WakeUps } from './wake-ups.ts';
import { CatalogGrowth } from './scale/catalog-growth.ts';
import { KeyMemory } from './scale/key-memory.ts';
import { Subscriptions } from './scale/subscriptions.ts';
import { WatchBytes } from './scale/watch-bytes.ts';
import type { Workload, WorkloadGroup } from './workload.ts';

const CONNECTIONS = [1, 16, 64] as const;
const FULL_LOAD = 64;

const kvPut = (connections: number): Workload =>
  new HTTPLoad({
    id: `kv-put-c${connections}`,
    title: `KV PUT, c=${connections}`,
    method: 'PUT',
    path: KEY_PATH,
    count: KEY_COUNT,
    connections,
  });

const kvGet = (connections: number, option?: 'stale' | 'cached'): Workload =>
  new HTTPLoad({
    id: `kv-get-${option === undefined ? '' : `${option}-`}c${connections}`,
    title: `KV GET${option === undefined ? '' : ` ?${option}`}, c=${connections}`,
    method: 'GET',
    path: option === undefined ? KEY_PATH : `${KEY_PATH}?${option}`,
    count: KEY_COUNT,
    connections,
    seed: seedKeys,
    isRight: hasLength(1),
  });

const COMMAND_KEY = 'bench/command';

/** Each loads other code: none but its own, the HTTP client, a table. */
const COMMANDS: readonly Workload[] = [
  new CommandStart({ id: 'cli-version', args: ['version'], says: /v\d+\.\d+/ }),
  new CommandStart({
    id: 'cli-kv-get',
    args: ['kv', 'get', COMMAND_KEY],
    says: /^value\n$/,
    prepare: async (agent) => {
      await fetch(`${agent.base}/v1/kv/${COMMAND_KEY}`, { method: 'PUT', body: 'value' });
    },
  }),
  new CommandStart({ id: 'cli-members', args: ['members'], says: /^Node .*\nbench / }),
];

const health = (family: ServiceFamily, option?: 'stale' | 'cached'): Workload =>
  new HTTPLoad({
    id: `health-${family.instances}${option === undefined ? '' : `-${option}`}`,
    title: `health/service of ${family.instances}${option === undefined ? '' : ` ?${option}`}, c=${FULL_LOAD}`,
    method: 'GET',
    path: `/v1/health/service/${family.name}-%d${option === undefined ? '' : `?${option}`}`,
    count: family.count,
    connections: FULL_LOAD,
    seed: (agent) => seedServices(agent, family),
    isRight: hasLength(family.instances),
  });

const agentRegister = (connections: number): Workload =>
  new HTTPLoad({
    id: `agent-register-c${connections}`,
    title: `services registered at the agent, c=${connections}`,
    method: 'PUT',
    path: '/v1/agent/service/register',
    count: REGISTERED_COUNT,
    connections,
    body: REGISTRATION_BODY,
  });

// One round of what takes its own samples over a minute or more: hundreds of changes, thousands of checks, twenty agents.
export const GROUPS: readonly WorkloadGroup[] = [
  {
    name: 'kv',
    workloads: [...CONNECTIONS.map(kvPut), ...CONNECTIONS.map((connections) => kvGet(connections))],
  },
  {
    name: 'reads',
    workloads: [
      kvGet(FULL_LOAD, 'stale'),
      kvGet(FULL_LOAD, 'cached'),
      health(SMALL_SERVICES),
      health(SMALL_SERVICES, 'stale'),
      health(SMALL_SERVICES, 'cached'),
      health(LARGE_SERVICES),
      health(LARGE_SERVICES, 'cached'),
    ],
  },
  {
    name: 'dns',
    workloads: [new DNSLoad('A', SMALL_SERVICES), new DNSLoad('SRV', SMALL_SERVICES)],
  },
  {
    name: 'dns-500',
    workloads: [new DNSLoad('A', MANY_SERVICES, '-500'), new DNSLoad('SRV', MANY_SERVICES, '-500')],
    maxRounds: 1,
  },
  { name: 'agent', workloads: [new RestingCPU(), ...[1, 16].map(agentRegister)], maxRounds: 1 },
  {
    name: 'check-changes',
    workloads: [new CheckChange('server'), new CheckChange('client')],
    maxRounds: 1,
  },
  { name: 'replica', workloads: [new ReplicaGrowth()], maxRounds: 1 },
  { name: 'checks', workloads: [new ManyChecks()], maxRounds: 1 },
  { name: 'waiters', workloads: [new Waiters(1_000), new Waiters(5_000)] },
  { name: 'wake-ups', workloads: WAKE_UP_CASES.map((each) => new WakeUps(each)) },
  { name: 'proxy', workloads: [new ProxyLoad()] },
  { name: 'cli', workloads: COMMANDS },
  { name: 'footprint', workloads: [new Footprint()] },
  { name: 'cluster', workloads: [new Cluster()], maxRounds: 1 },
  // One round each: seeding takes most of the time. Memory is read on an agent that has done nothing else.
  { name: 'scale: catalog', workloads: [new CatalogGrowth()], maxRounds: 1 },
  { name: 'scale: keys', workloads: [new KeyMemory()], maxRounds: 1 },
  { name: 'scale: watches', workloads: [new Subscriptions(), new WatchBytes()], maxRounds: 1 },
];

function hasLength(length: number): (body: unknown) => boolean {
  return (body) => Array.isArray(body) && body.length === length;
}
