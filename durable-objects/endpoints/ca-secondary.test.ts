import { X509Certificate } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { parsePEM, renderPEM } from '../../http-api/pem.ts';
import { ACL_DISABLED } from '../acl-settings.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';
import { makeRequest } from '../testing/requests.ts';

let primary: DatacenterFixture;
let secondary: DatacenterFixture;
beforeEach(() => {
  primary = new DatacenterFixture();
  secondary = new DatacenterFixture({ acl: { ...ACL_DISABLED, primaryDatacenter: 'dc0' } });
});

const rootsOf = (datacenter: DatacenterFixture) => datacenter.read('connect.roots', {})!;
const clusterOf = (datacenter: DatacenterFixture) =>
  rootsOf(datacenter).TrustDomain.replace('.consul', '');
const request = () =>
  secondary.write('connect.intermediate-request', { clusterID: clusterOf(primary) }).CSR;
const signed = (csr: string) => primary.write('connect.sign-intermediate', { csr });
const set = (certificate: string) =>
  secondary.write('connect.intermediate-set', { roots: rootsOf(primary), certificate });
const toX509 = (pem: string) => new X509Certificate(pem);

function leafChain(): X509Certificate[] {
  const uri = `spiffe://${rootsOf(secondary).TrustDomain}/ns/default/dc/dc1/svc/web`;
  const { CertPEM } = secondary.write('connect.sign', { csr: makeRequest({ uris: [uri] }).pem });
  return parsePEM(CertPEM).map(({ label, bytes }) => toX509(renderPEM(label, bytes)));
}

describe('a secondary', () => {
  it('signs nothing before its primary has vouched for it', () => {
    expect(() => rootsOf(secondary)).toThrow('CA is uninitialized');
  });

  it('has the roots and the trust domain of its primary, and signs beneath them', () => {
    const certificate = signed(request());
    set(certificate);
    const { ActiveRootID, TrustDomain, Roots } = rootsOf(secondary);
    expect({ ActiveRootID, TrustDomain }).toEqual({
      ActiveRootID: rootsOf(primary).ActiveRootID,
      TrustDomain: rootsOf(primary).TrustDomain,
    });
    expect(Roots[0]!.IntermediateCerts).toEqual([certificate]);
    expect(Roots[0]!.SerialNumber).toBe(rootsOf(primary).Roots[0]!.SerialNumber);
    const [leaf, intermediate, ...more] = leafChain();
    const root = toX509(Roots[0]!.RootCert);
    expect(more).toEqual([]);
    expect(leaf!.verify(intermediate!.publicKey)).toBe(true);
    expect(leaf!.checkIssued(intermediate!)).toBe(true);
    expect(intermediate!.verify(root.publicKey)).toBe(true);
    expect(intermediate!.checkIssued(root)).toBe(true);
    expect(intermediate!.ca).toBe(true);
    expect(intermediate!.subjectAltName).toBe(`URI:spiffe://${TrustDomain}`);
  });

  it('asks with one key until its certificate has come, and then with another', () => {
    const keyOf = (csr: string) => signed(csr) && parsePEM(csr)[0]!.bytes.subarray(60, 150).join();
    const first = request();
    const again = request();
    expect(keyOf(again)).toBe(keyOf(first));
    set(signed(first));
    expect(keyOf(request())).not.toBe(keyOf(first));
  });

  it('follows a rotation, and wakes who waits for roots', () => {
    set(signed(request()));
    const watch = secondary.watch('connect.roots', {});
    primary.write('connect.ca-configure', {
      Provider: 'consul',
      Config: { PrivateKeyBits: 384 },
      State: null,
      ForceWithoutCrossSigning: false,
    });
    set(signed(request()));
    expect(watch.take()).toHaveLength(1);
    expect(rootsOf(secondary).Roots).toHaveLength(2);
    const [leaf, intermediate, bridge] = leafChain();
    const active = rootsOf(secondary).Roots.find(({ Active }) => Active)!;
    const old = rootsOf(secondary).Roots.find(({ Active }) => !Active)!;
    expect(leaf!.verify(intermediate!.publicKey)).toBe(true);
    expect(intermediate!.verify(toX509(active.RootCert).publicKey)).toBe(true);
    expect(intermediate!.verify(bridge!.publicKey)).toBe(true);
    expect(bridge!.verify(toX509(old.RootCert).publicKey)).toBe(true);
  });

  it('keeps its key out of the log', () => {
    set(signed(request()));
    const rows = secondary.storage.sql
      .exec<{ signing_key: string }>('SELECT signing_key FROM ca_config')
      .toArray();
    const log = JSON.stringify(secondary.storage.sql.exec('SELECT value FROM changes').toArray());
    for (const { signing_key } of rows) expect(log).not.toContain(signing_key.slice(60, 100));
  });

  it('changes how long its leaves live, and makes no root', () => {
    set(signed(request()));
    const configure = (Config: Record<string, unknown>) =>
      secondary.write('connect.ca-configure', {
        Provider: 'consul',
        Config,
        State: null,
        ForceWithoutCrossSigning: false,
      });
    configure({ LeafCertTTL: '24h', PrivateKeyBits: 384 });
    expect(rootsOf(secondary).ActiveRootID).toBe(rootsOf(primary).ActiveRootID);
    expect(leafChain()).toHaveLength(2);
  });

  it.each<[() => unknown, string]>([
    [
      () => signed(makeRequest({ uris: ['spiffe://other.consul'] }).pem),
      'an intermediate has one name, the trust domain',
    ],
    [() => signed('x'), 'invalid certificate or CSR: no PEM-encoded data found'],
    [
      () => primary.write('connect.intermediate-request', { clusterID: 'x' }),
      'the primary datacenter has roots of its own',
    ],
    [
      () => secondary.write('connect.sign-intermediate', { csr: '' }),
      'intermediates are signed in the primary datacenter',
    ],
    [
      () => set(rootsOf(primary).Roots[0]!.RootCert),
      'the certificate is not for a key of this datacenter',
    ],
    [() => set('x'), 'invalid certificate or CSR'],
    [
      () => secondary.write('connect.intermediate-set', { roots: {} as never, certificate: 'x' }),
      'roots are missing',
    ],
  ])('refuses (%#)', (work, message) => {
    expect(work).toThrow(message);
  });
});
