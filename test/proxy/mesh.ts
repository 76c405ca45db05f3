/** A mesh in memory: an authority that signs, and agents' answers for the proxies of its services. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import {
  type Issuer,
  issueCertificate,
  makeSerial,
  selfIssuer,
} from '../../sidecar/cli/x509/certificate.ts';
import {
  basicConstraints,
  extendedKeyUsage,
  keyUsage,
  subjectAltName,
} from '../../sidecar/cli/x509/extensions.ts';
import { FakeAgent } from '../../sidecar/proxy/testing/fake-agent.ts';

interface Root {
  readonly issuer: Issuer;
  readonly certificate: string;
}

export const TRUST_DOMAIN = '11111111-2222-3333-4444-555555555555.consul';

/** Makes an authority. */
export function newRoot(name = 'Test CA'): Root {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = selfIssuer(name, privateKey);
  const extensions = [basicConstraints(true), keyUsage(['keyCertSign', 'cRLSign'])];
  const request = { commonName: name, publicKey, serial: makeSerial(), days: 1, extensions };
  return { issuer, certificate: issueCertificate(request, issuer, new Date()) };
}

export function leafOf(root: Root, service: string, datacenter = 'dc1') {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const uri = `spiffe://${TRUST_DOMAIN}/ns/default/dc/${datacenter}/svc/${service}`;
  const extensions = [
    subjectAltName({ uris: [uri] }),
    keyUsage(['digitalSignature', 'keyEncipherment']),
    extendedKeyUsage(['clientAuth', 'serverAuth']),
  ];
  const publicKey = createPublicKey(privateKey);
  const request = { commonName: service, publicKey, serial: makeSerial(), days: 1, extensions };
  return {
    CertPEM: issueCertificate(request, root.issuer, new Date()),
    PrivateKeyPEM: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    ServiceURI: uri,
  };
}

/** An agent to which proxies of any service may speak. */
export class Mesh extends FakeAgent {
  /** Of `caller -> target`; everything else is allowed. */
  readonly denied = new Set<string>();
  #root = newRoot();

  constructor() {
    super();
    this.trust(this.#root);
    this.on('/v1/agent/connect/authorize', ({ body }) => {
      const { Target, ClientCertURI } = JSON.parse(body!) as Record<string, string>;
      const caller = ClientCertURI!.split('/svc/')[1]!;
      const isDenied = this.denied.has(`${caller} -> ${Target}`);
      return { Authorized: !isDenied, Reason: isDenied ? 'denied by a test' : 'allowed' };
    });
    this.intentionsChanged();
  }

  get root(): Root {
    return this.#root;
  }

  /** Services get certificates of `root`, and proxies trust all of `roots`. */
  trust(root: Root, roots: readonly Root[] = [root]): void {
    this.#root = root;
    const Roots = roots.map(({ certificate }) => ({ RootCert: certificate }));
    this.set('/v1/agent/connect/ca/roots', { Roots });
  }

  issue(service: string, leaf: object = leafOf(this.#root, service)): void {
    this.set(`/v1/agent/connect/ca/leaf/${service}`, leaf);
  }

  intentionsChanged(): void {
    this.set('/v1/connect/intentions/match', {});
  }

  /** @param ports of the proxies of the service */
  instances(service: string, ports: readonly number[]): void {
    this.set(
      `/v1/health/connect/${service}`,
      ports.map((Port) => ({
        Node: { Address: '127.0.0.1', Datacenter: 'dc1' },
        Service: {
          Service: `${service}-proxy`,
          Address: '',
          Port,
          Proxy: { DestinationServiceName: service },
        },
      })),
    );
  }
}
