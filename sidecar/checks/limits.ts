/** Bounds of health checks, each with its reason. */

/** Consul's default for `check_output_max_size` and `OutputMaxSize` (checks.DefaultBufSize). */
export const DEFAULT_OUTPUT_MAX_BYTES = 4096;
/** Consul raises shorter intervals to this (checks.MinInterval). */
export const MIN_INTERVAL_MS = 1000;
/** Consul's default time-out of HTTP, TCP, UDP, gRPC and HTTP/2 checks. */
export const DEFAULT_TIMEOUT_MS = 10_000;
/** Consul's default time-out of scripts, which do more work than a connection. */
export const DEFAULT_SCRIPT_TIMEOUT_MS = 30_000;
/** Go's HTTP client, hence Consul, follows this many redirects. */
export const MAX_REDIRECTS = 10;
/** A body is read only so far: an endless one must not keep a probe busy until its time-out. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;
/** Health answers of gRPC are a few bytes; Docker's and systemd's a few hundred. */
export const MAX_REPLY_BYTES = 64 * 1024;
/**
 * After a killed script its pipes may stay open in a process that left the group: then its output
 * is given up.
 */
export const SCRIPT_REAP_GRACE_MS = 1000;
