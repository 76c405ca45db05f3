import { X509Certificate, createPrivateKey } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeAgent } from '../../client/testing/fake-agent.ts';
import { runCommand } from '../testing/run-command.ts';

/** Saved by Consul 1.21.0. */
const VECTOR = new URL('../../../test/vectors/snapshot/consul-1.21.0.snap', import.meta.url);
/** The same, of a datacenter with a certificate authority whose root was replaced once. */
const WITH_AUTHORITY = new URL(
  '../../../test/vectors/snapshot/consul-1.21.0-connect.snap',
  import.meta.url,
);

let agent: FakeAgent;
let cwd: string;

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'cli-consul-snapshot-'));
  cpSync(VECTOR, join(cwd, 'consul.snap'));
  cpSync(WITH_AUTHORITY, join(cwd, 'connect.snap'));
  agent = new FakeAgent()
    .on('PUT /v1/config', { body: 'true' })
    .on('PUT /v1/catalog/register', { body: 'true' })
    .on('GET /v1/query', { body: [] })
    .on('POST /v1/query', { body: { ID: 'new' } })
    .on('PUT /v1/txn', { body: { Results: [], Errors: null } });
  await agent.start();
});

afterEach(async () => {
  await agent.stop();
  rmSync(cwd, { recursive: true });
});

const run = (...args: string[]) => runCommand(['import', ...args], { agent: agent.address, cwd });

function sent(route: string): Record<string, any>[] {
  const [method, path] = route.split(' ');
  const found = agent.requests.filter(
    (request) => request.method === method && request.path === path,
  );
  return found.map(({ body }) => JSON.parse(body.toString('utf8')) as Record<string, any>);
}

const COUNTS = '3 keys, 19 config entries, 1 prepared query, 6 registrations';

describe('import of a snapshot of Consul', () => {
  it('writes what can be carried and tells what stays behind', async () => {
    const { code, stdout } = await run('consul.snap');
    expect(stdout).toContain(`Imported ${COUNTS}.`);
    expect(stdout).toContain('Not imported: 1 of Session (sessions live with their agents');
    expect(stdout).toContain('Not imported: 1 of Node (their agents register them');
    expect(stdout).not.toContain('Tombstone');
    expect(code).toBe(0);
    expect(agent.requests.length).toBe(19 + 6 + 2 + 1);
  });

  it('has the datacenter go on with the root and its key, when it is told to', async () => {
    agent
      .on('PUT /v1/connect/ca/configuration', { body: '' })
      .on('GET /v1/connect/ca/roots', { body: { TrustDomain: 'mine.consul' } });
    const { stdout } = await run('-connect-ca', 'connect.snap');
    const [body] = sent('PUT /v1/connect/ca/configuration');
    expect(body).toMatchObject({
      Provider: 'consul',
      Config: { LeafCertTTL: '24h', PrivateKeyBits: 384 },
    });
    const { PrivateKey, RootCert } = body!['Config'] as Record<string, string>;
    const root = new X509Certificate(RootCert!);
    expect(root.checkPrivateKey(createPrivateKey(PrivateKey!))).toBe(true);
    expect(stdout).toMatch(/^Imported .*, the certificate authority\.$/m);
    expect(stdout).toContain('The trust domain stays mine.consul; that of the snapshot is ');
    expect(stdout).not.toContain('ConnectCA');
  });

  it('leaves the certificate authority behind otherwise, and says how not to', async () => {
    const { stdout } = await run('connect.snap');
    expect(stdout).toContain(
      'Not imported: 1 of ConnectCA (the datacenter has one of its own; -connect-ca',
    );
    expect(sent('PUT /v1/connect/ca/configuration')).toEqual([]);
  });

  it('keys keep flags of 64 bits, any bytes and any name', async () => {
    await run('-prefix=copy', 'consul.snap');
    const { body } = agent.requests.find(({ path }) => path === '/v1/txn')!;
    expect(body.toString()).toContain('"Flags":18446744073709551615');
    const ops = JSON.parse(body.toString()) as { KV: { Key: string; Value: string } }[];
    expect(ops.map(({ KV }) => [KV.Key, KV.Value])).toEqual([
      ['copy/bin', '/w=='],
      ['copy/empty', ''],
      ['copy/u/ü x', 'dg=='],
    ]);
  });

  it('registrations are those of nodes without an agent, without what the API does not take', async () => {
    await run('consul.snap');
    const registered = sent('PUT /v1/catalog/register');
    expect(new Set(registered.map(({ Node }) => Node as string))).toEqual(new Set(['ext1']));
    const proxy = registered.find(({ Service }) => Service?.ID === 'db')!;
    expect(proxy['Service'].Proxy).toMatchObject({
      DestinationServiceName: 'db',
      Config: { y: null, z: '' },
      Upstreams: [{ DestinationName: 'web', LocalBindPort: 911, Config: { x: 0 } }],
    });
    const text = JSON.stringify(registered);
    expect(text).not.toMatch(/CreateIndex|MutualTLSMode|LocallyRegisteredAsSidecar/);
  });

  it('config entries have their kind, and durations as Consul stored them', async () => {
    await run('consul.snap');
    const entries = sent('PUT /v1/config');
    expect(entries.find(({ Kind }) => Kind === 'mesh')).toMatchObject({
      TransparentProxy: { MeshDestinationsOnly: true },
    });
    expect(
      entries.find(({ Kind, Name }) => Kind === 'service-resolver' && Name === 'web'),
    ).toMatchObject({
      ConnectTimeout: 7e9,
      Subsets: { v1: { Filter: 'Service.Meta.v == 1' } },
    });
    expect(entries.find(({ Kind }) => Kind === 'proxy-defaults')).not.toHaveProperty('Protocol');
    expect(entries.some(({ Kind }) => Kind === 'bound-api-gateway')).toBe(false);
  });

  it('an entry that needs another is written behind it', async () => {
    let isReady = false;
    agent.on('PUT /v1/config', ({ body }) => {
      const { Kind } = JSON.parse(body.toString()) as { Kind: string };
      if (Kind === 'service-splitter' && !isReady) return { status: 500, body: 'not yet' };
      if (Kind === 'service-defaults') isReady = true;
      return { body: 'true' };
    });
    expect((await run('consul.snap')).code).toBe(0);
  });

  it('what is refused is told, and the rest is written all the same', async () => {
    agent.on('PUT /v1/config', ({ body }) =>
      body.includes('"Kind":"mesh"') ? { status: 500, body: 'no mesh here' } : { body: 'true' },
    );
    const { code, stdout, stderr } = await run('consul.snap');
    expect(code).toBe(1);
    expect(stdout).toContain('Imported');
    expect(stderr).toMatch(/Of these 1 were refused.*\n {2}mesh .*no mesh here/);
    expect(agent.requests.at(-1)!.path).toBe('/v1/txn');
  });

  it('a prepared query whose name is there replaces that one', async () => {
    agent.on('GET /v1/query', { body: [{ ID: 'old', Name: 'q1' }] }).on('PUT /v1/query/old', {});
    await run('consul.snap');
    const [query] = sent('PUT /v1/query/old');
    expect(query).toMatchObject({
      Name: 'q1',
      Service: { Service: 'web', OnlyPassing: true, Failover: { NearestN: 2 }, Tags: ['a'] },
      DNS: { TTL: '10s' },
    });
    expect(query).not.toHaveProperty('ID');
  });

  it('-dry-run asks the agent for nothing', async () => {
    const { stdout } = await run('-dry-run', 'consul.snap');
    expect(stdout).toContain(`Would import ${COUNTS}; nothing was written.`);
    expect(agent.requests).toEqual([]);
  });

  it('a damaged file changes nothing', async () => {
    writeFileSync(join(cwd, 'bad.snap'), Buffer.from([0x1f, 0x8b, 8, 0, 1]));
    const { code, stderr } = await run('bad.snap');
    expect(code).toBe(1);
    expect(stderr).toContain('Error reading snapshot: failed to decompress snapshot');
    expect(agent.requests).toEqual([]);
  });

  it('a snapshot of Lictor is for another command', async () => {
    cpSync(new URL('first-format.snap', VECTOR), join(cwd, 'own.snap'));
    expect((await run('own.snap')).stderr).toContain('use "lictor snapshot restore"');
  });
});
