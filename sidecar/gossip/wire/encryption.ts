/**
 * AES-GCM as memberlist frames it (security.go): version, nonce of 12 bytes, cipher text, tag of 16 bytes.
 *
 * Version 0 pads the plain text to AES blocks (PKCS #7) for no good reason, and is what protocol 1 speaks; version 1 does
 * not. Both are read whatever is spoken.
 */
import { createCipheriv, createDecipheriv, createSecretKey, randomFillSync } from 'node:crypto';
import type { CipherGCMTypes, KeyObject } from 'node:crypto';

export type EncryptionVersion = 0 | 1;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const BLOCK_BYTES = 16;
const HEADER_BYTES = 1 + NONCE_BYTES;

/** The most that encryption adds to a packet. */
export function encryptionOverhead(version: EncryptionVersion): number {
  return HEADER_BYTES + TAG_BYTES + (version === 0 ? BLOCK_BYTES : 0);
}

export function encryptedLength(version: EncryptionVersion, plainBytes: number): number {
  const padding = version === 0 ? BLOCK_BYTES - (plainBytes % BLOCK_BYTES) : 0;
  return HEADER_BYTES + plainBytes + padding + TAG_BYTES;
}

/** @param authenticated is protected too, though it travels elsewhere: the label, and for streams the length */
export function encrypt(
  version: EncryptionVersion,
  key: Uint8Array,
  plain: Uint8Array,
  authenticated: Uint8Array,
): Buffer {
  const message = Buffer.allocUnsafe(encryptedLength(version, plain.length));
  message[0] = version;
  takeNonce(message, 1);
  const { algorithm, secret } = prepared(key);
  const cipher = createCipheriv(algorithm, secret, message.subarray(1, HEADER_BYTES));
  if (authenticated.length > 0) cipher.setAAD(authenticated);
  let written = HEADER_BYTES;
  for (const part of version === 0 ? [plain, paddingFor(plain.length)] : [plain]) {
    const output = cipher.update(part);
    message.set(output, written);
    written += output.length;
  }
  cipher.final();
  message.set(cipher.getAuthTag(), written);
  return message;
}

/** Tries each key in turn. @returns undefined when none fits, or it is no encrypted message at all */
export function decrypt(
  keys: readonly Uint8Array[],
  message: Uint8Array,
  authenticated: Uint8Array,
): Uint8Array | undefined {
  const version = message[0];
  if (version !== 0 && version !== 1) return undefined;
  if (message.length < encryptedLength(version, 0)) return undefined;
  for (const key of keys) {
    const plain = decryptWith(key, message, authenticated);
    if (plain !== undefined) return version === 0 ? withoutPadding(plain) : plain;
  }
  return undefined;
}

function decryptWith(
  key: Uint8Array,
  message: Uint8Array,
  authenticated: Uint8Array,
): Uint8Array | undefined {
  const end = message.length - TAG_BYTES;
  const { algorithm, secret } = prepared(key);
  const nonce = message.subarray(1, HEADER_BYTES);
  const decipher = createDecipheriv(algorithm, secret, nonce, { authTagLength: TAG_BYTES });
  if (authenticated.length > 0) decipher.setAAD(authenticated);
  decipher.setAuthTag(message.subarray(end));
  const plain = decipher.update(message.subarray(HEADER_BYTES, end));
  try {
    decipher.final();
  } catch {
    // The wrong key or a changed message; the caller counts it once all keys have failed.
    return undefined;
  }
  return plain;
}

interface PreparedKey {
  readonly algorithm: CipherGCMTypes;
  readonly secret: KeyObject;
}

const preparedKeys = new WeakMap<Uint8Array, PreparedKey>();

/** With the bytes of a key, OpenSSL sets up everything anew for each packet: 18 microseconds in place of 2. */
function prepared(key: Uint8Array): PreparedKey {
  const known = preparedKeys.get(key);
  if (known !== undefined) return known;
  const algorithm = `aes-${key.length * 8}-gcm` as CipherGCMTypes;
  const fresh = { algorithm, secret: createSecretKey(key) };
  preparedKeys.set(key, fresh);
  return fresh;
}

/** Nonces are drawn by the hundred: asking for random bytes costs as much as encrypting a packet. Each is used once. */
const nonces = Buffer.alloc(NONCE_BYTES * 256);
let nonceAt = nonces.length;

function takeNonce(target: Buffer, offset: number): void {
  if (nonceAt === nonces.length) {
    randomFillSync(nonces);
    nonceAt = 0;
  }
  nonces.copy(target, offset, nonceAt, nonceAt + NONCE_BYTES);
  nonceAt += NONCE_BYTES;
}

function paddingFor(plainBytes: number): Uint8Array {
  const bytes = BLOCK_BYTES - (plainBytes % BLOCK_BYTES);
  return new Uint8Array(bytes).fill(bytes);
}

function withoutPadding(plain: Uint8Array): Uint8Array | undefined {
  const bytes = plain.at(-1) ?? 0;
  if (bytes < 1 || bytes > BLOCK_BYTES || bytes > plain.length) return undefined;
  return plain.subarray(0, plain.length - bytes);
}
