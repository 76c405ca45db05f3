/** What a thousand checks, each every ten seconds, cost of a processor. */
import http from 'node:http';
import net from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent } from '../agent.ts';
import { treeCPUPercent } from '../process-cpu.ts';
import { put } from './seed.ts';
import type { Figure, Sample, WorkContext, Workload } from './workload.ts';

const CHECKS = 1_000;
const INTERVAL = '10s';
/** The first round, in which each check changes from critical to passing, is not counted. */
const FIRST_ROUND_MS = 11_000;
/** A whole round at least. */
const MIN_SECONDS = 10;
/** Of ten checks, how an ordinary host divides them. */
const MIX = ['http', 'http', 'http', 'http', 'http', 'tcp', 'tcp', 'tcp', 'ttl', 'script'] as const;
type Kind = (typeof MIX)[number];

export class ManyChecks implements Workload {
  readonly figures: readonly Figure[] = [
    {
      id: 'cpu-checks-1000',
      title: '1,000 checks every 10 s (500 HTTP, 300 TCP, 100 TTL, 100 scripts), of one core',
      unit: '%',
      better: 'lower',
    },
  ];

  async measure(agent: Agent, context: WorkContext): Promise<ReadonlyMap<string, Sample>> {
    const { signal, durations } = context;
    const web = http.createServer((_, response) => response.end('ok'));
    const plain = net.createServer((socket) => socket.on('error', () => {}).resume());
    try {
      const ports = { http: await listen(web), tcp: await listen(plain) };
      for (let index = 0; index < CHECKS; index++) {
        const kind = MIX[index % MIX.length]!;
        await put(agent, '/v1/agent/check/register', definition(kind, index, ports));
      }
      await sleep(FIRST_ROUND_MS, undefined, { signal });
      const seconds = Math.max(MIN_SECONDS, durations.restSeconds);
      const share = treeCPUPercent(agent.pid, seconds, signal);
      const reports = reportTTLs(agent, seconds);
      const value = await share;
      await reports;
      return new Map([['cpu-checks-1000', { value, errors: await failing(agent) }]]);
    } finally {
      web.closeAllConnections();
      web.close();
      plain.close();
    }
  }
}

function definition(kind: Kind, index: number, ports: { http: number; tcp: number }): object {
  const common = { ID: `check-${index}`, Name: `check ${index}`, Status: 'passing' };
  const timed = { ...common, Interval: INTERVAL };
  switch (kind) {
    case 'http':
      return { ...timed, HTTP: `http://127.0.0.1:${ports.http}/` };
    case 'tcp':
      return { ...timed, TCP: `127.0.0.1:${ports.tcp}` };
    case 'script':
      return { ...timed, Args: ['/bin/true'] };
    case 'ttl':
      return { ...common, TTL: '1m' };
  }
}

/** Each once in ten seconds, spread, as their owners would. */
async function reportTTLs(agent: Agent, seconds: number): Promise<void> {
  const ids = Array.from({ length: CHECKS }, (_, index) => index).filter(
    (index) => MIX[index % MIX.length] === 'ttl',
  );
  const rounds = Math.floor(seconds / 10);
  const gapMs = 10_000 / ids.length / 1.2;
  for (let round = 0; round < rounds; round++) {
    for (const id of ids) {
      await put(agent, `/v1/agent/check/pass/check-${id}`, '');
      await sleep(gapMs);
    }
  }
}

async function listen(server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1', 511);
  await once(server, 'listening');
  return (server.address() as net.AddressInfo).port;
}

/** @returns how many do not pass */
async function failing(agent: Agent): Promise<number> {
  const answer = await fetch(`${agent.base}/v1/agent/checks`);
  const checks = (await answer.json()) as Record<string, { Status: string }>;
  return Object.values(checks).filter(({ Status }) => Status !== 'passing').length;
}
