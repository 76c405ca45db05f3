/** The commands of the product's front page, typed with the tools that people type them with. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAMS, requireProgram } from '../../scripts/programs.ts';
import { AgentProcess } from './agent-process.ts';
import { lictor, runToEnd } from './run-to-end.ts';

const LIMIT_MS = 20_000;
let agent: AgentProcess;

beforeAll(async () => {
  agent = await AgentProcess.start({ program: lictor });
  for (const [i, address] of ['10.0.3.83', '10.0.1.109'].entries()) {
    await agent.put('/v1/catalog/register', {
      Node: `web-host-${i}`,
      Address: address,
      Service: { ID: `web-${i}`, Service: 'web-frontend', Port: 80, Address: address },
    });
  }
});
afterAll(() => agent?.stop());

async function dig(...args: string[]): Promise<string> {
  const run = await runToEnd(
    requireProgram(PROGRAMS.dig),
    ['@127.0.0.1', '-p', String(agent.dns), ...args],
    { limitMs: LIMIT_MS },
  );
  expect(run.code, run.stderr).toBe(0);
  return run.stdout;
}

async function curl(...args: string[]): Promise<string> {
  const run = await runToEnd(requireProgram(PROGRAMS.curl), ['-sS', ...args], {
    limitMs: LIMIT_MS,
  });
  expect(run.code, run.stderr).toBe(0);
  return run.stdout;
}

describe('dig', () => {
  it('ANY of a service gives two A records with TTL 0', async () => {
    const out = await dig('web-frontend.service.consul.', 'ANY');
    expect(out).toMatch(/status: NOERROR/);
    const answers = [
      ...out.matchAll(/^web-frontend\.service\.consul\.\s+(\d+)\s+IN\s+A\s+(\S+)$/gm),
    ];
    expect(answers.map((match) => match[1])).toEqual(['0', '0']);
    expect(answers.map((match) => match[2]).toSorted()).toEqual(['10.0.1.109', '10.0.3.83']);
  });

  it('SRV tells ports and target addresses', async () => {
    const out = await dig('web-frontend.service.consul.', 'SRV');
    expect([...out.matchAll(/\sIN\s+SRV\s+1 1 80 \S+/g)]).toHaveLength(2);
    expect(out).toContain('10.0.3.83');
  });

  it('answers over TCP', async () => {
    expect(await dig('+tcp', '+short', 'web-frontend.service.consul.', 'A')).toMatch(
      /10\.0\.3\.83/,
    );
  });

  it('a name that does not exist is NXDOMAIN', async () => {
    expect(await dig('nobody.service.consul.', 'A')).toMatch(/status: NXDOMAIN/);
  });
});

describe('curl', () => {
  it('reads a key with LockIndex, Session, Flags and base64 Value', async () => {
    await curl('-X', 'PUT', '-d', 'v1.2', `${agent.base}/v1/kv/deployment`);
    const [entry] = JSON.parse(await curl(`${agent.base}/v1/kv/deployment`)) as Record<
      string,
      unknown
    >[];
    expect(entry).toMatchObject({ Key: 'deployment', LockIndex: 0, Flags: 0, Value: 'djEuMg==' });
  });

  it('blocks until the key changes', async () => {
    const headers = await curl('-D', '-', '-o', '/dev/null', `${agent.base}/v1/kv/deployment`);
    const index = /^x-consul-index: (\d+)/im.exec(headers)?.[1];
    const blocked = curl(`${agent.base}/v1/kv/deployment?wait=15s&index=${index}`);
    const first = await Promise.race([blocked.then(() => 'answered'), sleep(500, 'waits')]);
    expect(first).toBe('waits');
    await curl('-X', 'PUT', '-d', 'v1.3', `${agent.base}/v1/kv/deployment`);
    expect(await blocked).toContain('djEuMw==');
  });
});
