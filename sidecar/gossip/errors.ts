/** What can go wrong in gossip as seen by its users; malformed input from the network is counted instead (counters.ts). */
export type GossipErrorCode =
  | 'listen_failed'
  | 'send_failed'
  | 'dial_failed'
  | 'invalid_address'
  | 'invalid_config'
  | 'invalid_key'
  | 'key_not_installed'
  | 'primary_key'
  | 'malformed'
  | 'too_large'
  | 'refused'
  | 'remote_error'
  | 'no_ping_response'
  | 'stopped'
  | 'timeout';

export class GossipError extends Error {
  readonly code: GossipErrorCode;

  constructor(code: GossipErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'GossipError';
    this.code = code;
  }
}
