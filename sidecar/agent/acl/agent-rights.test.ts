import { beforeEach, describe, expect, it } from 'vitest';
import { RecordingRPC } from '../../../http-api/testing/recording-rpc.ts';
import { RPCError } from '../../../protocol/errors.ts';
import { NODE_TOKEN } from '../../../protocol/reserved-tokens.ts';
import { type AgentRights, right } from '../../agent-api/rights.ts';
import type { ACLConfig } from '../../config/agent-config-security.ts';
import { createAgentRights } from './agent-rights.ts';
import type { AgentTokens } from './agent-tokens.ts';

const WRITE = right('service', 'write', 'web');
const AWAY = new RPCError('unavailable', 'No cluster leader');
const REFUSED = new RPCError('forbidden', 'Permission denied: web');

let rpc: RecordingRPC;
let now: number;

beforeEach(() => {
  rpc = new RecordingRPC();
  now = 0;
});

function create(
  acl: Partial<ACLConfig> = {},
  controlPlane: 'embedded' | 'edge' = 'edge',
): AgentRights {
  const tokens = {
    user: () => 'default',
    isRecovery: (token: string) => token === 'recovery',
  } as unknown as AgentTokens;
  const config = {
    enabled: true,
    downPolicy: 'extend-cache',
    tokenTTLMs: 30_000,
    policyTTLMs: 30_000,
    roleTTLMs: 30_000,
    ...acl,
  } as ACLConfig;
  return createAgentRights({ acl: config, nodeName: 'n1', controlPlane }, tokens, rpc, () => now);
}

describe('a right', () => {
  it('is asked of the datacenter, with the default token for a request without one', async () => {
    await create().require('', WRITE);
    expect(rpc.calls).toMatchObject([
      { method: 'acl.require', args: { requests: [WRITE] }, options: { token: 'default' } },
    ]);
  });

  it('is refused in the words of the datacenter', async () => {
    rpc.answer = REFUSED;
    await expect(create().require('t', WRITE)).rejects.toThrow('Permission denied: web');
  });

  it('is asked once a TTL, and each time where the datacenter runs beside the agent', async () => {
    const [edge, embedded] = [create(), create({}, 'embedded')];
    for (const [rights, calls] of [
      [edge, 1],
      [embedded, 2],
    ] as const) {
      rpc.calls.length = 0;
      await rights.require('t', WRITE);
      await rights.require('t', WRITE);
      expect(rpc.calls).toHaveLength(calls);
    }
    now = 31_000;
    rpc.calls.length = 0;
    await edge.require('t', WRITE);
    expect(rpc.calls).toHaveLength(1);
  });

  it('is not asked where ACLs are off', async () => {
    const rights = create({ enabled: false });
    await rights.require('t', WRITE);
    expect(await rights.allows('t', [WRITE])).toEqual([true]);
    expect(rpc.calls).toEqual([]);
  });

  it('no client has those of an agent', async () => {
    await expect(create().require(NODE_TOKEN, WRITE)).rejects.toThrow('ACL not found');
  });
});

describe('while the datacenter is away', () => {
  it.each([
    ['allow', 'allowed', 'allowed'],
    ['deny', 'Permission denied', 'Permission denied'],
    ['extend-cache', 'allowed', 'No cluster leader'],
    ['async-cache', 'allowed', 'No cluster leader'],
  ] as const)(
    '%s: what was allowed is %s, what is not known %s',
    async (downPolicy, known, not) => {
      const rights = create({ downPolicy });
      const outcome = (token: string) =>
        rights.require(token, WRITE).then(
          () => 'allowed',
          (error: Error) => error.message,
        );
      await rights.require('known', WRITE);
      now = 60_000;
      rpc.answer = AWAY;
      expect([await outcome('known'), await outcome('other')]).toEqual([known, not]);
    },
  );

  it('the recovery token opens the agent, its own one alone', async () => {
    rpc.answer = AWAY;
    const rights = create();
    await rights.require('recovery', right('agent', 'write', 'n1'), right('node', 'read', 'n2'));
    for (const other of [right('agent', 'read', 'n2'), right('node', 'write', 'n1'), WRITE])
      await expect(rights.require('recovery', other)).rejects.toThrow('Permission denied');
  });
});

describe('a list', () => {
  it('is judged in one call, in its order', async () => {
    rpc.answer = { index: 1, body: JSON.stringify([{ Allow: true }, { Allow: false }]) };
    const reads = [right('node', 'read', 'a'), right('node', 'read', 'b')];
    expect(await create().allows('t', reads)).toEqual([true, false]);
    expect(rpc.calls).toHaveLength(1);
  });

  it('with a token that nobody has is refused', async () => {
    rpc.answer = new RPCError('forbidden', 'ACL not found');
    await expect(create().allows('t', [WRITE])).rejects.toThrow('ACL not found');
  });
});
