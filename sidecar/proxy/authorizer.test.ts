import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Authorizer } from './authorizer.ts';
import { FakeAgent, MemoryLog } from './testing/fake-agent.ts';

const AUTHORIZE = '/v1/agent/connect/authorize';
const MATCH = '/v1/connect/intentions/match';
const WEB = { uri: 'spiffe://x.consul/ns/default/dc/dc1/svc/web', serial: '01' };

let agent: FakeAgent;
let authorizer: Authorizer;
let isAllowed: boolean;
let changes: number;

beforeEach(async () => {
  vi.useFakeTimers();
  agent = new FakeAgent();
  isAllowed = true;
  changes = 0;
  agent.on(AUTHORIZE, () => ({ Authorized: isAllowed, Reason: 'because' }));
  agent.set(MATCH, {});
  authorizer = new Authorizer({
    agent,
    log: new MemoryLog(),
    service: 'db',
    now: Date.now,
    onChange: () => changes++,
  });
  await vi.advanceTimersByTimeAsync(0);
});

afterEach(() => {
  authorizer.stop();
  vi.useRealTimers();
});

const judge = async (): Promise<boolean> => (await authorizer.authorize(WEB)).isAllowed;
const questions = (): number => agent.countOf(AUTHORIZE);

it('asks the agent once for a caller, with the certificate', async () => {
  expect(await judge()).toBe(true);
  expect(await judge()).toBe(true);
  expect(questions()).toBe(1);
  const { body } = agent.requests.find(({ path }) => path === AUTHORIZE)!;
  expect(JSON.parse(body!)).toEqual({
    Target: 'db',
    ClientCertURI: WEB.uri,
    ClientCertSerial: '01',
  });
});

it('asks anew after an intention changed, and says that one has', async () => {
  await judge();
  isAllowed = false;
  const before = changes;
  agent.set(MATCH, { db: [] });
  await vi.advanceTimersByTimeAsync(0);
  expect(changes).toBe(before + 1);
  expect(await judge()).toBe(false);
});

it('does not hold what was decided before a change that came meanwhile', async () => {
  const answer = Promise.withResolvers<object>();
  agent.on(AUTHORIZE, () => answer.promise);
  const judging = judge();
  agent.set(MATCH, { db: [] });
  await vi.advanceTimersByTimeAsync(0);
  answer.resolve({ Authorized: true, Reason: '' });
  expect(await judging).toBe(true);
  agent.on(AUTHORIZE, () => ({ Authorized: false, Reason: '' }));
  expect(await judge()).toBe(false);
});

it('asks anew after a minute: the default may have changed', async () => {
  await judge();
  await vi.advanceTimersByTimeAsync(60_000);
  await judge();
  expect(questions()).toBe(2);
});

it('holds nothing while changes are not heard of, and refuses to decide by itself', async () => {
  await judge();
  agent.failure = new Error('connection refused');
  agent.wake();
  await vi.advanceTimersByTimeAsync(0);
  await expect(judge()).rejects.toThrow('connection refused');
  agent.failure = undefined;
  await judge();
  await judge();
  expect(questions()).toBe(4);
  await vi.advanceTimersByTimeAsync(5_000);
  await judge();
  await judge();
  expect(questions()).toBe(5);
});
