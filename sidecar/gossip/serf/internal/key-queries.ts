import { GossipError } from '../../errors.ts';
import type { Keyring } from '../../keyring/keyring.ts';
import { decodeKeyRequest, encodeKeyResponse } from '../messages/keys.ts';
import type { NodeKeyResponse } from '../messages/keys.ts';

/** Stores the keys, the primary first, so that a restart finds them. */
export type PersistKeys = (keys: readonly Uint8Array[]) => Promise<void>;

const FAILURE: NodeKeyResponse = { result: false, message: '', keys: [], primaryKey: '' };
const SUCCESS: NodeKeyResponse = { ...FAILURE, result: true };

const base64 = (key: Uint8Array): string => Buffer.from(key).toString('base64');

/** What this node answers when an operator changes or lists the pool's keys. */
export class KeyQueries {
  readonly #keyring: Keyring;
  readonly #persist: PersistKeys;

  constructor(keyring: Keyring, persist: PersistKeys) {
    this.#keyring = keyring;
    this.#persist = persist;
  }

  /** @returns the encoded answer, a failure's included */
  async change(
    payload: Uint8Array,
    apply: (keyring: Keyring, key: Uint8Array) => void,
  ): Promise<Uint8Array> {
    const request = decodeKeyRequest(payload);
    if (request === undefined) return encodeKeyResponse(FAILURE);
    if (this.#keyring.primary() === undefined) {
      const message = 'No keyring to modify (encryption not enabled)';
      return encodeKeyResponse({ ...FAILURE, message });
    }
    try {
      apply(this.#keyring, new Uint8Array(request.key));
      await this.#persist(this.#keyring.keys());
      return encodeKeyResponse(SUCCESS);
    } catch (error) {
      // The operator reads this, whatever it is: a key of the wrong size, or a disk that is full.
      const message = error instanceof Error ? error.message : String(error);
      return encodeKeyResponse({ ...FAILURE, message });
    }
  }

  /**
   * @param fits whether an answer is within the pool's limit
   * @returns the encoded answer with as many keys as fit
   * @throws GossipError `too_large` when not even one without keys does
   */
  list(fits: (payload: Uint8Array) => boolean): Uint8Array {
    const primary = this.#keyring.primary();
    if (primary === undefined) {
      const message = 'Keyring is empty (encryption not enabled)';
      return encodeKeyResponse({ ...FAILURE, message });
    }
    const keys = this.#keyring.keys().map(base64);
    for (let shown = keys.length; shown >= 0; shown--) {
      const message =
        shown === keys.length
          ? ''
          : `truncated key list response, showing first ${shown} of ${keys.length} keys`;
      const payload = encodeKeyResponse({
        ...SUCCESS,
        message,
        keys: keys.slice(0, shown),
        primaryKey: base64(primary),
      });
      if (fits(payload)) return payload;
    }
    throw new GossipError('too_large', 'the list of keys does not fit into a response');
  }
}
