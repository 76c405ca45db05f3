/** Whether a JWT is signed by one whom its auth method trusts (Consul: internal/go-sso/oidcauth, agent/consul/authmethod/ssoauth). */
import {
  type JWTHeaderParameters,
  type JWTPayload,
  type JWTVerifyGetKey,
  compactVerify,
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  importSPKI,
  importX509,
} from 'jose';
import { RPCError, invalid } from '../../protocol/errors.ts';
import type { MethodConfig } from './claims.ts';

const DEFAULT_ALGORITHMS = ['RS256'];
/** A login waits for its identity provider so long. */
const PROVIDER_TIMEOUT_MS = 5_000;
/** Providers whose keys an isolate keeps; beyond it the oldest are asked anew. */
const MAX_PROVIDERS = 64;

/** The claims of a token whose signature holds; nothing else of it is checked yet. @throws RPCError */
export async function verifySignature(token: string, config: MethodConfig): Promise<JWTPayload> {
  if (token === '') throw invalid('missing jwt');
  const { header, claims } = parse(token);
  const allowed = algorithmsOf(config);
  if (!allowed.includes(String(header.alg))) throw unsigned();
  if (config.JWKSURL) await verifyByProvider(token, String(config.JWKSURL));
  else if (config.OIDCDiscoveryURL) {
    await verifyByProvider(token, await discover(String(config.OIDCDiscoveryURL)));
  } else await verifyByKeys(token, String(header.alg), config);
  return claims;
}

function parse(token: string): { header: JWTHeaderParameters; claims: JWTPayload } {
  if (token.split('.').length !== 3) {
    throw invalid('error parsing token: go-jose/go-jose: compact JWS format must have three parts');
  }
  try {
    const header = decodeProtectedHeader(token) as JWTHeaderParameters;
    return { header, claims: decodeJwt(token) };
  } catch (error) {
    throw invalid(`error parsing token: ${(error as Error).message}`);
  }
}

function algorithmsOf(config: MethodConfig): string[] {
  const given = config.JWTSupportedAlgs;
  if (given === undefined || given === null) return DEFAULT_ALGORITHMS;
  const list = Array.isArray(given) ? given.map(String) : [String(given)];
  return list.length === 0 ? DEFAULT_ALGORITHMS : list;
}

/** Each key is tried: a token does not say whose it is. */
async function verifyByKeys(token: string, alg: string, config: MethodConfig): Promise<void> {
  const given = config.JWTValidationPubKeys;
  for (const pem of Array.isArray(given) ? given : [given]) {
    try {
      const text = String(pem);
      const isCertificate = text.includes('BEGIN CERTIFICATE');
      const key = await (isCertificate ? importX509(text, alg) : importSPKI(text, alg));
      await compactVerify(token, key, { algorithms: [alg] });
      return;
    } catch (error) {
      // Of another kind than the algorithm, or not the one that signed.
      if (!isKeyTrouble(error)) throw error;
    }
  }
  throw unsigned();
}

function isKeyTrouble(error: unknown): boolean {
  if (error instanceof errors.JOSEError || error instanceof TypeError) return true;
  return (
    error instanceof Error && /^(?:DataError|OperationError|NotSupportedError)$/.test(error.name)
  );
}

const providers = new Map<string, JWTVerifyGetKey>();

async function verifyByProvider(token: string, url: string): Promise<void> {
  let keys = providers.get(url);
  if (keys === undefined) {
    if (providers.size >= MAX_PROVIDERS) providers.delete([...providers.keys()][0]!);
    keys = createRemoteJWKSet(new URL(url), { timeoutDuration: PROVIDER_TIMEOUT_MS });
    providers.set(url, keys);
  }
  try {
    await compactVerify(token, keys);
  } catch (error) {
    const isSignature =
      error instanceof errors.JWSSignatureVerificationFailed ||
      error instanceof errors.JWKSNoMatchingKey ||
      error instanceof errors.JWKSMultipleMatchingKeys;
    if (isSignature) throw unsigned();
    throw unreachable(`fetching keys ${url}`, error);
  }
}

/** Where a provider of OpenID Connect has its keys. */
async function discover(issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PROVIDER_TIMEOUT_MS) });
    const found = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
    if (found.issuer !== issuer) {
      throw new Error(
        `oidc: issuer did not match the issuer returned by provider, expected ${JSON.stringify(issuer)} got ${JSON.stringify(found.issuer)}`,
      );
    }
    return String(found.jwks_uri);
  } catch (error) {
    throw unreachable(url, error);
  }
}

function unreachable(what: string, error: unknown): RPCError {
  return new RPCError('unavailable', `${what}: ${(error as Error).message}`);
}

function unsigned(): RPCError {
  return invalid('no known key successfully validated the token signature');
}
