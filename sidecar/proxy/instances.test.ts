import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { UpstreamConfig } from './config.ts';
import { type Instances, openInstances } from './instances.ts';
import { FakeAgent, MemoryLog } from './testing/fake-agent.ts';

const HEALTH = '/v1/health/connect/db';
const QUERY = '/v1/query/q/execute';
const UPSTREAM: UpstreamConfig = {
  type: 'service',
  name: 'db',
  datacenter: '',
  bindAddress: '127.0.0.1',
  bindPort: 1,
  socketPath: '',
  socketMode: undefined,
  connectTimeoutMs: 1,
};

let agent: FakeAgent;
let instances: Instances;
let randoms: number[];

const open = (upstream: Partial<UpstreamConfig> = {}): void => {
  instances = openInstances({
    agent,
    log: new MemoryLog(),
    upstream: { ...UPSTREAM, ...upstream },
    now: Date.now,
    random: () => randoms.shift() ?? 0,
  });
};
const sidecar = (Port: number, more: object = {}) => ({
  Node: { Address: '10.0.0.1', Datacenter: 'dc1' },
  Service: {
    Service: 'db-proxy',
    Address: '',
    Port,
    Proxy: { DestinationServiceName: 'db' },
    ...more,
  },
});
const ports = async (): Promise<number[]> => (await instances.pick()).map(({ port }) => port);

beforeEach(() => {
  vi.useFakeTimers();
  agent = new FakeAgent();
  randoms = [];
});

afterEach(() => {
  instances.stop();
  vi.useRealTimers();
});

describe('of a service', () => {
  it.each([
    ['a sidecar', {}, { host: '10.0.0.1', port: 1, service: 'db', datacenter: 'dc1' }],
    ['with an address of its own', { Address: '10.9.9.9' }, { host: '10.9.9.9' }],
    [
      'a service that speaks the mesh itself',
      { Service: 'db', Proxy: {}, Connect: { Native: true } },
      { service: 'db' },
    ],
  ])('%s', async (_what, service, expected) => {
    agent.set(HEALTH, [sidecar(1, service)]);
    open();
    expect(await instances.pick()).toMatchObject([expected]);
    expect(agent.requests[0]!.query).toMatchObject({ passing: true });
  });

  it('are followed, and nobody is asked for a connection', async () => {
    agent.set(HEALTH, [sidecar(1)]);
    open();
    await ports();
    await ports();
    expect(agent.countOf(HEALTH)).toBe(2);
    agent.set(HEALTH, [sidecar(2)]);
    await vi.advanceTimersByTimeAsync(0);
    expect(await ports()).toEqual([2]);
  });

  it('stand as they were known while the agent is away', async () => {
    agent.set(HEALTH, [sidecar(1)]);
    open();
    await ports();
    agent.failure = new Error('away');
    agent.wake();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await ports()).toEqual([1]);
  });

  it('are none', async () => {
    agent.set(HEALTH, []);
    open();
    await expect(ports()).rejects.toThrow('no healthy instances found');
  });

  it('are waited for, but not for ever', async () => {
    agent.failure = new Error('away');
    open();
    const picking = expect(ports()).rejects.toThrow('the agent has not answered yet');
    await vi.advanceTimersByTimeAsync(5_000);
    await picking;
  });

  it('of another datacenter are asked for there', async () => {
    agent.set(HEALTH, [sidecar(1)]);
    open({ datacenter: 'dc2' });
    await ports();
    expect(agent.requests[0]!.query).toMatchObject({ dc: 'dc2' });
  });
});

describe('of a prepared query', () => {
  it('are what it finds, for a second', async () => {
    let port = 1;
    agent.on(QUERY, () => ({ Nodes: [sidecar(port++)], Datacenter: 'dc1' }));
    open({ type: 'prepared_query', name: 'q' });
    expect([await ports(), await ports()]).toEqual([[1], [1]]);
    vi.advanceTimersByTime(1_000);
    expect(await ports()).toEqual([2]);
    expect(agent.requests[0]!.query).toMatchObject({ connect: 'true' });
  });

  it('that fails is executed anew by the next', async () => {
    agent.on(QUERY, () => {
      throw new Error('Query not found');
    });
    open({ type: 'prepared_query', name: 'q' });
    await expect(ports()).rejects.toThrow('Query not found');
    agent.on(QUERY, () => ({ Nodes: [sidecar(7)], Datacenter: 'dc1' }));
    expect(await ports()).toEqual([7]);
  });
});

it('are tried by chance, those last that failed a moment ago', async () => {
  agent.set(HEALTH, [sidecar(1), sidecar(2), sidecar(3)]);
  open();
  randoms = [0.5, 0.1, 0.9];
  const [first] = await instances.pick();
  expect(first!.port).toBe(2);
  instances.failed(first!);
  randoms = [0.5, 0.1, 0.9];
  expect(await ports()).toEqual([1, 3, 2]);
  vi.advanceTimersByTime(5_000);
  randoms = [0.5, 0.1, 0.9];
  expect(await ports()).toEqual([2, 1, 3]);
});
