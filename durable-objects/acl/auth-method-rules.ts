/** What the configuration of an auth method may say (Consul: agent/consul/authmethod/). Whether a host in it can be reached is seen at a login. */
import { decodeBase64, isBase64 } from '../../http-api/base64.ts';

/** The text is what a client is shown. */
export class AuthMethodError extends Error {
  override readonly name = 'AuthMethodError';
}

type Config = Record<string, unknown>;
type Shape = 'string' | 'strings' | 'string-map' | 'int' | 'bool';
type Shapes = Readonly<Record<string, Shape>>;

const JWT: Shapes = {
  JWTValidationPubKeys: 'strings',
  JWKSURL: 'string',
  JWKSCACert: 'string',
  OIDCDiscoveryURL: 'string',
  OIDCDiscoveryCACert: 'string',
  JWTSupportedAlgs: 'strings',
  BoundAudiences: 'strings',
  BoundIssuer: 'string',
  ClaimMappings: 'string-map',
  ListClaimMappings: 'string-map',
  ExpirationLeeway: 'int',
  NotBeforeLeeway: 'int',
  ClockSkewLeeway: 'int',
};
const KUBERNETES: Shapes = {
  Host: 'string',
  CACert: 'string',
  ServiceAccountJWT: 'string',
  MapNamespaces: 'bool',
  ConsulNamespacePrefix: 'string',
  ConsulNamespaceOverrides: 'string-map',
};

const CHECKS: Readonly<Record<string, (config: Config) => void>> = {
  jwt: checkJWT,
  kubernetes: checkKubernetes,
  'aws-iam': () => fail('aws auth is left out of this build'),
};

/** Consul's community edition knows no `oidc` type: its `jwt` reads the keys of OIDC providers. @throws AuthMethodError */
export function checkAuthMethod(type: string, config: Config): void {
  const check = Object.hasOwn(CHECKS, type) ? CHECKS[type] : undefined;
  if (check === undefined) fail('Type should be one of: [aws-iam jwt kubernetes]');
  check(config);
}

const ALGORITHMS: ReadonlySet<string> = new Set([
  'RS256',
  'RS384',
  'RS512',
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'EdDSA',
]);

function checkJWT(config: Config): void {
  checkShapes(config, JWT);
  const keys = stringsOf(config, 'JWTValidationPubKeys');
  const sources = [keys.length > 0, Boolean(config.JWKSURL), Boolean(config.OIDCDiscoveryURL)];
  if (sources.filter(Boolean).length !== 1) {
    fail(
      `exactly one of 'JWTValidationPubKeys', 'JWKSURL', or 'OIDCDiscoveryURL' must be set for type "jwt"`,
    );
  }
  for (const [cert, url] of [
    ['JWKSCACert', 'JWKSURL'],
    ['OIDCDiscoveryCACert', 'OIDCDiscoveryURL'],
  ] as const) {
    if (config[cert] && !config[url]) fail(`'${cert}' should not be set unless '${url}' is set`);
    if (config[cert])
      fail(`'${cert}' is not supported: the certificate has to be publicly trusted`);
    if (config[url] && !URL.canParse(String(config[url]))) fail(`error checking ${url}: not a URL`);
  }
  for (const [index, key] of keys.entries()) {
    if (isPublicKey(key)) continue;
    fail(
      `error parsing public key JWTValidationPubKeys[${index}]: data does not contain any valid RSA, ECDSA, or ED25519 public keys`,
    );
  }
  for (const algorithm of stringsOf(config, 'JWTSupportedAlgs')) {
    if (!ALGORITHMS.has(algorithm)) fail(`Invalid supported algorithm: ${algorithm}`);
  }
  for (const field of ['ClaimMappings', 'ListClaimMappings']) checkMappings(config, field);
}

function checkMappings(config: Config, field: string): void {
  const targets = Object.values((config[field] ?? {}) as Record<string, string>);
  const twice = targets.find((target, at) => targets.indexOf(target) !== at);
  if (twice !== undefined) {
    fail(`${field} contains multiple mappings for key ${JSON.stringify(twice)}`);
  }
}

function checkKubernetes(config: Config): void {
  checkShapes(config, KUBERNETES);
  if (!config.Host) fail('Config.Host is required');
  if (!config.CACert) fail('Config.CACert is required');
  if (!isPEM(String(config.CACert), 'CERTIFICATE')) {
    fail(
      'error parsing kubernetes ca cert: data does not contain any valid RSA or ECDSA certificates',
    );
  }
  if (!config.ServiceAccountJWT) fail('Config.ServiceAccountJWT is required');
}

function checkShapes(config: Config, shapes: Shapes): void {
  const unknown = Object.keys(config).filter((key) => nameOf(key, shapes) === undefined);
  if (unknown.length > 0) {
    fail(
      `error decoding config: 1 error(s) decoding:\n\n* '' has invalid keys: ${unknown.toSorted().join(', ')}`,
    );
  }
  for (const [key, value] of Object.entries(config)) {
    const shape = shapes[nameOf(key, shapes)!]!;
    if (value !== null && !FITS[shape](value)) {
      fail(`error decoding config: 1 error(s) decoding:\n\n* '${key}' expected type ${shape}`);
    }
  }
}

/** Keys match whatever their case. */
function nameOf(key: string, shapes: Shapes): string | undefined {
  return Object.keys(shapes).find((name) => name.toLowerCase() === key.toLowerCase());
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isScalar = (value: unknown): boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

/** A single text stands for a list of one. */
const FITS: Readonly<Record<Shape, (value: unknown) => boolean>> = {
  string: isScalar,
  strings: (value) => isText(value) || (Array.isArray(value) && value.every(isText)),
  'string-map': (value) =>
    typeof value === 'object' &&
    !Array.isArray(value) &&
    Object.values(value as object).every(isScalar),
  int: (value) => /^-?\d+$/.test(String(value)),
  bool: (value) => /^(?:true|false|0|1)$/.test(String(value)),
};

export function stringsOf(config: Config, key: string): string[] {
  const value = config[key] ?? [];
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

/** Of the OIDs that stand in every such key: rsaEncryption, ecPublicKey, Ed25519. */
const KEY_OIDS: readonly (readonly number[])[] = [
  [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01],
  [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01],
  [0x2b, 0x65, 0x70],
];

function isPublicKey(text: string): boolean {
  const der = pemBytes(text, 'PUBLIC KEY') ?? pemBytes(text, 'CERTIFICATE');
  return der !== undefined && KEY_OIDS.some((oid) => holds(der, oid));
}

function isPEM(text: string, label: string): boolean {
  return pemBytes(text, label) !== undefined;
}

const SEQUENCE = 0x30;

function pemBytes(text: string, label: string): Uint8Array | undefined {
  const found = new RegExp(`-----BEGIN ${label}-----([\\s\\S]*?)-----END ${label}-----`).exec(text);
  const base64 = found?.[1]?.replaceAll(/\s/g, '');
  if (!base64 || !isBase64(base64)) return undefined;
  const bytes = decodeBase64(base64);
  return bytes[0] === SEQUENCE ? bytes : undefined;
}

function holds(bytes: Uint8Array, part: readonly number[]): boolean {
  return bytes.some((_, at) => part.every((byte, offset) => bytes[at + offset] === byte));
}

function fail(text: string): never {
  throw new AuthMethodError(text);
}
