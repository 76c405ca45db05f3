/** ACLs of a deployment: the door, the deploy-time secret, bootstrapping, logins with real signatures, what snapshots and the log hold. */
import { generateKeyPairSync, sign } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ACLToken } from '../../protocol/types/acl.ts';
import { DeployedWorker } from '../support/deployed-worker.ts';

const SECRET = 'deploy-time secret';
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-acl-edge-'));
let worker: DeployedWorker;
let management: ACLToken;

beforeAll(async () => {
  const acl = {
    defaultPolicy: 'deny',
    initialManagement: '',
    tokenReplication: false,
    keyListPolicy: false,
    replicationToken: '',
  } as const;
  worker = await DeployedWorker.start(directory, SECRET, { settings: { acl } });
});
afterAll(async () => {
  await worker.stop();
  fs.rmSync(directory, { recursive: true });
});

async function ask(
  method: string,
  at: string,
  token = '',
  body?: unknown,
): Promise<{ status: number; text: string }> {
  const answer = await fetch(worker.url + at, {
    method,
    headers: token === '' ? {} : { 'x-consul-token': token },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}

const statusOf = async (method: string, at: string, token?: string): Promise<number> =>
  (await ask(method, at, token)).status;

describe('a deployment with ACLs', () => {
  it('denies by default: until it is bootstrapped the deploy-time secret alone is a management token', async () => {
    expect(await statusOf('PUT', '/v1/kv/a')).toBe(403);
    expect(await statusOf('PUT', '/v1/kv/a', 'guessed')).toBe(403);
    expect(await statusOf('PUT', '/v1/kv/a', SECRET)).toBe(200);
    expect(await statusOf('GET', '/v1/acl/policies', SECRET)).toBe(200);
    // What belongs to the deployment.
    expect(await statusOf('GET', '/v1/datacenters')).toBe(403);
    expect(await statusOf('GET', '/lictor/link')).toBe(403);
  });

  it('is bootstrapped once, by whoever comes first, and the secret is no token any more', async () => {
    const { status, text } = await ask('PUT', '/v1/acl/bootstrap');
    expect(status).toBe(200);
    management = JSON.parse(text) as ACLToken;
    expect(await statusOf('PUT', '/v1/acl/bootstrap', SECRET)).toBe(403);
    expect(await statusOf('PUT', '/v1/kv/a', SECRET)).toBe(403);
    expect(await statusOf('PUT', '/v1/kv/a', management.SecretID)).toBe(200);
    // It opens the door of sidecars as ever.
    expect(await statusOf('GET', '/lictor/link', SECRET)).toBe(426);
    expect(await statusOf('GET', '/lictor/link', management.SecretID)).toBe(403);
  });

  it('keeps all of it over a restart', async () => {
    await worker.stop();
    await worker.start();
    expect(await statusOf('PUT', '/v1/kv/a', SECRET)).toBe(403);
    expect(await statusOf('PUT', '/v1/kv/a', management.SecretID)).toBe(200);
  });

  it('logs in whoever shows a token of a trusted issuer, and verifies it itself', async () => {
    const { SecretID: token } = management;
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const Config = {
      JWTValidationPubKeys: [publicKey.export({ type: 'spki', format: 'pem' })],
      JWTSupportedAlgs: ['ES256'],
      ClaimMappings: { sub: 'user' },
    };
    const part = (value: object): string =>
      Buffer.from(JSON.stringify(value)).toString('base64url');
    const head = `${part({ alg: 'ES256' })}.${part({ sub: 'web', exp: Date.now() / 1000 + 60 })}`;
    const made = sign('sha256', Buffer.from(head), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const BearerToken = `${head}.${made.toString('base64url')}`;
    await ask('PUT', '/v1/acl/auth-method', token, { Name: 'm', Type: 'jwt', Config });
    await ask('PUT', '/v1/acl/binding-rule', token, {
      AuthMethod: 'm',
      BindType: 'service',
      BindName: '${value.user}',
    });
    const login = { AuthMethod: 'm', BearerToken };
    const { status, text } = await ask('POST', '/v1/acl/login', '', login);
    expect([status, text]).toEqual([200, expect.stringContaining('"ServiceName":"web"')]);
    const { SecretID } = JSON.parse(text) as ACLToken;
    const own = {
      Node: 'n',
      Address: '10.0.0.1',
      SkipNodeUpdate: true,
      Service: { Service: 'db' },
    };
    expect((await ask('PUT', '/v1/catalog/register', SecretID, own)).status).toBe(403);
    expect(await statusOf('POST', '/v1/acl/logout', SecretID)).toBe(200);
    expect(await statusOf('GET', '/v1/acl/token/self', SecretID)).toBe(403);
    const forged = { ...login, BearerToken: `${head}.${'A'.repeat(86)}` };
    expect((await ask('POST', '/v1/acl/login', '', forged)).status).toBe(500);
  });

  it('shows no secret in its log, and gives a snapshot to whoever may write ACLs', async () => {
    const { SecretID: token } = management;
    const { text } = await ask('GET', '/v1/audit?values', token);
    expect(text).toContain('acl-token.set');
    expect(text).not.toContain(token);
    const reader = JSON.parse(
      (
        await ask('PUT', '/v1/acl/token', token, {
          Policies: [{ Name: 'builtin/global-read-only' }],
        })
      ).text,
    ) as ACLToken;
    expect(await statusOf('GET', '/v1/snapshot', reader.SecretID)).toBe(403);
    const restore = async (from: string, secret: string): Promise<Response> => {
      const saved = await fetch(worker.url + from, { headers: { 'x-consul-token': token } });
      expect(saved.status).toBe(200);
      const body = await saved.arrayBuffer();
      const headers = { 'x-consul-token': secret };
      return fetch(worker.url + from, { method: 'PUT', headers, body });
    };
    expect((await restore('/v1/snapshot', reader.SecretID)).status).toBe(403);
    expect((await restore('/v1/snapshot', token)).status).toBe(200);
    // What was saved has the tokens, and that there was a bootstrap.
    expect(await statusOf('PUT', '/v1/acl/bootstrap')).toBe(403);
    expect(await statusOf('PUT', '/v1/kv/a', token)).toBe(200);
    expect(await statusOf('PUT', '/v1/kv/a', SECRET)).toBe(403);
  });
});
