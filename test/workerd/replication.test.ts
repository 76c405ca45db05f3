/** A secondary datacenter of real agents: entries are written in its primary and flow back, prefixes are mirrored, an outage is made up for. */
import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CARoots, LeafCert } from '../../protocol/types/connect.ts';
import { getJSON, send, startAgent } from '../support/agent-config.ts';
import { type LictorProcess, LictorProcesses } from '../support/lictor-process.ts';

const processes = new LictorProcesses();
afterAll(() => processes.stopAll());

const LONG = { timeout: 30_000, interval: 50 };
const START_LIMIT_MS = 90_000;
const bootstrap = { server: true, bootstrap: true };

let s1: LictorProcess;
let s2: LictorProcess;
let c2: LictorProcess;
let primaryDir: string;

const startPrimary = (ports?: LictorProcess['ports']): Promise<LictorProcess> =>
  startAgent(processes, {
    name: 's1',
    config: bootstrap,
    dataDir: primaryDir,
    ...(ports !== undefined && { ports }),
  });

beforeAll(async () => {
  primaryDir = processes.temporaryDirectory();
  s1 = await startPrimary();
  const secondary = { datacenter: 'dc2', primary_datacenter: 'dc1' };
  const kv_mirror = [
    { datacenter: 'dc1', prefix: 'global/', destination: 'from-dc1/', exclude: ['global/no/'] },
  ];
  const retry_join_wan = [`127.0.0.1:${s1.ports.serfWAN}`];
  const bootstrapped = { kind: 'service-defaults', name: 'of-dc2', protocol: 'tcp' };
  const config_entries = { bootstrap: [bootstrapped] };
  s2 = await startAgent(processes, {
    name: 's2',
    config: { ...bootstrap, ...secondary, kv_mirror, retry_join_wan, config_entries },
  });
  c2 = await startAgent(processes, { name: 'c2', config: secondary, join: s2 });
  await vi.waitFor(
    async () => expect(await getJSON(c2, '/v1/catalog/datacenters')).toHaveLength(2),
    LONG,
  );
}, START_LIMIT_MS);

const ENTRY = '/v1/config/service-defaults/web';

describe('configuration entries', () => {
  it('that are written in the secondary stand in the primary, and come back', async () => {
    const web = { Kind: 'service-defaults', Name: 'web', Protocol: 'http' };
    for (const agent of [s2, c2]) {
      expect(await send(agent, 'PUT', '/v1/config', web)).toEqual({ status: 200, text: 'true' });
      expect(await getJSON(s1, ENTRY)).toMatchObject(web);
      for (const reader of [s2, c2])
        await vi.waitFor(async () => expect(await getJSON(reader, ENTRY)).toMatchObject(web), LONG);
      expect((await send(agent, 'DELETE', `${ENTRY}?dc=dc2`)).status).toBe(200);
      expect((await send(s1, 'GET', ENTRY)).status).toBe(404);
      await vi.waitFor(async () => expect((await send(s2, 'GET', ENTRY)).status).toBe(404), LONG);
    }
  });

  it('that a secondary’s own configuration brings along count for nothing', async () => {
    expect(await getJSON(s2, '/v1/config/service-defaults')).toEqual([]);
  });
});

describe('the certificate authority', () => {
  const rootsOf = (agent: LictorProcess): Promise<CARoots> =>
    getJSON(agent, '/v1/connect/ca/roots');
  const pem = (text: string): X509Certificate => new X509Certificate(text);

  /** The chain of a leaf of the secondary, judged by who knows the primary's present root alone. */
  async function expectTrusted(agent: LictorProcess): Promise<void> {
    const { ActiveRootID, TrustDomain, Roots } = await rootsOf(s1);
    await vi.waitFor(
      async () => expect(await rootsOf(agent)).toMatchObject({ ActiveRootID, TrustDomain }),
      LONG,
    );
    const root = pem(Roots.find(({ Active }) => Active)!.RootCert);
    await vi.waitFor(async () => {
      const leaf = await getJSON<LeafCert>(agent, '/v1/agent/connect/ca/leaf/web');
      expect(leaf.ServiceURI).toBe(`spiffe://${TrustDomain}/ns/default/dc/dc2/svc/web`);
      const [own, intermediate] = leaf.CertPEM.match(PEM_BLOCKS)!.map(pem);
      expect(own!.verify(intermediate!.publicKey)).toBe(true);
      expect(intermediate!.verify(root.publicKey)).toBe(true);
    }, LONG);
  }
  const PEM_BLOCKS = /-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g;

  it('of the secondary is beneath the primary’s, and follows its rotation', async () => {
    for (const agent of [s2, c2]) await expectTrusted(agent);
    const rsa = { PrivateKeyType: 'rsa', PrivateKeyBits: 2048 };
    const body = { Provider: 'consul', Config: rsa };
    expect((await send(s1, 'PUT', '/v1/connect/ca/configuration', body)).status).toBe(200);
    for (const agent of [s2, c2]) await expectTrusted(agent);
  });
});

describe('intentions', () => {
  const root = '/v1/connect/intentions';
  const pair = (destination: string): string => `source=web&destination=${destination}`;
  const allowed = (agent: LictorProcess, destination: string): Promise<unknown> =>
    getJSON(agent, `${root}/check?${pair(destination)}`);

  it('that are written in the primary are enforced in the secondary', async () => {
    await send(s1, 'PUT', `${root}/exact?${pair('db')}`, { Action: 'deny' });
    for (const agent of [s2, c2])
      await vi.waitFor(
        async () => expect(await allowed(agent, 'db')).toEqual({ Allowed: false }),
        LONG,
      );
    const client = { Target: 'db', ClientCertURI: 'spiffe://x.consul/ns/default/dc/dc2/svc/web' };
    const answer = await send(c2, 'POST', '/v1/agent/connect/authorize', client);
    expect(JSON.parse(answer.text)).toMatchObject({ Authorized: false });
    await send(s1, 'DELETE', `${root}/exact?${pair('db')}`);
    await vi.waitFor(async () => expect(await allowed(s2, 'db')).toEqual({ Allowed: true }), LONG);
  });

  it('that are written in the secondary stand in the primary and keep their ID on the way back', async () => {
    const body = { SourceName: 'web', DestinationName: 'cache', Action: 'deny' };
    const { text } = await send(c2, 'POST', root, body);
    const { ID } = JSON.parse(text) as { ID: string };
    expect(await allowed(s1, 'cache')).toEqual({ Allowed: false });
    await vi.waitFor(
      async () => expect(await getJSON(c2, `${root}/${ID}`)).toMatchObject({ ID, ...body }),
      LONG,
    );
    expect((await send(s2, 'DELETE', `${root}/${ID}`)).text).toBe('true');
    await vi.waitFor(
      async () => expect(await allowed(c2, 'cache')).toEqual({ Allowed: true }),
      LONG,
    );
  });
});

describe('a mirrored prefix', () => {
  it('flows one way', async () => {
    await send(s1, 'PUT', '/v1/kv/global/a?flags=18446744073709551615', 'one');
    await send(s1, 'PUT', '/v1/kv/global/no/b', 'not this');
    const mirrored = async (): Promise<string> => (await send(c2, 'GET', '/v1/kv/from-dc1/a')).text;
    await vi.waitFor(async () => expect(await mirrored()).toContain('18446744073709551615'), LONG);
    expect(await getJSON(c2, '/v1/kv/from-dc1/?keys')).toEqual(['from-dc1/a']);
    await send(s1, 'DELETE', '/v1/kv/global/a');
    await vi.waitFor(
      async () => expect((await send(c2, 'GET', '/v1/kv/from-dc1/a')).status).toBe(404),
      LONG,
    );
    await send(s2, 'PUT', '/v1/kv/from-dc1/own', 'x');
    expect((await send(s1, 'GET', '/v1/kv/global/own')).status).toBe(404);
    await send(s2, 'DELETE', '/v1/kv/from-dc1/own');
  });
});

describe('when the primary is gone', () => {
  it('the secondary reads on, refuses to write what is the primary’s, and makes up for it later', async () => {
    const kept = { Kind: 'service-defaults', Name: 'kept', Protocol: 'http' };
    await send(s2, 'PUT', '/v1/config', kept);
    await send(s1, 'PUT', '/v1/kv/global/kept', 'x');
    const path = '/v1/config/service-defaults/kept';
    await vi.waitFor(async () => expect(await getJSON(s2, path)).toMatchObject(kept), LONG);
    await vi.waitFor(
      async () => expect((await send(s2, 'GET', '/v1/kv/from-dc1/kept?raw')).text).toBe('x'),
      LONG,
    );
    const { ports } = s1;
    await s1.stop();
    const refused = await send(c2, 'PUT', '/v1/config', { ...kept, Protocol: 'tcp' });
    expect(refused.status).toBe(500);
    expect(await getJSON(s2, path)).toMatchObject(kept);
    const problems = async (): Promise<string> =>
      (await processes.run(['replication', 'list'], s2)).stdout;
    await vi.waitFor(async () => expect(await problems()).toContain('stopped'), LONG);

    s1 = await startPrimary(ports);
    await send(s1, 'DELETE', path);
    await send(s1, 'PUT', '/v1/kv/global/later', 'y');
    await send(s1, 'DELETE', '/v1/kv/global/kept');
    await vi.waitFor(async () => expect((await send(s2, 'GET', path)).status).toBe(404), LONG);
    await vi.waitFor(
      async () => expect(await getJSON(s2, '/v1/kv/from-dc1/?keys')).toEqual(['from-dc1/later']),
      LONG,
    );
    await vi.waitFor(async () => expect(await problems()).not.toContain('stopped'), LONG);
    const { stdout, code } = await processes.run(['replication', 'list'], c2);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^config +dc1 +\d+ +\d+ +\S+ +ok$/m);
    expect(stdout).toMatch(/^kv\/from-dc1\/ +dc1 +\d+ +\d+ +\S+ +ok$/m);
  });
});
