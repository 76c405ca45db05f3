/** Every bound of the proxy, with its reason. */

/** Consul's defaults of `connect_timeout_ms`, `handshake_timeout_ms` and `local_connect_timeout_ms`. */
export const CONNECT_TIMEOUT_MS = 10_000;
export const HANDSHAKE_TIMEOUT_MS = 10_000;
export const LOCAL_CONNECT_TIMEOUT_MS = 1_000;

/**
 * Connections of one listener at a time, unless `max_inbound_connections` says less. Each holds two sockets and, when its reader is
 * slow, twice BUFFER_BYTES a direction: 4,096 of them at most 1 GB, and 8,192 file descriptors.
 */
export const MAX_CONNECTIONS = 4_096;

/** What a socket holds for a slow reader before the other side is made to wait. */
export const BUFFER_BYTES = 64 * 1024;

/** Of every socket: an end in one direction does not end the other, and nothing waits for more to send. */
export const SOCKET_OPTIONS = {
  allowHalfOpen: true,
  noDelay: true,
  highWaterMark: BUFFER_BYTES,
} as const;

/** Keepalive probes find peers that vanished without a word; Go's dialer sends them as often. */
export const KEEPALIVE_MS = 15_000;

/** How many instances of an upstream are tried for one connection: more would only make a caller wait longer for its error. */
export const MAX_ATTEMPTS = 4;

/** An instance that could not be reached is tried last for so long. */
export const FAILED_INSTANCE_MS = 5_000;

/** One wait of a blocking query. */
export const WATCH_WAIT = '10m';
/** After a failed one, as Consul's watches. */
export const WATCH_RETRY_MS = 5_000;

/** How long a caller waits for the first list of an upstream's instances. */
export const FIRST_INSTANCES_TIMEOUT_MS = 5_000;
/** A prepared query is executed once for all connections of so long: its answer may change without anybody being told. */
export const QUERY_CACHE_MS = 1_000;

/** Decisions are asked for again after so long even if no intention changed: what holds without any may have. */
export const DECISION_CACHE_MS = 60_000;
/** Callers' identities whose decisions are held; a mesh has fewer, an attacker would need certificates for more. */
export const MAX_DECISIONS = 4_096;

/** How long connections may go on when the proxy is told to stop. */
export const DRAIN_MS = 5_000;

/** Consul's RegisterTTLPeriod; a proxy that dies without a word is critical after it. */
export const REGISTRATION_TTL = '30s';
/** Two thirds of it may be lost before that. */
export const HEARTBEAT_MS = 10_000;
