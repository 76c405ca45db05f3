import { SignJWT, exportSPKI, generateKeyPair } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkClaims, mapClaims } from './claims.ts';
import { verifySignature } from './verify-jwt.ts';

const NOW_MS = 1_800_000_000_000;
const NOW = NOW_MS / 1000;

describe('claims', () => {
  const config = { BoundIssuer: 'issuer', BoundAudiences: ['us', 'them'] };
  const claims = { iss: 'issuer', aud: 'us', exp: NOW + 60 };

  it.each<[object, object, string | null]>([
    [claims, config, null],
    [{ ...claims, aud: ['others', 'them'] }, config, null],
    [{ ...claims, aud: 'others' }, config, 'aud claim does not match any bound audience'],
    [{ ...claims, aud: undefined }, config, 'aud claim does not match any bound audience'],
    [claims, { BoundIssuer: 'issuer' }, 'no audiences are bound'],
    [{ exp: NOW + 60 }, {}, null],
    [{ ...claims, iss: 'evil' }, config, 'invalid issuer claim (iss)'],
    [{}, {}, 'no issue time, notBefore, or expiration time'],
    // A minute of skew unless configured; times that are missing follow from the others.
    [{ exp: NOW - 59 }, {}, null],
    [{ exp: NOW - 61 }, {}, 'token is expired (exp)'],
    [{ exp: NOW - 1 }, { ClockSkewLeeway: -1 }, 'token is expired (exp)'],
    [{ exp: NOW - 9 }, { ClockSkewLeeway: 10e9 }, null],
    [{ exp: NOW + 600, nbf: NOW + 59 }, {}, null],
    [{ exp: NOW + 600, nbf: NOW + 61 }, {}, 'token not valid yet (nbf)'],
    [{ iat: NOW - 209 }, {}, null],
    [{ iat: NOW - 211 }, {}, 'token is expired (exp)'],
    [{ exp: NOW + 211 }, {}, 'token not valid yet (nbf)'],
    [{ iat: NOW + 61, nbf: NOW - 10, exp: NOW + 600 }, {}, 'issued in the future (iat)'],
  ])('%j with %j: %j', (given, method, fault) => {
    const check = () => checkClaims(given as never, method as never, NOW_MS);
    if (fault === null) expect(check).not.toThrow();
    else expect(check).toThrow(fault);
  });

  it('are mapped by name or by pointer', () => {
    const config_ = {
      ClaimMappings: { sub: 'user', '/org/te~1am': 'team', n: 'number', absent: 'absent' },
      ListClaimMappings: { groups: 'groups', '/org/one': 'one', none: 'none' },
    };
    const given = { sub: 'someone', org: { 'te/am': 'red', one: 'x' }, n: 5, groups: ['a', 'b'] };
    expect(mapClaims(given as never, config_)).toEqual({
      variables: {
        'value.user': 'someone',
        'value.team': 'red',
        'value.number': '5',
        'value.absent': '',
      },
      selectable: {
        value: { user: 'someone', team: 'red', number: '5' },
        list: { groups: ['a', 'b'], one: ['x'], none: [] },
      },
    });
    expect(() => mapClaims({ sub: { a: 1 } } as never, config_)).toThrow("claim 'sub'");
    expect(() =>
      mapClaims({ constructor: 'x' } as never, { ClaimMappings: { '/constructor/name': 'x' } }),
    ).not.toThrow();
  });
});

describe('signatures', () => {
  let keys: Awaited<ReturnType<typeof generateKeyPair>>;
  let others: typeof keys;
  let config: { JWTValidationPubKeys: string[]; JWTSupportedAlgs: string[] };
  const sign = (key: typeof keys.privateKey, alg = 'ES256') =>
    new SignJWT({ sub: 'someone' }).setProtectedHeader({ alg }).sign(key);

  beforeAll(async () => {
    keys = await generateKeyPair('ES256', { extractable: true });
    others = await generateKeyPair('ES256', { extractable: true });
    const rsa = await generateKeyPair('RS256', { extractable: true });
    config = {
      JWTValidationPubKeys: [await exportSPKI(rsa.publicKey), await exportSPKI(keys.publicKey)],
      JWTSupportedAlgs: ['ES256', 'RS256'],
    };
  });

  it('hold when any of the keys made them', async () => {
    expect(await verifySignature(await sign(keys.privateKey), config)).toEqual({ sub: 'someone' });
  });

  it.each<[string, () => Promise<string> | string, string]>([
    ['a stranger', () => sign(others.privateKey), 'no known key'],
    ['nobody', () => `${btoa('{"alg":"none"}')}.${btoa('{}')}.`, 'no known key'],
    [
      'a key taken for a secret',
      () => `${btoa('{"alg":"HS256"}')}.${btoa('{}')}.AAAA`,
      'no known key',
    ],
    ['two parts', () => 'a.b', 'must have three parts'],
    ['no JSON', () => 'a.b.c', 'error parsing token'],
    ['nothing', () => '', 'missing jwt'],
  ])('of %s do not', async (_who, make, fault) => {
    await expect(verifySignature(await make(), config)).rejects.toThrow(fault);
  });

  it('do not when the method does not take their algorithm', async () => {
    const narrow = { ...config, JWTSupportedAlgs: ['RS256'] };
    await expect(verifySignature(await sign(keys.privateKey), narrow)).rejects.toThrow(
      'no known key',
    );
  });
});
