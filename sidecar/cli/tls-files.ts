/** The files that the tls commands read and write in the current directory. */
import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { describeFileError } from '../client/errors.ts';
import { CommandError } from './command.ts';

/** Keys are for their owner only. */
const KEY_MODE = 0o600;
const CERTIFICATE_MODE = 0o644;

export function makeKeyPair(): { privateKey: KeyObject; publicKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

export class TLSFiles {
  readonly #cwd: string;
  readonly #print: (text: string) => void;

  constructor(cwd: string, print: (text: string) => void) {
    this.#cwd = cwd;
    this.#print = print;
  }

  has(name: string): boolean {
    return existsSync(resolve(this.#cwd, name));
  }

  writeCertificate(name: string, pem: string): void {
    this.#write(name, pem, CERTIFICATE_MODE);
  }

  writeKey(name: string, key: KeyObject): void {
    const pem = key.export({ type: 'sec1', format: 'pem' });
    this.#write(name, pem.toString(), KEY_MODE);
  }

  /** Never over an existing file: a lost CA key cannot be made again. */
  #write(name: string, text: string, mode: number): void {
    try {
      writeFileSync(resolve(this.#cwd, name), text, { mode, flag: 'wx' });
    } catch (error) {
      throw new CommandError(describeFileError(error, name));
    }
    this.#print(`==> Saved ${name}`);
  }
}
