import type { TLSConfig, TLSProtocolConfig, TLSVersion } from '../agent-config-security.ts';
import type { RawTLSProtocol } from '../keys/tls-keys.ts';
import type { BuildContext } from './build-context.ts';

const VERSIONS: readonly TLSVersion[] = ['TLS_AUTO', 'TLSv1_0', 'TLSv1_1', 'TLSv1_2', 'TLSv1_3'];

/** What Go's TLS library lets Consul choose from (types/tls.go). */
const CIPHER_SUITES = new Set([
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
]);

/** Each listener takes what it does not set from `tls.defaults`. No file is opened here. */
export function buildTLS(context: BuildContext): TLSConfig {
  const tls = context.raw.tls ?? {};
  checkMisplacedKeys(context);
  const internalRPC = buildProtocol(context, 'internal_rpc');
  const verifyServerHostname =
    tls.internal_rpc?.verify_server_hostname ?? tls.defaults?.verify_server_hostname ?? false;
  return {
    internalRPC: {
      ...internalRPC,
      verifyServerHostname,
      // Checking a name without checking the certificate would check nothing.
      verifyOutgoing: internalRPC.verifyOutgoing || verifyServerHostname,
    },
    https: buildProtocol(context, 'https'),
    grpc: {
      ...buildProtocol(context, 'grpc'),
      verifyOutgoing: false,
      useAutoCert: tls.grpc?.use_auto_cert ?? false,
    },
    serverName: context.raw.server_name ?? '',
  };
}

function checkMisplacedKeys(context: BuildContext): void {
  const tls = context.raw.tls ?? {};
  if (tls.grpc?.verify_outgoing !== undefined) {
    context.fail('tls.grpc.verify_outgoing', 'verify_outgoing is not valid in the tls.grpc stanza');
  }
  for (const name of ['grpc', 'https'] as const) {
    if (tls[name]?.verify_server_hostname === undefined) continue;
    const message =
      'verify_server_hostname is only valid in the tls.defaults and tls.internal_rpc stanzas';
    context.fail(`tls.${name}.verify_server_hostname`, message);
  }
  for (const name of ['defaults', 'https', 'internal_rpc'] as const) {
    if (tls[name]?.use_auto_cert === undefined) continue;
    const message = 'use_auto_cert is only valid in the tls.grpc stanza';
    context.fail(`tls.${name}.use_auto_cert`, message);
  }
}

function buildProtocol(
  context: BuildContext,
  name: 'internal_rpc' | 'https' | 'grpc',
): TLSProtocolConfig {
  const defaults: RawTLSProtocol = context.raw.tls?.defaults ?? {};
  const own: RawTLSProtocol = context.raw.tls?.[name] ?? {};
  const place = (key: keyof RawTLSProtocol) =>
    own[key] === undefined ? `tls.defaults.${key}` : `tls.${name}.${key}`;
  const minVersion = readVersion(
    context,
    place('tls_min_version'),
    own.tls_min_version ?? defaults.tls_min_version,
  );
  const suitesKey = place('tls_cipher_suites');
  const suites = readCipherSuites(
    context,
    suitesKey,
    own.tls_cipher_suites ?? defaults.tls_cipher_suites,
  );
  // Inherited suites that mean nothing to this listener are left out; those set beside TLS 1.3 are
  // an error.
  const useless = minVersion === 'TLSv1_3' && suites.length > 0;
  const setTogether = own.tls_cipher_suites !== undefined || own.tls_min_version === undefined;
  if (useless && setTogether) context.fail(suitesKey, 'TLS 1.3 cipher suites are not configurable');
  return {
    caFile: own.ca_file ?? defaults.ca_file ?? '',
    caPath: own.ca_path ?? defaults.ca_path ?? '',
    certFile: own.cert_file ?? defaults.cert_file ?? '',
    keyFile: own.key_file ?? defaults.key_file ?? '',
    minVersion,
    cipherSuites: useless ? [] : suites,
    verifyIncoming: own.verify_incoming ?? defaults.verify_incoming ?? false,
    verifyOutgoing: own.verify_outgoing ?? defaults.verify_outgoing ?? false,
  };
}

function readVersion(context: BuildContext, key: string, text = 'TLSv1_2'): TLSVersion {
  if (text === '') return 'TLS_AUTO';
  return context.oneOf(key, text, VERSIONS, 'TLSv1_2', (value) => `invalid TLS version: ${value}`);
}

function readCipherSuites(context: BuildContext, key: string, text = ''): string[] {
  const suites = text
    .split(',')
    .map((suite) => suite.trim())
    .filter(Boolean);
  const unknown = suites.filter((suite) => !CIPHER_SUITES.has(suite));
  if (unknown.length > 0) context.fail(key, `invalid TLS cipher suites: ${unknown.join(', ')}`);
  return suites;
}
