import { X509Certificate } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { parsePEM, renderPEM } from '../../http-api/pem.ts';
import type { IssuedCert } from '../../protocol/types/connect.ts';
import { ACL_DISABLED } from '../acl-settings.ts';
import { makeSigner } from '../ca/authority.ts';
import { readCASettings } from '../ca/ca-settings.ts';
import { CONNECT_DEFAULT } from '../connect-settings.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';
import { makeRequest } from '../testing/requests.ts';
import { pruneCARootsTxn } from './ca-prune.ts';

const HOUR_MS = 3_600_000;

let datacenter: DatacenterFixture;
beforeEach(() => {
  datacenter = new DatacenterFixture();
});

const configure = (
  Config: Record<string, unknown> | null,
  more: { Provider?: string; State?: Record<string, string>; force?: boolean } = {},
) =>
  datacenter.write('connect.ca-configure', {
    Provider: more.Provider ?? 'consul',
    Config,
    State: more.State ?? null,
    ForceWithoutCrossSigning: more.force ?? false,
  });
const roots = () => datacenter.read('connect.roots', {})!;
const activeRoot = () => roots().Roots.find(({ Active }) => Active)!;
const uriOf = (name: string, { dc = 'dc1', host = roots().TrustDomain } = {}) =>
  `spiffe://${host}/ns/default/dc/${dc}/svc/${name}`;
const sign = (uri: string): IssuedCert =>
  datacenter.write('connect.sign', { csr: makeRequest({ uris: [uri] }).pem });
const chain = ({ CertPEM }: IssuedCert) =>
  parsePEM(CertPEM).map(({ label, bytes }) => new X509Certificate(renderPEM(label, bytes)));

describe('a new datacenter', () => {
  it('has one root, named by its UUID, and takes no index for it', () => {
    expect(datacenter.lastIndex).toBe(1);
    expect(roots()).toMatchObject({
      TrustDomain: `${datacenter.state.uuid}.consul`,
      ActiveRootID: activeRoot().ID,
      Roots: [{ Name: 'Consul CA Primary Cert', IntermediateCerts: null, CreateIndex: 1 }],
    });
    expect(datacenter.read('connect.ca-configuration', {})).toEqual({
      Provider: 'consul',
      Config: { IntermediateCertTTL: '8760h', LeafCertTTL: '72h', RootCertTTL: '87600h' },
      State: null,
      ForceWithoutCrossSigning: false,
      CreateIndex: 1,
      ModifyIndex: 1,
    });
  });

  it('keeps its root over an eviction', () => {
    const { ID } = activeRoot();
    datacenter.evict();
    expect(activeRoot().ID).toBe(ID);
  });

  it('keeps the root that an earlier version made', () => {
    const signer = makeSigner(datacenter.state.uuid, readCASettings(null), datacenter.now);
    datacenter.storage.sql.exec('DELETE FROM ca_config');
    datacenter.storage.sql.exec('DELETE FROM ca_roots');
    datacenter.storage.sql.exec(
      "INSERT INTO meta (name, value) VALUES ('ca-root', ?)",
      JSON.stringify({
        certificatePEM: signer.certificate.pem,
        privateKey: signer.key.toText(),
      }),
    );
    datacenter.evict();
    expect(activeRoot().ID).toBe(signer.certificate.fingerprint);
    expect(
      chain(sign(uriOf('web')))[0]!.verify(new X509Certificate(activeRoot().RootCert).publicKey),
    ).toBe(true);
  });

  it('begins with what its configuration says', () => {
    datacenter = new DatacenterFixture({
      connect: {
        ...CONNECT_DEFAULT,
        config: {
          LeafCertTTL: '24h',
          PrivateKeyBits: 384,
          cluster_id: '11111111-2222-3333-4444-555555555555',
        },
      },
    });
    expect(roots()).toMatchObject({
      TrustDomain: '11111111-2222-3333-4444-555555555555.consul',
      Roots: [{ PrivateKeyBits: 384 }],
    });
  });

  it.each([{ LeafCertTTL: '1m' }, { PrivateKey: 'x' }, null])(
    'has no authority when that is refused: %j',
    (config) => {
      datacenter = new DatacenterFixture({ connect: { ...CONNECT_DEFAULT, config } });
      expect(roots).toThrow('CA is uninitialized');
      configure({});
      expect(sign(uriOf('web')).Service).toBe('web');
    },
  );

  it('answers nothing with Connect off', () => {
    datacenter = new DatacenterFixture({ connect: { ...CONNECT_DEFAULT, enabled: false } });
    const message = 'Connect must be enabled in order to use this endpoint';
    expect(roots).toThrow(message);
    expect(() => datacenter.read('connect.ca-configuration', {})).toThrow(message);
    expect(() => configure({})).toThrow(message);
    expect(() => datacenter.read('intention.list', {})).toThrow(message);
    expect(() => datacenter.read('discovery-chain.get', { service: 'web' })).toThrow(message);
    expect(() => datacenter.write('connect.sign', { csr: '' })).toThrow(message);
  });
});

describe('a change of the configuration', () => {
  it('replaces it, and leaves the root alone where it may', () => {
    const watch = datacenter.watch('connect.roots', {});
    configure({ LeafCertTTL: '24h' });
    expect(datacenter.read('connect.ca-configuration', {})).toMatchObject({
      Config: { LeafCertTTL: '24h' },
      CreateIndex: 1,
      ModifyIndex: 2,
    });
    expect(watch.take()).toEqual([]);
    const { ValidAfter, ValidBefore } = sign(uriOf('web'));
    expect(Date.parse(ValidBefore) - Date.parse(ValidAfter)).toBe(24 * HOUR_MS);
  });

  it('may give a state to tell, which may then be sent back', () => {
    configure({ test_state: { a: 'b' } });
    expect(datacenter.read('connect.ca-configuration', {})!.State).toEqual({ a: 'b' });
    configure({ LeafCertTTL: '24h' }, { State: { a: 'b' } });
    expect(() => configure({}, { State: { a: 'c' } })).toThrow('read-only');
  });

  it('that changes nothing takes no index', () => {
    configure({ LeafCertTTL: '24h', PrivateKeyType: 'ec' });
    configure({ PrivateKeyType: 'ec', LeafCertTTL: '24h' });
    expect(datacenter.lastIndex).toBe(2);
  });

  it('is told without keys', () => {
    const own = makeSigner('x', readCASettings(null), datacenter.now);
    const PrivateKey = renderPEM('PRIVATE KEY', Buffer.from(own.key.toText(), 'base64'));
    configure({ RootCert: own.certificate.pem, PrivateKey, token: 'secret', LeafCertTTL: '24h' });
    const log = datacenter.storage.sql
      .exec<{ value: string }>('SELECT value FROM changes')
      .toArray();
    const text = JSON.stringify(log);
    expect(text).toContain('24h');
    expect(text).not.toMatch(/PRIVATE|secret/);
    expect(text).not.toContain(own.key.toText().slice(60, 100));
  });

  it.each([
    [() => configure({}, { Provider: 'nonesuch' }), 'unknown CA provider "nonesuch"'],
    [
      () => configure({}, { Provider: 'vault' }),
      'the CA provider "vault" is not built in Lictor yet',
    ],
    [() => configure({ LeafCertTTL: '1m' }), 'leaf cert TTL must be greater'],
    [() => configure({}, { State: { a: 'b' } }), 'Provider State is read-only'],
    [() => configure({ PrivateKey: 'x' }), 'error parsing private key'],
    [() => configure({ x: 'y'.repeat(70_000) }), 'a CA configuration has at most'],
  ])('is refused and changes nothing (%#)', (work, message) => {
    const before = roots();
    expect(work).toThrow(message);
    expect(roots()).toEqual(before);
    expect(datacenter.lastIndex).toBe(1);
  });
});

describe('a rotation', () => {
  const RSA = { PrivateKeyType: 'rsa', PrivateKeyBits: 2048 };

  it('makes a new root that the old one vouches for, and wakes who waits for roots', () => {
    const old = activeRoot();
    const watch = datacenter.watch('connect.roots', {});
    configure(RSA);
    expect(watch.take()).toHaveLength(1);
    expect(roots().Roots).toHaveLength(2);
    const { ID, IntermediateCerts, PrivateKeyType, CreateIndex } = activeRoot();
    expect(ID).not.toBe(old.ID);
    expect([PrivateKeyType, CreateIndex]).toEqual(['rsa', 2]);
    expect(roots().ActiveRootID).toBe(ID);
    const [leaf, bridge, ...more] = chain(sign(uriOf('web')));
    expect(more).toEqual([]);
    expect(renderPEM('CERTIFICATE', bridge!.raw)).toBe(IntermediateCerts![0]);
    expect(leaf!.verify(bridge!.publicKey)).toBe(true);
    expect(bridge!.verify(new X509Certificate(old.RootCert).publicKey)).toBe(true);
  });

  it('does without the bridge when it is told to', () => {
    configure(RSA, { force: true });
    expect(activeRoot().IntermediateCerts).toBeNull();
    expect(chain(sign(uriOf('web')))).toHaveLength(1);
  });

  it('brings no bridge along that has expired', () => {
    configure(RSA);
    datacenter.now += 8 * 24 * HOUR_MS;
    expect(chain(sign(uriOf('web')))).toHaveLength(1);
  });

  it('comes back to a root that it had before', () => {
    const own = makeSigner('x', readCASettings(null), datacenter.now);
    const PrivateKey = renderPEM('PRIVATE KEY', Buffer.from(own.key.toText(), 'base64'));
    const mine = { RootCert: own.certificate.pem, PrivateKey };
    configure(mine);
    configure({});
    configure(mine);
    expect(activeRoot().ID).toBe(own.certificate.fingerprint);
    expect(roots().Roots).toHaveLength(3);
  });

  it('ends the trust in the old root after two lives of a leaf', () => {
    configure({ ...RSA, LeafCertTTL: '10h' });
    const dueAt = datacenter.now + 20 * HOUR_MS;
    const due = () =>
      datacenter.storage.sql.exec("SELECT due_at FROM timers WHERE kind = 'ca-roots'").toArray();
    expect(due()).toEqual([{ due_at: dueAt }]);
    const prune = () => datacenter.state.writer.apply('datacenter', pruneCARootsTxn);
    datacenter.now = dueAt - 1;
    prune();
    expect(roots().Roots).toHaveLength(2);
    const watch = datacenter.watch('connect.roots', {});
    datacenter.now = dueAt;
    prune();
    expect(roots().Roots).toHaveLength(1);
    expect(watch.take()).toHaveLength(1);
  });

  it('is refused while too many roots are trusted', () => {
    const bits = [384, 256];
    for (let at = 0; at < 31; at++) configure({ PrivateKeyBits: bits[at % 2]! });
    expect(roots().Roots).toHaveLength(32);
    const index = datacenter.lastIndex;
    expect(() => configure({ PrivateKeyBits: 521 })).toThrow('at most 32 roots');
    expect(datacenter.lastIndex).toBe(index);
    expect(datacenter.read('connect.ca-configuration', {})!.Config).toEqual({
      PrivateKeyBits: 384,
    });
  });
});

describe('a signature', () => {
  it('is a leaf for the name that was asked for, with an index and an entry of the log', () => {
    const issued = sign(uriOf('web'));
    const [leaf] = chain(issued);
    expect(leaf!.verify(new X509Certificate(activeRoot().RootCert).publicKey)).toBe(true);
    expect(issued).toMatchObject({
      Service: 'web',
      ServiceURI: uriOf('web'),
      SerialNumber: leaf!.serialNumber.toLowerCase().match(/../g)!.join(':'),
      CreateIndex: 2,
      ModifyIndex: 2,
    });
    const [change] = datacenter.storage.sql
      .exec<{ kind: string; key: string; actor: string }>('SELECT kind, key, actor FROM changes')
      .toArray();
    expect(change).toEqual({ kind: 'ca-leaf.sign', key: uriOf('web'), actor: 'test' });
  });

  it('wakes nobody who waits for roots or configuration', () => {
    const watches = [
      datacenter.watch('connect.roots', {}),
      datacenter.watch('connect.ca-configuration', {}),
    ];
    sign(uriOf('web'));
    expect(watches.map((watch) => watch.take())).toEqual([[], []]);
  });

  it('repeats no serial number', () => {
    const serials = Array.from({ length: 20 }, () => sign(uriOf('web')).SerialNumber);
    expect(new Set(serials).size).toBe(20);
  });

  it('outlives no root', () => {
    configure({ RootCertTTL: '8760h', LeafCertTTL: '72h', PrivateKeyBits: 384 });
    datacenter.now = Date.parse(activeRoot().NotAfter) - 5 * HOUR_MS;
    expect(Date.parse(sign(uriOf('web')).ValidBefore)).toBeLessThanOrEqual(
      Date.parse(activeRoot().NotAfter),
    );
    datacenter.now += 6 * HOUR_MS;
    expect(() => sign(uriOf('web'))).toThrow('certificate expired, expiration date: ');
  });

  it.each([
    ['agent/client/dc/dc1/id/n1', { Agent: 'n1' }],
    ['gateway/mesh/dc/dc1', { Kind: 'mesh-gateway' }],
    ['agent/server/dc/dc1', {}],
  ])('of %s is another kind', (path, fields) => {
    const uri = `spiffe://${roots().TrustDomain}/${path}`;
    const issued = sign(uri);
    expect(issued).toMatchObject(fields);
    expect(Object.values(issued)).toContain(uri);
  });

  it.each([
    [
      () => sign(uriOf('web', { dc: 'dc2' })),
      'SPIFFE ID in CSR from a different datacenter: dc2, we are dc1',
    ],
    [
      () => sign(uriOf('web', { host: 'other.consul' })),
      'SPIFFE ID in CSR from a different trust domain: other.consul, we are ',
    ],
    [
      () => sign(`spiffe://${roots().TrustDomain}`),
      'SPIFFE ID in CSR must be a service, mesh-gateway, or agent ID',
    ],
    [
      () => sign('https://example.com/'),
      'SPIFFE ID is not in the expected format: https://example.com/',
    ],
    [() => sign(`spiffe://${roots().TrustDomain}/ns/other/dc/dc1/svc/web`), 'does not exist here'],
    [
      () => datacenter.write('connect.sign', { csr: makeRequest({ uris: [] }).pem }),
      'CSR SAN contains an invalid number of URIs: 0',
    ],
    [
      () =>
        datacenter.write('connect.sign', {
          csr: makeRequest({ uris: [uriOf('a')], emails: ['a@b'] }).pem,
        }),
      'CSR SAN does not allow specifying email addresses',
    ],
    [
      () => datacenter.write('connect.sign', { csr: 'x' }),
      'invalid CSR: no PEM-encoded data found',
    ],
    [() => datacenter.write('connect.sign', { csr: 5 as never }), 'invalid CSR: '],
  ])('is refused (%#)', (work, message) => {
    expect(work).toThrow(message);
    expect(datacenter.lastIndex).toBe(1);
  });

  it('is rationed', () => {
    configure({ CSRMaxPerSecond: 4 });
    const work = () => sign(uriOf('web'));
    for (let at = 0; at < 3; at++) work();
    expect(work).toThrow('Rate limit reached, try again later');
    datacenter.now += 250;
    work();
    expect(work).toThrow('Rate limit reached');
    configure({ CSRMaxPerSecond: 0 });
    for (let at = 0; at < 10; at++) work();
  });
});

describe('rights', () => {
  it('are asked of who configures, reads the configuration, or wants a name', () => {
    datacenter = new DatacenterFixture({
      acl: { ...ACL_DISABLED, enabled: true, defaultPolicy: 'deny' },
    });
    expect(roots().Roots).toHaveLength(1);
    expect(() => configure({})).toThrow("lacks permission 'operator:write'");
    expect(() => datacenter.read('connect.ca-configuration', {})).toThrow(
      "lacks permission 'operator:write'",
    );
    const host = roots().TrustDomain;
    expect(() => sign(uriOf('web'))).toThrow('lacks permission \'service:write\' on "web"');
    expect(() => sign(`spiffe://${host}/agent/client/dc/dc1/id/n1`)).toThrow(
      '\'node:write\' on "n1"',
    );
    expect(() => sign(`spiffe://${host}/gateway/mesh/dc/dc1`)).toThrow("'mesh:write'");
    expect(() => sign(`spiffe://${host}/agent/server/dc/dc1`)).toThrow("'acl:write'");
  });
});
