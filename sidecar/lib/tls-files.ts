/** From the `tls` stanza of the configuration, which names files, to what Node's TLS takes. */
import fs from 'node:fs';
import path from 'node:path';
import type { SecureContextOptions, SecureVersion } from 'node:tls';

/** As the configuration has it; empty strings name no file. */
export interface TLSFiles {
  readonly caFile: string;
  readonly caPath: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly minVersion: string;
  /** IANA names; empty leaves the choice to the library. */
  readonly cipherSuites: readonly string[];
}

const VERSIONS: Readonly<Record<string, SecureVersion>> = {
  TLSv1_0: 'TLSv1',
  TLSv1_1: 'TLSv1.1',
  TLSv1_2: 'TLSv1.2',
  TLSv1_3: 'TLSv1.3',
};

/**
 * Reads the files anew at each call, so that a reload takes renewed certificates.
 *
 * @throws Error that names the file which cannot be read
 */
export function readTLSFiles(files: TLSFiles): SecureContextOptions {
  const { caFile, caPath, certFile, keyFile, minVersion, cipherSuites } = files;
  const ca = [
    ...(caFile === '' ? [] : [readFile(caFile)]),
    ...(caPath === '' ? [] : readDirectory(caPath)),
  ];
  const version = VERSIONS[minVersion];
  return {
    ...(ca.length > 0 && { ca }),
    ...(certFile !== '' && { cert: readFile(certFile) }),
    ...(keyFile !== '' && { key: readFile(keyFile) }),
    ...(version !== undefined && { minVersion: version }),
    ...(cipherSuites.length > 0 && { ciphers: cipherSuites.map(openSSLName).join(':') }),
  };
}

/** Every file that the stanza names: those whose renewal a watcher has to notice. */
export function tlsFileNames({ caFile, caPath, certFile, keyFile }: TLSFiles): string[] {
  return [caFile, caPath, certFile, keyFile].filter((name) => name !== '');
}

function readFile(file: string): Buffer {
  try {
    return fs.readFileSync(file);
  } catch (cause) {
    throw new Error(`tls: cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
}

function readDirectory(directory: string): Buffer[] {
  return fs
    .readdirSync(directory)
    .toSorted()
    .map((name) => readFile(path.join(directory, name)));
}

/** `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256` is `ECDHE-RSA-AES128-GCM-SHA256` to OpenSSL (RFC 5289; its ciphers manual). */
function openSSLName(iana: string): string {
  return iana
    .replace(/^TLS_/, '')
    .replace('_WITH', '')
    .replace(/AES_(\d+)_/, 'AES$1_')
    .replace('_CBC', '')
    .replace(/(CHACHA20_POLY1305)_SHA256$/, '$1')
    .replaceAll('_', '-');
}
