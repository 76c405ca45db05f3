/** Which of a token's claims a method maps, and whether they hold now (Consul: internal/go-sso/oidcauth). */
import type { JWTPayload } from 'jose';
import { invalid } from '../../protocol/errors.ts';
import type { VerifiedIdentity } from '../../durable-objects/acl/binding.ts';

export type MethodConfig = Readonly<Record<string, unknown>>;

const SECOND_MS = 1000;
const NANOS_PER_SECOND = 1e9;
const DEFAULT_LEEWAY_S = 150;
const DEFAULT_SKEW_S = 60;

/** @throws RPCError when the token is not for us, or not valid now */
export function checkClaims(claims: JWTPayload, config: MethodConfig, nowMs: number): void {
  checkTimes(claims, config, nowMs / SECOND_MS);
  const { BoundIssuer = '' } = config;
  if (BoundIssuer !== '' && claims.iss !== BoundIssuer) {
    throw notValid('invalid issuer claim (iss)');
  }
  const bound = listOf(config.BoundAudiences);
  const audiences = listOf(claims.aud);
  if (bound.length > 0 && !audiences.some((audience) => bound.includes(audience))) {
    throw invalid('error validating claims: aud claim does not match any bound audience');
  }
  if (bound.length === 0 && audiences.length > 0) {
    throw invalid(
      'error validating claims: audience claim found in JWT but no audiences are bound',
    );
  }
}

/** What is missing of the times is filled in from the others, as in Consul. */
function checkTimes(claims: JWTPayload, config: MethodConfig, now: number): void {
  const { iat = 0, nbf = 0, exp = 0 } = claims;
  if (iat === 0 && nbf === 0 && exp === 0) {
    throw invalid(
      'error validating claims: no issue time, notBefore, or expiration time encoded in token',
    );
  }
  const expires =
    exp === 0 ? Math.max(iat, nbf) + leeway(config.ExpirationLeeway, DEFAULT_LEEWAY_S) : exp;
  const begins =
    nbf !== 0 ? nbf : iat !== 0 ? iat : expires - leeway(config.NotBeforeLeeway, DEFAULT_LEEWAY_S);
  const skew = leeway(config.ClockSkewLeeway, DEFAULT_SKEW_S);
  if (now < begins - skew) throw notValid('token not valid yet (nbf)');
  if (now > expires + skew) throw notValid('token is expired (exp)');
  if (iat !== 0 && now < iat - skew) throw notValid('token issued in the future (iat)');
}

/** Go durations of a configuration are nanoseconds; 0 is the default, a negative one none. */
function leeway(given: unknown, initialSeconds: number): number {
  const nanos = Number(given ?? 0);
  if (nanos === 0) return initialSeconds;
  return nanos < 0 ? 0 : nanos / NANOS_PER_SECOND;
}

function notValid(why: string): Error {
  return invalid(`error validating claims: go-jose/go-jose/jwt: validation failed, ${why}`);
}

/** @throws RPCError for a claim of a kind that cannot be mapped */
export function mapClaims(claims: JWTPayload, config: MethodConfig): VerifiedIdentity {
  const value: Record<string, string> = {};
  const variables: Record<string, string> = {};
  for (const [claim, name] of mappingsOf(config.ClaimMappings)) {
    const found = claimAt(claims, claim);
    // What the token does not say has no value to select by, and is empty in a name.
    if (found === undefined || found === null) variables[`value.${name}`] = '';
    else variables[`value.${name}`] = value[name] = textOf(found, claim);
  }
  const list: Record<string, string[]> = {};
  for (const [claim, name] of mappingsOf(config.ListClaimMappings)) {
    const found = claimAt(claims, claim) ?? [];
    list[name] = (Array.isArray(found) ? found : [found]).map((item) => textOf(item, claim));
  }
  return { variables, selectable: { value, list } };
}

function mappingsOf(given: unknown): [claim: string, name: string][] {
  return Object.entries((given ?? {}) as Record<string, string>);
}

/** A name, or with a leading slash a JSON pointer (RFC 6901). */
function claimAt(claims: JWTPayload, claim: string): unknown {
  if (!claim.startsWith('/')) return claims[claim];
  return claim
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (found, part) =>
        typeof found === 'object' && found !== null && Object.hasOwn(found, part)
          ? (found as Record<string, unknown>)[part]
          : undefined,
      claims,
    );
}

function textOf(value: unknown, claim: string): string {
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value);
  throw invalid(`error converting claim '${claim}' to string from unknown type`);
}

function listOf(given: unknown): string[] {
  if (given === undefined || given === null) return [];
  return Array.isArray(given) ? given.map(String) : [String(given)];
}
