/** What an archive is made of, and what its errors say. */

export const META_FILE = 'meta.json';
export const SUMS_FILE = 'SHA256SUMS';
/**
 * The state; see `state-format.ts`. In archives of Lictor's several files in a row bear this name and are one, as Consul's
 * reader takes them too: so nobody has to know its length, or hold it whole, before it is written.
 */
export const STATE_FILE = 'state.bin';

/** Parts of the first format: the lines as they are. Read, not written any more. */
export const oldStateFile = (part: number): string =>
  `state/${String(part).padStart(6, '0')}.jsonl`;

/** Fields that Consul's archives have too; `Product` is ours. */
export interface SnapshotMeta {
  readonly Version: number;
  /** Term, index and time in milliseconds. */
  readonly ID: string;
  readonly Index: number;
  /** 0: nobody is elected in Lictor. */
  readonly Term: number;
  /** Bytes of the state; unknown before it was read in an archive of Lictor's. */
  readonly Size?: number;
  /** Absent in archives of Consul's. */
  readonly Product?: string;
  readonly Datacenter?: string;
  /** The migration that the saved tables had come to. */
  readonly Schema?: string;
}

export const PRODUCT = 'lictor';

/** The archive is damaged, cut, or none. The message is for the user. */
export class ArchiveError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ArchiveError';
  }
}

/** A whole archive, but of Consul's own state. */
export function consulArchiveError({ ID, Index }: SnapshotMeta): ArchiveError {
  return new ArchiveError(
    `this is a snapshot of HashiCorp Consul (${ID}, index ${Index}), which cannot take the place of this datacenter's ` +
      'state. `lictor import FILE` brings its keys, config entries, prepared queries and external nodes over',
  );
}

/** SHA-256 of a stream. Each runtime has its own way. */
export interface StreamHash {
  update(chunk: Uint8Array): void | Promise<void>;
  /** Lower-case hexadecimal. */
  digest(): string | Promise<string>;
}

export type NewHash = () => StreamHash;
