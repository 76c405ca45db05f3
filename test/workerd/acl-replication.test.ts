/** Two datacenters of real agents with ACLs: what is written in either stands in the primary, flows to the secondary, and holds in both. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ACLPolicy, ACLReplicationStatus, ACLToken } from '../../protocol/types/acl.ts';
import { startAgent } from '../support/agent-config.ts';
import { type LictorProcess, LictorProcesses } from '../support/lictor-process.ts';

const processes = new LictorProcesses();
afterAll(() => processes.stopAll());

const LONG = { timeout: 30_000, interval: 50 };
const START_LIMIT_MS = 90_000;
const MANAGEMENT = 'aaaaaaaa-1111-2222-3333-444444444444';

let s1: LictorProcess;
let s2: LictorProcess;

beforeAll(async () => {
  const acl = { enabled: true, default_policy: 'allow', enable_token_replication: true };
  const server = { server: true, bootstrap: true, primary_datacenter: 'dc1' };
  s1 = await startAgent(processes, {
    name: 's1',
    config: { ...server, acl: { ...acl, tokens: { initial_management: MANAGEMENT } } },
  });
  s2 = await startAgent(processes, {
    name: 's2',
    config: {
      ...server,
      datacenter: 'dc2',
      retry_join_wan: [`127.0.0.1:${s1.ports.serfWAN}`],
      acl: { ...acl, tokens: { replication: MANAGEMENT } },
    },
  });
}, START_LIMIT_MS);

async function ask<T>(
  agent: LictorProcess,
  method: string,
  at: string,
  body?: object,
  token = MANAGEMENT,
): Promise<T> {
  const answer = await fetch(agent.base + at, {
    method,
    headers: { 'x-consul-token': token },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${at}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}

it('policies, roles and global tokens flow to the secondary and hold there', async () => {
  await vi.waitFor(
    async () =>
      expect(await ask<ACLReplicationStatus>(s2, 'GET', '/v1/acl/replication')).toMatchObject({
        Enabled: true,
        Running: true,
        SourceDatacenter: 'dc1',
        ReplicationType: 'tokens',
      }),
    LONG,
  );
  const Rules = 'key_prefix "closed" { policy = "deny" }';
  const { ID } = await ask<ACLPolicy>(s2, 'PUT', '/v1/acl/policy', { Name: 'closed', Rules });
  expect(await ask<ACLPolicy>(s1, 'GET', `/v1/acl/policy/${ID}`)).toMatchObject({ Name: 'closed' });
  const token = await ask<ACLToken>(s2, 'PUT', '/v1/acl/token', { Policies: [{ ID }] });
  for (const agent of [s1, s2]) {
    await vi.waitFor(async () => {
      await ask(agent, 'PUT', '/v1/kv/open', {}, token.SecretID);
      await expect(ask(agent, 'PUT', '/v1/kv/closed', {}, token.SecretID)).rejects.toThrow('403');
    }, LONG);
  }
  await ask(s2, 'DELETE', `/v1/acl/token/${token.AccessorID}`);
  await vi.waitFor(
    () => expect(ask(s2, 'GET', '/v1/kv/open', undefined, token.SecretID)).rejects.toThrow('403'),
    LONG,
  );
});

it('local tokens hold where they were made', async () => {
  const local = await ask<ACLToken>(s2, 'PUT', '/v1/acl/token', { Local: true });
  await ask(s2, 'GET', '/v1/acl/token/self', undefined, local.SecretID);
  await expect(ask(s1, 'GET', '/v1/acl/token/self', undefined, local.SecretID)).rejects.toThrow(
    '403',
  );
  await ask(s2, 'DELETE', `/v1/acl/token/${local.AccessorID}`);
});
