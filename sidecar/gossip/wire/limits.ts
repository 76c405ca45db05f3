/** What is accepted from the network. Each is checked before memory is taken for it. */

/** The longest datagram that UDP carries. */
export const MAX_PACKET_BYTES = 65_507;

/** A compressed packet must not hold more than an uncompressed one could. */
export const MAX_DECOMPRESSED_PACKET_BYTES = 65_535;

/** An encrypted or compressed stream message, as memberlist limits it (maxPushStateBytes). */
export const MAX_STREAM_MESSAGE_BYTES = 20 * 1024 * 1024;

/** A compressed stream message must not hold more than a plain one may. */
export const MAX_DECOMPRESSED_STREAM_BYTES = MAX_STREAM_MESSAGE_BYTES;

/** User state and user messages inside a stream (maxPushStateBytes, maxUserMsgBytes). */
export const MAX_USER_STATE_BYTES = MAX_STREAM_MESSAGE_BYTES;

/**
 * Nodes in one push/pull. Pools of more than 10,000 are beyond what is recommended for LAN gossip; memberlist's own limit,
 * a million, would be some 300 MB here.
 */
export const MAX_PUSH_PULL_NODES = 65_536;

/** A label's length is one byte. */
export const MAX_LABEL_BYTES = 255;

/** Host names have at most 253 bytes. A name is kept for as long as its node is. */
export const MAX_NODE_NAME_BYTES = 255;

/** Parts of a compound message: their number is one byte. */
export const MAX_COMPOUND_PARTS = 255;

/** Peers send a compound inside a compressed message; one level more is tolerated. */
export const MAX_NESTING = 3;

/** Streams that are served at once (memberlist's maxPushPullRequests). */
export const MAX_STREAMS = 128;

/**
 * Bytes of all streams that were received and are not yet a whole message. Four of the largest messages: without it, every
 * stream could hold 20 MB of a host that has less than that for each.
 */
export const MAX_STREAM_BYTES_IN_FLIGHT = 4 * MAX_STREAM_MESSAGE_BYTES;
