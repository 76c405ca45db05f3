/** Rules of `jwt-provider`. */
import type { Entry } from '../../../protocol/config-entries/kinds.ts';
import type {
  ClusterCertificates,
  RemoteKeySet,
  TokenLocation,
} from '../../../protocol/config-entries/kinds/jwt-provider.ts';
import { invalid } from '../../../protocol/errors.ts';
import {
  countGiven,
  type KindRules,
  quote,
  refuseFaults,
  requireName,
  validateMeta,
} from '../kind-rules.ts';

type KeySet = NonNullable<Entry<'jwt-provider'>['JSONWebKeySet']>;

const DEFAULT_CLOCK_SKEW_SECONDS = 30;

export const jwtProvider: KindRules<'jwt-provider'> = {
  normalize(entry) {
    entry.ClockSkewSeconds ||= DEFAULT_CLOCK_SKEW_SECONDS;
  },
  validate(entry) {
    requireName(entry.Name);
    validateMeta(entry.Meta);
    if (entry.JSONWebKeySet === undefined) throw invalid('JSONWebKeySet is required');
    validateKeySet(entry.JSONWebKeySet);
    refuseFaults((entry.Locations ?? []).flatMap((location) => locationFault(location) ?? []));
    if (entry.Forwarding !== undefined && !entry.Forwarding.HeaderName) {
      throw invalid('Header name required for forwarding config');
    }
  },
};

function validateKeySet({ Local, Remote }: KeySet): void {
  if (countGiven(Local, Remote) !== 1) {
    throw invalid('must specify exactly one of Local or Remote JSON Web key set');
  }
  if (Remote !== undefined) return validateRemote(Remote);
  const { JWKS = '', Filename } = Local!;
  if (countGiven(JWKS, Filename) !== 1) {
    throw invalid('must specify exactly one of String or filename for local keyset');
  }
  if (!isBase64(JWKS)) throw invalid('JWKS must be valid base64 encoded string');
}

/** Standard base64 with padding; line ends may stand anywhere. */
function isBase64(text: string): boolean {
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(
    text.replaceAll(/[\r\n]/g, ''),
  );
}

const DISCOVERY_TYPES: readonly string[] = [
  'STRICT_DNS',
  'STATIC',
  'LOGICAL_DNS',
  'EDS',
  'ORIGINAL_DST',
];

function validateRemote({ URI = '', RetryPolicy, JWKSCluster }: RemoteKeySet): void {
  if (URI === '') throw invalid('Remote JWKS URI is required');
  if (!isRequestURI(URI)) {
    throw invalid(
      `Remote JWKS URI is invalid: parse ${quote(URI)}: invalid URI for request, uri: ${URI}`,
    );
  }
  const { BaseInterval = 0, MaxInterval = 0 } = RetryPolicy?.RetryPolicyBackOff ?? {};
  if (MaxInterval !== 0 && BaseInterval > MaxInterval) {
    throw invalid("retry policy backoff's MaxInterval should be greater or equal to BaseInterval");
  }
  if (JWKSCluster === undefined) return;
  const { DiscoveryType = '', TLSCertificates } = JWKSCluster;
  if (DiscoveryType !== '' && !DISCOVERY_TYPES.includes(DiscoveryType)) {
    throw invalid(`unsupported jwks cluster discovery type: ${quote(DiscoveryType)}`);
  }
  if (TLSCertificates !== undefined) validateCertificates(TLSCertificates);
}

/** An absolute address or an absolute path, as a request may carry. */
function isRequestURI(uri: string): boolean {
  return /^(?:\/|[a-z][a-z0-9+.-]*:.)/i.test(uri) && !/\s/.test(uri);
}

function validateCertificates(certificates: ClusterCertificates): void {
  const { CaCertificateProviderInstance, TrustedCA } = certificates;
  if (countGiven(CaCertificateProviderInstance, TrustedCA) !== 1) {
    throw invalid(
      "must specify exactly one of: CaCertificateProviderInstance or TrustedCA for JKWS' TLSCertificates",
    );
  }
  if (TrustedCA === undefined) return;
  const { Filename, EnvironmentVariable, InlineString, InlineBytes } = TrustedCA;
  if (countGiven(Filename, EnvironmentVariable, InlineString, InlineBytes) !== 1) {
    throw invalid(
      "must specify exactly one of: Filename, EnvironmentVariable, InlineString or InlineBytes for JWKS' TrustedCA",
    );
  }
}

function locationFault({ Header, QueryParam, Cookie }: TokenLocation): string | undefined {
  if (countGiven(Header, QueryParam, Cookie) !== 1) {
    return 'must set exactly one of: JWT location header, query param or cookie';
  }
  if ((Header ?? QueryParam ?? Cookie)!.Name) return undefined;
  const what = Header ? 'header' : QueryParam ? 'query param' : 'cookie';
  return `JWT location ${what} name must be specified`;
}
