import { expect, it } from 'vitest';
import { createAPI } from '../../http-api/fetch-adapter.ts';
import type { APIContext } from '../../http-api/route.ts';
import { RPCError } from '../../protocol/errors.ts';
import type { LeafCert } from '../../protocol/types/connect.ts';
import { type LeafCertificates, leafRoute } from './leaf-route.ts';

const PATH = '/v1/agent/connect/ca/leaf/';
const leaf = { SerialNumber: '01', Service: 'web', ModifyIndex: 12 } as LeafCert;

async function get(path: string, leaves: LeafCertificates['get'], headers = {}): Promise<Response> {
  const context = {
    datacenter: 'dc1',
    limits: { defaultQueryTimeMs: 300_000, maxQueryTimeMs: 600_000 },
  } as unknown as APIContext;
  const route = leafRoute({ get: leaves }, (given) => given || 'default');
  return createAPI([route], { context }).request(PATH + path, { headers });
}

it('asks for the service with its token, and tells what it got', async () => {
  const asked: unknown[] = [];
  const response = await get('web?token=t&index=7&wait=2s', async (...args) => {
    asked.push(...args.slice(0, 3));
    return { leaf, cache: 'HIT', ageMs: 2500 };
  });
  expect(asked).toEqual([{ service: 'web', token: 't' }, 7, expect.any(Number)]);
  expect(asked[2]).toBeGreaterThanOrEqual(2000);
  expect(await response.json()).toEqual(leaf);
  const headers = ['x-consul-index', 'x-cache', 'age'].map((name) => response.headers.get(name));
  expect(headers).toEqual(['12', 'HIT', '2']);
});

it('has the agent speak for who gives no token, and no age for what is new', async () => {
  const response = await get('web', async ({ token }) => {
    expect(token).toBe('default');
    return { leaf, cache: 'MISS', ageMs: 0 };
  });
  expect(response.headers.get('age')).toBeNull();
});

it.each([
  ['', null, 500, 'URI must be either service, agent, server, or kind'],
  ['web', new RPCError('forbidden', 'Permission denied'), 403, 'Permission denied'],
  ['web', new RPCError('overloaded', 'Rate limit reached'), 429, 'Rate limit reached'],
  ['web?wait=zz', null, 400, 'Invalid wait time'],
])('%j with %s is %d', async (path, refusal, status, text) => {
  const response = await get(path, async () => {
    if (refusal !== null) throw refusal;
    return { leaf, cache: 'MISS', ageMs: 0 };
  });
  expect(response.status).toBe(status);
  expect(await response.text()).toBe(text);
});
