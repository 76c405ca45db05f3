import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { afterAll, expect, it } from 'vitest';
import { readTLSFiles } from './tls-files.ts';

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-tls-files-'));
afterAll(() => fs.rmSync(directory, { recursive: true, force: true }));
const none = {
  caFile: '',
  caPath: '',
  certFile: '',
  keyFile: '',
  minVersion: '',
  cipherSuites: [],
};

it('says nothing where nothing is set', () => {
  expect(readTLSFiles(none)).toEqual({});
});

it('reads files and whole directories', () => {
  fs.mkdirSync(path.join(directory, 'ca'));
  for (const name of ['b.pem', 'a.pem']) fs.writeFileSync(path.join(directory, 'ca', name), name);
  fs.writeFileSync(path.join(directory, 'cert'), 'certificate');
  const read = readTLSFiles({
    ...none,
    caPath: path.join(directory, 'ca'),
    certFile: path.join(directory, 'cert'),
  });
  expect(read.ca?.toString()).toBe('a.pem,b.pem');
  expect(String(read.cert)).toBe('certificate');
});

it('names the file that is missing', () => {
  expect(() => readTLSFiles({ ...none, keyFile: '/no/such/key' })).toThrow('/no/such/key');
});

it.each([
  ['TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
  ['TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA', 'ECDHE-ECDSA-AES128-SHA'],
  ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
])('%s is %s to OpenSSL', (iana, openSSL) => {
  const { ciphers } = readTLSFiles({ ...none, cipherSuites: [iana] });
  expect(ciphers).toBe(openSSL);
  expect(tls.getCiphers()).toContain(openSSL.toLowerCase());
});

it('sets the version', () => {
  expect(readTLSFiles({ ...none, minVersion: 'TLSv1_3' })).toEqual({ minVersion: 'TLSv1.3' });
  expect(readTLSFiles({ ...none, minVersion: 'TLS_AUTO' })).toEqual({});
});
