/** The first byte of every message (memberlist's net.go). The numbers are part of the protocol. */
export const MessageType = {
  ping: 0,
  indirectPing: 1,
  ack: 2,
  suspect: 3,
  alive: 4,
  dead: 5,
  pushPull: 6,
  compound: 7,
  user: 8,
  compressed: 9,
  encrypted: 10,
  nack: 11,
  withCRC: 12,
  error: 13,
  /** High on purpose: an encrypted packet begins with its version, 0 or 1, a labelled one with this. */
  labelled: 244,
} as const;
