import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Registration } from './registration.ts';
import { FakeAgent, MemoryLog } from './testing/fake-agent.ts';

const REGISTER = '/v1/agent/service/register';
const PASS = '/v1/agent/check/pass/db-proxy-a-ttl';
const DEREGISTER = '/v1/agent/service/deregister/db-proxy-a';

let agent: FakeAgent;
let log: MemoryLog;

beforeEach(() => {
  vi.useFakeTimers();
  agent = new FakeAgent();
  log = new MemoryLog();
  for (const path of [REGISTER, PASS, DEREGISTER]) agent.on(path, () => null);
});

afterEach(() => {
  vi.useRealTimers();
});

const start = (): Registration =>
  new Registration({ agent, log, service: 'db', suffix: 'a', address: '10.0.0.1', port: 5 });
const paths = (): string[] => agent.requests.map(({ path }) => path);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

it('registers, beats, and goes', async () => {
  const registration = start();
  await pass(20_000);
  expect(paths()).toEqual([REGISTER, PASS, PASS, PASS]);
  expect(JSON.parse(agent.requests[0]!.body!)).toMatchObject({
    Kind: 'connect-proxy',
    ID: 'db-proxy-a',
    Name: 'db-proxy',
    Address: '10.0.0.1',
    Port: 5,
    Proxy: { DestinationServiceName: 'db' },
    Check: { CheckID: 'db-proxy-a-ttl', TTL: '30s' },
  });
  await registration.stop();
  await pass(60_000);
  expect(paths().slice(4)).toEqual([DEREGISTER]);
});

it('registers again with an agent that lost it', async () => {
  const registration = start();
  await pass(0);
  agent.on(PASS, () => {
    throw new Error('Unknown check ID');
  });
  await pass(10_000);
  agent.on(PASS, () => null);
  await pass(10_000);
  expect(agent.countOf(REGISTER)).toBe(2);
  await registration.stop();
});

it('goes on trying while the agent is away, and a stop does not wait for it', async () => {
  agent.failure = new Error('connection refused');
  const registration = start();
  await pass(30_000);
  expect(agent.countOf(REGISTER)).toBe(4);
  await registration.stop();
  expect(log.lines.at(-1)).toBe('warn failed to deregister: error="connection refused"');
});
