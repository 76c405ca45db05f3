import { describe, expect, it } from 'vitest';
import { GossipError } from '../errors.ts';
import { Keyring, MAX_KEYS } from './keyring.ts';

const key = (byte: number, length = 16): Uint8Array => new Uint8Array(length).fill(byte);
const bytesOf = (keyring: Keyring): number[] => keyring.keys().map((one) => one[0] ?? -1);

function codeOf(action: () => void): string {
  try {
    action();
  } catch (error) {
    if (error instanceof GossipError) return error.code;
    throw error;
  }
  return 'none';
}

describe('Keyring', () => {
  it('is empty, so without encryption, unless a key is given', () => {
    const keyring = new Keyring();
    expect(keyring.primary()).toBeUndefined();
    expect(keyring.keys()).toEqual([]);
    keyring.remove(key(1));
  });

  it('puts the primary first and drops doubles', () => {
    expect(bytesOf(new Keyring(key(2), [key(1), key(2), key(3)]))).toEqual([2, 1, 3]);
  });

  it('refuses other keys without a primary', () => {
    expect(codeOf(() => new Keyring(undefined, [key(1)]))).toBe('invalid_key');
  });

  it.each([0, 1, 15, 17, 23, 25, 31, 33])('refuses a key of %i bytes', (length) => {
    expect(codeOf(() => new Keyring().install(key(1, length)))).toBe('invalid_key');
  });

  it.each([16, 24, 32])('takes a key of %i bytes', (length) => {
    expect(new Keyring(key(1, length)).primary()).toEqual(key(1, length));
  });

  it('rotates: install, use, remove', () => {
    const keyring = new Keyring(key(1));
    expect(codeOf(() => keyring.use(key(2)))).toBe('key_not_installed');
    keyring.install(key(2));
    expect(bytesOf(keyring)).toEqual([1, 2]);
    expect(codeOf(() => keyring.remove(key(1)))).toBe('primary_key');
    keyring.use(key(2));
    expect(bytesOf(keyring)).toEqual([2, 1]);
    keyring.remove(key(1));
    keyring.remove(key(1));
    expect(bytesOf(keyring)).toEqual([2]);
  });

  it('keeps its own copy', () => {
    const mine = key(1);
    const keyring = new Keyring(mine);
    mine.fill(9);
    expect(keyring.has(key(1))).toBe(true);
  });

  it('is bounded', () => {
    const keyring = new Keyring(key(0));
    for (let index = 1; index < MAX_KEYS; index++) keyring.install(key(index));
    expect(codeOf(() => keyring.install(key(255)))).toBe('invalid_key');
    keyring.install(key(3));
    expect(keyring.keys().length).toBe(MAX_KEYS);
  });
});
