import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuthMethodError, checkAuthMethod } from './auth-method-rules.ts';

const spki = { type: 'spki', format: 'pem' } as const;
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export(spki);
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export(spki);
const ed = generateKeyPairSync('ed25519').publicKey.export(spki);
const x25519 = generateKeyPairSync('x25519').publicKey.export(spki);
const keys = { JWTValidationPubKeys: [ec] };

describe('auth methods', () => {
  it.each<[string, object]>([
    ['jwt', { JWTValidationPubKeys: [ec, rsa, ed] }],
    ['jwt', { jwtvalidationpubkeys: [], JWTValidationPubKeys: ec, JWTSupportedAlgs: 'ES256' }],
    ['jwt', { JWKSURL: 'https://issuer.test/keys' }],
    ['jwt', { OIDCDiscoveryURL: 'https://issuer.test', BoundAudiences: ['a'], BoundIssuer: 'i' }],
    ['jwt', { ...keys, ClaimMappings: { a: 'b c' }, ClockSkewLeeway: '5', ExpirationLeeway: -1 }],
  ])('%s: %o', (type, config) => {
    expect(() => checkAuthMethod(type, config as Record<string, unknown>)).not.toThrow();
  });

  it.each<[string, object, string]>([
    ['telepathy', {}, 'Type should be one of: [aws-iam jwt kubernetes]'],
    ['oidc', {}, 'Type should be one of'],
    ['constructor', {}, 'Type should be one of'],
    ['aws-iam', {}, 'aws auth is left out of this build'],
    ['jwt', {}, 'exactly one of'],
    ['jwt', { ...keys, JWKSURL: 'https://issuer.test' }, 'exactly one of'],
    ['jwt', { JWTValidationPubKeys: [ec, 'nonsense'] }, 'JWTValidationPubKeys[1]'],
    ['jwt', { JWTValidationPubKeys: [x25519] }, 'JWTValidationPubKeys[0]'],
    ['jwt', { JWKSURL: 'nowhere' }, 'error checking JWKSURL'],
    ['jwt', { ...keys, Colour: 'red' }, "'' has invalid keys: Colour"],
    ['jwt', { ...keys, OIDCClientID: 'x' }, "'' has invalid keys: OIDCClientID"],
    ['jwt', { ...keys, JWTSupportedAlgs: ['XX9'] }, 'Invalid supported algorithm: XX9'],
    ['jwt', { ...keys, JWTSupportedAlgs: ['HS256'] }, 'Invalid supported algorithm: HS256'],
    ['jwt', { ...keys, ClaimMappings: { a: 'x', b: 'x' } }, 'multiple mappings for key "x"'],
    ['jwt', { ...keys, ListClaimMappings: { a: 'x', b: 'x' } }, 'ListClaimMappings contains'],
    ['jwt', { ...keys, ClockSkewLeeway: '5s' }, "'ClockSkewLeeway'"],
    ['jwt', { ...keys, JWKSCACert: 'x' }, "should not be set unless 'JWKSURL' is set"],
    ['kubernetes', {}, 'Config.Host is required'],
    ['kubernetes', { Host: 'h' }, 'Config.CACert is required'],
    ['kubernetes', { Host: 'h', CACert: 'x' }, 'error parsing kubernetes ca cert'],
  ])('%s: %o is refused', (type, config, fault) => {
    expect(() => checkAuthMethod(type, config as Record<string, unknown>)).toThrow(fault);
  });

  it('of whatever is sent are accepted or refused', () => {
    const names = fc.constantFrom(
      'JWTValidationPubKeys',
      'ClaimMappings',
      'JWKSURL',
      'Host',
      'CACert',
      'x',
    );
    fc.assert(
      fc.property(
        fc.constantFrom('jwt', 'kubernetes'),
        fc.dictionary(names, fc.jsonValue()),
        (type, config) => {
          try {
            checkAuthMethod(type, config);
          } catch (error) {
            expect(error).toBeInstanceOf(AuthMethodError);
          }
        },
      ),
    );
  });
});
