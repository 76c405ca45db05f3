/** Why TLS did not come about, in the words that Consul's users know from Go's crypto/tls and crypto/x509. */
import net from 'node:net';
import tls from 'node:tls';

/** Node's codes, which are OpenSSL's names, of certificates that nobody trusted vouches for. */
const UNKNOWN_AUTHORITY = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
];
const OUTSIDE_ITS_TIME = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];
const NOT_VERIFIED = 'tls: failed to verify certificate: x509:';

/**
 * Of a certificate that was not accepted.
 *
 * @param name what it should have been for
 */
export function describeRefusal(
  socket: Pick<tls.TLSSocket, 'authorizationError' | 'getPeerCertificate'>,
  name: string,
): string {
  // An error by its type, a code by what Node puts there.
  const code = String(socket.authorizationError);
  if (OUTSIDE_ITS_TIME.includes(code))
    return `${NOT_VERIFIED} certificate has expired or is not yet valid`;
  // Go looks at the name before it asks who signed.
  const certificate = socket.getPeerCertificate();
  if (tls.checkServerIdentity(name, certificate) !== undefined)
    return `${NOT_VERIFIED} ${describeNames(certificate, name)}`;
  return UNKNOWN_AUTHORITY.includes(code)
    ? `${NOT_VERIFIED} certificate signed by unknown authority`
    : `${NOT_VERIFIED} ${code}`;
}

/** Of a handshake that broke off. */
export function describeTLSFailure({ code = '', message }: NodeJS.ErrnoException): string {
  if (code === 'ECONNRESET') return 'EOF';
  // OpenSSL's own texts name its source files, which helps nobody who reads a check.
  if (/alert/.test(message)) return `remote error: ${alertOf(message)}`;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL'))
    return 'tls: first record does not look like a TLS handshake';
  return message;
}

/** `... SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:...`: the words after "alert". */
function alertOf(message: string): string {
  return `tls: ${/alert ([a-z ]+)/.exec(message)?.[1]?.trim() ?? 'alert'}`;
}

function describeNames({ subjectaltname = '' }: tls.PeerCertificate, name: string): string {
  const names = subjectaltname === '' ? [] : subjectaltname.split(', ');
  const of = (prefix: string): string[] =>
    names.filter((each) => each.startsWith(prefix)).map((each) => each.slice(prefix.length));
  if (net.isIP(name)) {
    const addresses = of('IP Address:');
    return addresses.length === 0
      ? `cannot validate certificate for ${name} because it doesn't contain any IP SANs`
      : `certificate is valid for ${addresses.join(', ')}, not ${name}`;
  }
  const hosts = of('DNS:');
  return hosts.length === 0
    ? `certificate is not valid for any names, but wanted to match ${name}`
    : `certificate is valid for ${hosts.join(', ')}, not ${name}`;
}
