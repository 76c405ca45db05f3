/**
 * The keys of a pool: the first, the primary, encrypts; each of them, in order, is tried to decrypt. Rotation is
 * install everywhere, use everywhere, remove everywhere.
 */
import { equalBytes } from '../gossip-node.ts';
import { GossipError } from '../errors.ts';

/** AES-128, -192 and -256. */
const KEY_LENGTHS: readonly number[] = [16, 24, 32];

/**
 * A packet under an unknown key costs an attempt with each key, so a flood of them must not be multiplied without bound.
 * A rotation needs two.
 */
export const MAX_KEYS = 64;

export class Keyring {
  #keys: readonly Uint8Array[] = [];

  /**
   * @param primary installed first; without it, and without others, encryption is off
   * @throws GossipError `invalid_key`
   */
  constructor(primary?: Uint8Array, others: readonly Uint8Array[] = []) {
    if (primary === undefined && others.length > 0) {
      throw new GossipError('invalid_key', 'Empty primary key not allowed');
    }
    if (primary !== undefined) this.install(primary);
    for (const key of others) this.install(key);
  }

  /** Primary first. A new list after each change, so it may be kept to notice one. */
  keys(): readonly Uint8Array[] {
    return this.#keys;
  }

  primary(): Uint8Array | undefined {
    return this.#keys[0];
  }

  /** Makes a key known for decryption; one that is known stays where it is. @throws GossipError `invalid_key` */
  install(key: Uint8Array): void {
    if (!KEY_LENGTHS.includes(key.length)) {
      throw new GossipError('invalid_key', 'key size must be 16, 24 or 32 bytes');
    }
    if (this.has(key)) return;
    if (this.#keys.length >= MAX_KEYS) {
      throw new GossipError('invalid_key', `a keyring holds at most ${MAX_KEYS} keys`);
    }
    this.#keys = [...this.#keys, key.slice()];
  }

  /** Makes an installed key the one that encrypts. @throws GossipError `key_not_installed` */
  use(key: Uint8Array): void {
    const installed = this.#keys.find((candidate) => equalBytes(candidate, key));
    if (installed === undefined) {
      throw new GossipError('key_not_installed', 'Requested key is not in the keyring');
    }
    this.#keys = [installed, ...this.#keys.filter((other) => other !== installed)];
  }

  /** A key that is not installed is removed already. @throws GossipError `primary_key` */
  remove(key: Uint8Array): void {
    if (this.#keys[0] !== undefined && equalBytes(this.#keys[0], key)) {
      throw new GossipError('primary_key', 'Removing the primary key is not allowed');
    }
    this.#keys = this.#keys.filter((other) => !equalBytes(other, key));
  }

  has(key: Uint8Array): boolean {
    return this.#keys.some((installed) => equalBytes(installed, key));
  }
}
