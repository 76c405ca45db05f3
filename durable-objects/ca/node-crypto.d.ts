/**
 * The part of Node's crypto that the certificate authority uses. workerd has it built in; the package of its types does not
 * describe it, and Node's own types would bring the whole of Node into the Worker's.
 */
declare module 'node:crypto' {
  export interface KeyObject {
    readonly type: string;
    readonly asymmetricKeyType?: string | undefined;
    export(options: { type: 'spki' | 'pkcs8'; format: 'der' }): Uint8Array;
  }
  export function createPrivateKey(pem: string): KeyObject;
  export function createPublicKey(key: string | KeyObject): KeyObject;
  export function generateKeyPairSync(
    type: 'ec',
    options: { namedCurve: string },
  ): { privateKey: KeyObject };
  export function generateKeyPairSync(
    type: 'rsa',
    options: { modulusLength: number },
  ): { privateKey: KeyObject };
  export function randomBytes(size: number): Uint8Array;
  export function createHash(algorithm: 'sha1' | 'sha256'): {
    update(data: Uint8Array | string): { digest(): Uint8Array };
  };
  export function sign(algorithm: string, data: Uint8Array, key: KeyObject): Uint8Array;
  export function verify(
    algorithm: string,
    data: Uint8Array,
    key: KeyObject,
    signature: Uint8Array,
  ): boolean;
}
