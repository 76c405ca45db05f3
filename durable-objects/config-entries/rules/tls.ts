/** Versions and cipher suites of TLS that a proxy can be told (Consul: types/tls.go). */
import { invalid } from '../../../protocol/errors.ts';

/** In rising order; `TLS_AUTO` leaves the choice to the proxy and compares with nothing. */
const VERSIONS = ['TLSv1_0', 'TLSv1_1', 'TLSv1_2', 'TLSv1_3'] as const;
const KNOWN: readonly string[] = ['TLS_AUTO', ...VERSIONS];

/** TLS 1.3 has a fixed set of suites. */
const WITHOUT_SUITES = 'TLSv1_3';

const KEY_EXCHANGES = ['ECDHE_ECDSA', 'ECDHE_RSA', 'RSA'];
const CIPHERS = ['AES_128_GCM_SHA256', 'AES_128_CBC_SHA', 'AES_256_GCM_SHA384', 'AES_256_CBC_SHA'];

/** IANA's names of those that Envoy knows. */
const SUITES: ReadonlySet<string> = new Set([
  ...KEY_EXCHANGES.flatMap((exchange) => CIPHERS.map((cipher) => `TLS_${exchange}_WITH_${cipher}`)),
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
]);

export interface TLSParameters {
  readonly min: string | undefined;
  readonly max: string | undefined;
  readonly suites: readonly string[] | undefined;
}

/** @throws RPCError */
export function validateTLS({ min = '', max = '', suites = [] }: TLSParameters): void {
  requireVersion(min);
  requireVersion(max);
  const [low, high] = [VERSIONS.indexOf(min as never), VERSIONS.indexOf(max as never)];
  if (low >= 0 && high >= 0 && high < low) {
    throw invalid(
      `configuring max version ${max} less than the configured min version ${min} is invalid`,
    );
  }
  if (suites.length === 0) return;
  if (min === WITHOUT_SUITES) {
    throw invalid(
      'configuring CipherSuites is only applicable to connections negotiated with TLS 1.2 or earlier, ' +
        `TLSMinVersion is set to ${min}`,
    );
  }
  const unknown = suites.filter((suite) => !SUITES.has(suite));
  if (unknown.length > 0) {
    throw invalid(`no matching Envoy TLS cipher suite found for ${unknown.join(',')}`);
  }
}

function requireVersion(version: string): void {
  if (version === '' || KNOWN.includes(version)) return;
  throw invalid(
    `no matching TLS version found for ${version}, please specify one of [${KNOWN.join(', ')}]`,
  );
}
