/** `tls ca create`: a certificate authority for the agents' own connections. */
import { CommandError, defineCommand } from '../command.ts';
import { flag } from '../flags.ts';
import { makeKeyPair, TLSFiles } from '../tls-files.ts';
import { issueCertificate, makeSerial, selfIssuer } from '../x509/certificate.ts';
import { basicConstraints, keyUsage, nameConstraints, subjectAltName } from '../x509/extensions.ts';

const DEFAULT_DAYS = 1825;

export const command = defineCommand({
  usage: 'tls ca create [options]',
  about: `Makes a CA: a certificate and its key, in two files of the current directory.

    $ lictor tls ca create
    ==> Saved consul-agent-ca.pem
    ==> Saved consul-agent-ca-key.pem`,
  flags: {
    'additional-name-constraint': flag.list(
      'With -name-constraint: a further DNS name to sign for. May be given several times.',
    ),
    'cluster-id': flag.text('ID of the cluster; the CA then carries its SPIFFE ID.'),
    'common-name': flag.text('Common name of the CA. The default is made up.'),
    days: flag.int('For how many days the CA holds. Defaults to 1825.', DEFAULT_DAYS),
    domain: flag.text('DNS domain of the cluster. Defaults to consul.', 'string', 'consul'),
    'name-constraint': flag.bool('Let the CA sign for the domain and localhost only.'),
  },
  async run({ flags, io, print }) {
    const { domain, days } = flags;
    const files = new TLSFiles(io.cwd, print);
    const certificateFile = `${domain}-agent-ca.pem`;
    const keyFile = `${domain}-agent-ca-key.pem`;
    for (const name of [certificateFile, keyFile]) {
      if (files.has(name)) throw new CommandError(`${name} already exists.`);
    }
    const { privateKey, publicKey } = makeKeyPair();
    const serial = makeSerial();
    const commonName =
      flags['common-name'] || `Lictor Agent CA ${BigInt(`0x${serial.toString('hex')}`)}`;
    const extensions = [
      keyUsage(['digitalSignature', 'keyCertSign', 'cRLSign']),
      basicConstraints(true),
    ];
    if (flags['name-constraint']) {
      const names = [...flags['additional-name-constraint'], domain, 'localhost'];
      extensions.push(nameConstraints(names));
    }
    if (flags['cluster-id'] !== '') {
      extensions.push(subjectAltName({ uris: [`spiffe://${flags['cluster-id']}.${domain}`] }));
    }
    const certificate = issueCertificate(
      { commonName, publicKey, serial, days, extensions },
      selfIssuer(commonName, privateKey),
      new Date(),
    );
    files.writeCertificate(certificateFile, certificate);
    files.writeKey(keyFile, privateKey);
  },
});
