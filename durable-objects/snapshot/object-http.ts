/** What the Worker and the object say to one another about a snapshot beside `protocol/snapshot-http.ts`. */

/** Path at the object. */
export const SNAPSHOT_PATH = '/snapshot';
/** On the answer to a GET: the header of the state, as URI-encoded JSON. */
export const SNAPSHOT_HEADER_HEADER = 'x-lictor-snapshot';
/** Follows a state whose archive was read to its end and found whole. */
export const VERIFIED_LINE = '{"Type":"ArchiveVerified"}';
