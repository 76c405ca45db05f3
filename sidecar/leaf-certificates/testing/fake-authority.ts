/** A datacenter that has an authority and nothing else: roots that can be replaced, requests that are signed or refused. */
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { parsePEM, renderPEM } from '../../../http-api/pem.ts';
import type { Answer, ServerRPC } from '../../../http-api/server-rpc.ts';
import { readElement, readElements } from '../../../protocol/der-reader.ts';
import { ECDSA_SHA256 } from '../../../protocol/csr.ts';
import {
  bitString,
  bytesOf,
  integer,
  oid,
  sequence,
  set,
  time,
  utf8String,
} from '../../../protocol/der.ts';
import type { CARoots, IssuedCert } from '../../../protocol/types/connect.ts';

const HOUR_MS = 3_600_000;
const TRUST_DOMAIN = '11111111-2222-3333-4444-555555555555.consul';

function certificate(
  name: string,
  spki: Uint8Array,
  from: number,
  to: number,
  key: string,
): string {
  const issuer = sequence(set(sequence(oid('2.5.4.3'), utf8String(name))));
  const validity = sequence(time(from), time(to));
  const body = sequence(integer(bytesOf(1)), ECDSA_SHA256, issuer, validity, issuer, spki);
  const signature = sign('sha256', body, createPrivateKey(key));
  return renderPEM('CERTIFICATE', sequence(body, ECDSA_SHA256, bitString(signature)));
}

export class FakeAuthority {
  lifeMs = 72 * HOUR_MS;
  signed = 0;
  tokens: string[] = [];
  /** Thrown by the next signatures. */
  refusal: Error | null = null;
  #index = 10;
  #key = '';
  #root = '';
  #wake: () => void = () => {};

  constructor() {
    this.rotate();
  }

  rotate(): void {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    const now = Date.now();
    this.#root = certificate('root', spki, now, now + 1e4 * HOUR_MS, this.#key);
    this.#index++;
    this.#wake();
  }

  readonly rpc = {
    call: async (method: string, args: { csr: string }, { token }: { token: string }) =>
      method === 'connect.roots' ? this.#roots() : this.#sign(args.csr, token),
    watch: async (
      _method: string,
      _args: object,
      _options: object,
      minIndex: number,
      _wait: number,
      signal: AbortSignal,
    ) => {
      while (this.#index <= minIndex && !signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
        await promise;
      }
      return this.#roots();
    },
  } as unknown as ServerRPC;

  #roots(): Answer {
    const roots = { TrustDomain: TRUST_DOMAIN, Roots: [{ Active: true, RootCert: this.#root }] };
    return { index: this.#index, body: JSON.stringify(roots as CARoots) };
  }

  async #sign(csr: string, token: string): Promise<Answer> {
    this.signed++;
    this.tokens.push(token);
    if (this.refusal !== null) throw this.refusal;
    const [info] = readElements(readElement(parsePEM(csr)[0]!.bytes).content);
    const spki = readElements(info!.content)[2]!.raw;
    const from = Math.floor(Date.now() / 1000) * 1000;
    const to = from + this.lifeMs;
    this.#index++;
    const issued: IssuedCert = {
      SerialNumber: String(this.signed),
      CertPEM: certificate('leaf', spki, from, to, this.#key),
      Service: 'web',
      ValidAfter: new Date(from).toISOString(),
      ValidBefore: new Date(to).toISOString(),
      CreateIndex: this.#index,
      ModifyIndex: this.#index,
    };
    return { index: this.#index, body: JSON.stringify(issued) };
  }
}
