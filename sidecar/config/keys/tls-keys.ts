/** TLS of the agent's listeners. Source: agent/config/config.go (TLS, TLSProtocolConfig). */
import { bool, object, string } from '../schema.ts';
import type { ValueOf } from '../schema.ts';

/** What each listener takes; build-tls.ts says which keys are misplaced in which table. */
const TLS_PROTOCOL_KEYS = object({
  ca_file: string,
  ca_path: string,
  cert_file: string,
  key_file: string,
  tls_min_version: string,
  tls_cipher_suites: string,
  verify_incoming: bool,
  verify_outgoing: bool,
  verify_server_hostname: bool,
  use_auto_cert: bool,
});

export const TLS_KEYS = {
  tls: object({
    defaults: TLS_PROTOCOL_KEYS,
    internal_rpc: TLS_PROTOCOL_KEYS,
    https: TLS_PROTOCOL_KEYS,
    grpc: TLS_PROTOCOL_KEYS,
  }),
};

export type RawTLSProtocol = ValueOf<typeof TLS_PROTOCOL_KEYS>;
