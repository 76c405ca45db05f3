/** `tls cert create`: a certificate of a server, a client or a command line, signed by the CA. */
import { createPrivateKey } from 'node:crypto';
import { isIP } from 'node:net';
import { CommandError, defineCommand } from '../command.ts';
import type { CommandIO } from '../command-io.ts';
import { flag } from '../flags.ts';
import type { FlagSpecs, FlagValues } from '../flags.ts';
import { readFile } from '../input.ts';
import { makeKeyPair, TLSFiles } from '../tls-files.ts';
import { issueCertificate, makeSerial, parseIssuer } from '../x509/certificate.ts';
import type { Issuer } from '../x509/certificate.ts';
import {
  basicConstraints,
  extendedKeyUsage,
  keyUsage,
  subjectAltName,
} from '../x509/extensions.ts';

const DEFAULT_DAYS = 365;
/** A directory with so many certificates of one kind is a mistake rather than a cluster. */
const MAX_NUMBER = 100_000;

const FLAGS = {
  'additional-dnsname': flag.list('Further DNS name. May be given several times.'),
  'additional-ipaddress': flag.list('Further IP address. May be given several times.'),
  ca: flag.text('Path of the CA certificate.', 'string', '#DOMAIN#-agent-ca.pem'),
  cli: flag.bool('Make a certificate for a command line.'),
  client: flag.bool('Make a certificate for a client agent.'),
  days: flag.int('For how many days the certificate holds. Defaults to 365.', DEFAULT_DAYS),
  dc: flag.text('Datacenter. Defaults to dc1.', 'string', 'dc1'),
  domain: flag.text('DNS domain of the cluster. Defaults to consul.', 'string', 'consul'),
  key: flag.text('Path of the CA key.', 'string', '#DOMAIN#-agent-ca-key.pem'),
  node: flag.text('With -server: name of the node, for a DNS name of its own.'),
  server: flag.bool('Make a certificate for a server agent.'),
} satisfies FlagSpecs;

type CertificateFlags = FlagValues<typeof FLAGS>;

const SERVER_WARNING = `==> WARNING: Server Certificates grants authority to become a
    server and access all state in the cluster including root keys
    and all ACL tokens. Do not distribute them to production hosts
    that are not server nodes. Store them as securely as CA keys.`;

export const command = defineCommand({
  usage: 'tls cert create [options]',
  about: `Makes a certificate and its key, signed by the CA of the current directory.

    $ lictor tls cert create -server
    $ lictor tls cert create -client`,
  flags: FLAGS,
  async run({ flags, io, print }) {
    const kind = chooseKind(flags);
    if (kind !== 'server' && flags.node !== '') throw new CommandError('-node requires -server');
    const caFile = flags.ca.replace('#DOMAIN#', flags.domain);
    const keyFile = flags.key.replace('#DOMAIN#', flags.domain);
    const ca = readAuthority(caFile, keyFile, io);
    if (kind === 'server') print(SERVER_WARNING);
    print(`==> Using ${caFile} and ${keyFile}`);
    const invalid = flags['additional-ipaddress'].find((address) => isIP(address) === 0);
    if (invalid !== undefined) throw new CommandError(`failed to parse ip address ${invalid}`);
    const issuer = makeIssuer(ca);
    const files = new TLSFiles(io.cwd, print);
    const stem = freeStem(files, `${flags.dc}-${kind}-${flags.domain}`);
    const { privateKey, publicKey } = makeKeyPair();
    const { commonName, extensions } = describeCertificate(kind, flags);
    const certificate = issueCertificate(
      { commonName, publicKey, serial: makeSerial(), days: flags.days, extensions },
      issuer,
      new Date(),
    );
    files.writeCertificate(`${stem}.pem`, certificate);
    files.writeKey(`${stem}-key.pem`, privateKey);
  },
});

type CertificateKind = 'server' | 'client' | 'cli';

function chooseKind(flags: CertificateFlags): CertificateKind {
  const chosen = (['server', 'client', 'cli'] as const).filter((kind) => flags[kind]);
  if (chosen.length !== 1) {
    throw new CommandError('Please provide either -server, -client, or -cli');
  }
  return chosen[0]!;
}

interface Authority {
  readonly certificate: string;
  readonly key: string;
}

function readAuthority(caFile: string, keyFile: string, io: CommandIO): Authority {
  const read = (path: string, what: string) => {
    try {
      return readFile(path, io).toString('utf8');
    } catch (error) {
      throw new CommandError(`Error reading ${what}: ${(error as Error).message}`);
    }
  };
  return { certificate: read(caFile, 'CA'), key: read(keyFile, 'CA key') };
}

function makeIssuer({ certificate, key }: Authority): Issuer {
  try {
    return parseIssuer(certificate, createPrivateKey(key));
  } catch (error) {
    throw new CommandError(`failed to create certificate: ${(error as Error).message}`);
  }
}

function freeStem(files: TLSFiles, prefix: string): string {
  for (let number = 0; number < MAX_NUMBER; number++) {
    const stem = `${prefix}-${number}`;
    if (!files.has(`${stem}.pem`) && !files.has(`${stem}-key.pem`)) return stem;
  }
  throw new CommandError('Could not find a filename that does not already exist');
}

function describeCertificate(
  kind: CertificateKind,
  flags: CertificateFlags,
): { commonName: string; extensions: Buffer[] } {
  const commonName = `${kind}.${flags.dc}.${flags.domain}`;
  const nodeNames = flags.node === '' ? [] : [`${flags.node}.${commonName}`];
  const dnsNames = [...nodeNames, commonName, 'localhost', ...flags['additional-dnsname']];
  // A command line connects to agents and is connected to by nobody.
  const own = kind === 'cli' ? [] : ['127.0.0.1'];
  const ipAddresses = [...own, ...flags['additional-ipaddress']];
  return {
    commonName,
    extensions: [
      keyUsage(['digitalSignature', 'keyEncipherment']),
      ...(kind === 'cli' ? [] : [extendedKeyUsage(['serverAuth', 'clientAuth'])]),
      basicConstraints(false),
      subjectAltName({ dnsNames, ipAddresses }),
    ],
  };
}
