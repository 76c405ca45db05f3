/** Bounds on what a pool may make this node keep. Serf itself has none of these: a pool that needs more is ill. */

/** Names travel in packets of 1,400 bytes, beside addresses and metadata. */
export const MAX_NAME_BYTES = 512;

/** Name of a user event or a query; both have to fit in a message of MAX_USER_EVENT_BYTES. */
export const MAX_EVENT_NAME_BYTES = 9 * 1024;

/** A query or response of another node; the senders' own limits are 1 KB by default, and rarely raised. */
export const MAX_QUERY_BYTES = 64 * 1024;

/** Members of one push/pull. Beyond it the state is refused whole. Serf pools of 10,000 are known, Consul advises 5,000. */
export const MAX_STATE_MEMBERS = 200_000;

/** Lamport times of events in one push/pull; peers send as many as they buffer, 512 unless told otherwise. */
export const MAX_STATE_EVENT_TIMES = 16_384;

/** Intents that wait for their member; each is freed after `recentIntentTimeoutMs`. Twice the members of a large pool. */
export const MAX_RECENT_INTENTS = 65_536;

/** Events with one Lamport time: many nodes may fire at once, but not more than a pool has. */
export const MAX_EVENTS_PER_TIME = 8192;

/** All remembered events together. They travel with each push/pull, so this is also what each of those may cost. */
export const MAX_EVENT_BUFFER_BYTES = 4 * 1024 * 1024;

/** Queries of this node that wait for answers at the same time. */
export const MAX_RUNNING_QUERIES = 1024;

/** The longest a query may wait: the wire carries nanoseconds, and a forged one must not hold memory for years. */
export const MAX_QUERY_TIMEOUT_MS = 60 * 60 * 1000;

/** Filters of one query, and nodes named by one filter. */
export const MAX_QUERY_FILTERS = 64;
export const MAX_FILTER_NODES = 4096;
