/** The first record of a snapshot's state: what it is, and what is needed to read the rest. */

export const HEADER_TYPE = 'SnapshotHeader';
/** The last record: a state without it is not whole. */
export const END_TYPE = 'SnapshotEnd';

export interface SnapshotHeader {
  /** Of this format; readers refuse any other. */
  readonly Format: 1;
  readonly Datacenter: string;
  /** Of the datacenter that was saved. */
  readonly UUID: string;
  /** The state is the one that this index left. */
  readonly Index: number;
  /** Milliseconds since 1970. */
  readonly SavedAt: number;
  /** How many migrations the tables had gone through, and the name of the last. */
  readonly Schema: { readonly Version: number; readonly Tag: string };
  /** Tables by the type of their records. */
  readonly Tables: Readonly<Record<string, string>>;
}

export interface SnapshotEnd {
  /** How many there are between header and end. */
  readonly Records: number;
}

export interface SnapshotRecord {
  readonly Type: string;
  readonly Data: unknown;
}

/** @throws SyntaxError with what is missing */
export function parseHeader(data: unknown): SnapshotHeader {
  const header = (data ?? {}) as Partial<SnapshotHeader>;
  if (header.Format !== 1) {
    throw new SyntaxError(
      `format ${JSON.stringify(header.Format)} is unknown: it may be of a newer version`,
    );
  }
  const { Datacenter, UUID, Index, SavedAt, Schema, Tables } = header;
  const isWhole =
    typeof Datacenter === 'string' &&
    typeof UUID === 'string' &&
    Number.isSafeInteger(Index) &&
    Number.isSafeInteger(SavedAt) &&
    Number.isSafeInteger(Schema?.Version) &&
    typeof Schema?.Tag === 'string' &&
    Tables !== null &&
    typeof Tables === 'object' &&
    Object.values(Tables).every((table) => typeof table === 'string');
  if (!isWhole) throw new SyntaxError('its header is incomplete');
  return header as SnapshotHeader;
}
