/** What sidecar, Worker and datacenter say to one another about snapshots, which travel beside the link as HTTP bodies. */
import type { ErrorCode } from './errors.ts';

/** Of the Worker, for sidecars: GET answers an archive, PUT takes one. */
export const SNAPSHOT_LINK_PATH = '/lictor/snapshot';
/** The token of the client for whom this is done, beside the sidecar's own that opens the door. */
export const SNAPSHOT_TOKEN_HEADER = 'x-lictor-token';
/** Who is recorded in the change log. */
export const SNAPSHOT_ACTOR_HEADER = 'x-lictor-actor';
/** On the answer to a GET: the index that the state is of. */
export const SNAPSHOT_INDEX_HEADER = 'x-lictor-index';

/** The body of an answer with any other status than 200. */
export interface SnapshotFailure {
  readonly code: ErrorCode;
  readonly message: string;
}

export const SNAPSHOT_FAILURE_STATUS = 500;

/** The body of the answer to a PUT. */
export interface SnapshotRestored {
  readonly index: number;
  /** What the datacenter is from now on: a link that says the same sees the restored state. */
  readonly incarnation: string;
}

/** Tokens and names may hold any character, headers may not. */
export const encodeHeaderText = (text: string): string => encodeURIComponent(text.toWellFormed());

/** What was never encoded is taken as it stands. */
export function decodeHeaderText(header: string | null): string {
  try {
    return decodeURIComponent(header ?? '');
  } catch {
    return header ?? '';
  }
}
