import { describe, expect, it } from 'vitest';
import { readCASettings } from './ca-settings.ts';

const NS_PER_HOUR = 3_600_000_000_000;

describe('readCASettings', () => {
  it('has defaults', () => {
    expect(readCASettings(null)).toMatchObject({
      LeafCertTTL: 72 * NS_PER_HOUR,
      PrivateKeyType: 'ec',
      PrivateKeyBits: 256,
      CSRMaxPerSecond: 50,
    });
  });

  it.each([
    [{ LeafCertTTL: '5h' }, { LeafCertTTL: 5 * NS_PER_HOUR }],
    [{ leafcertttl: '5h' }, { LeafCertTTL: 5 * NS_PER_HOUR }],
    [{ LeafCertTTL: NS_PER_HOUR }, { LeafCertTTL: NS_PER_HOUR }],
    [{ LeafCertTTL: null }, { LeafCertTTL: 72 * NS_PER_HOUR }],
    [{ PrivateKeyBits: '384' }, { PrivateKeyBits: 384 }],
    [{ PrivateKeyBits: 256.7 }, { PrivateKeyBits: 256 }],
    [{ CSRMaxPerSecond: '20' }, { CSRMaxPerSecond: 20 }],
    [{ SkipValidate: true, LeafCertTTL: '1s' }, { LeafCertTTL: 1e9 }],
    [{ RotationPeriod: '2160h' }, {}],
    [{ RootCertTTL: '8760h' }, { RootCertTTL: 8760 * NS_PER_HOUR }],
  ])('%j is taken', (config, settings) => {
    expect(readCASettings(config)).toMatchObject(settings);
  });

  // What Consul 1.21 answered to each.
  it.each([
    [{ LeafCertTTL: 72 }, 'leaf cert TTL must be greater or equal than 1h0m0s'],
    [{ LeafCertTTL: '59m59s' }, 'leaf cert TTL must be greater or equal than 1h0m0s'],
    [{ LeafCertTTL: '9000h' }, 'leaf cert TTL must be less than 8760h0m0s'],
    [
      { LeafCertTTL: '8760h' },
      'Intermediate Cert TTL must be greater or equal than 3 * LeafCertTTL (>=26280h0m0s).',
    ],
    [
      { LeafCertTTL: '72h', IntermediateCertTTL: '100h' },
      'Intermediate Cert TTL must be greater or equal than 3 * LeafCertTTL (>=216h0m0s).',
    ],
    [{ IntermediateCertTTL: '1h' }, 'Intermediate Cert TTL must be greater or equal than 3h'],
    [
      { RootCertTTL: '100h' },
      'root cert TTL is set and is not greater than intermediate cert ttl. root cert ttl: 100h0m0s, intermediate cert ttl: 8760h0m0s',
    ],
    [
      { RootCertTTL: '1h', IntermediateCertTTL: '2h' },
      'root cert TTL is set and is not greater than intermediate cert ttl. root cert ttl: 1h0m0s, intermediate cert ttl: 2h0m0s',
    ],
    [
      { LeafCertTTL: '1m', PrivateKeyType: 'z' },
      'leaf cert TTL must be greater or equal than 1h0m0s',
    ],
    [{ PrivateKeyType: 'EC' }, "private key type must be either 'ec' or 'rsa'"],
    [{ PrivateKeyType: '' }, "private key type must be either 'ec' or 'rsa'"],
    [{ PrivateKeyType: 5 }, "private key type must be either 'ec' or 'rsa'"],
    [{ PrivateKeyBits: 0 }, 'EC key length must be one of (224, 256, 384, 521) bits'],
    [{ PrivateKeyType: 'rsa' }, 'RSA key length must be 2048 or 4096 bits'],
    [{ RootCert: 'x' }, 'must provide a private key when providing a root cert'],
    [
      { LeafCertTTL: 'x' },
      'error decoding config: 1 error(s) decoding:\n\n* error decoding \'LeafCertTTL\': time: invalid duration "x"',
    ],
    [
      { CSRMaxPerSecond: 'x' },
      'error decoding config: 1 error(s) decoding:\n\n* cannot parse \'CSRMaxPerSecond\' as float: strconv.ParseFloat: parsing "x": invalid syntax',
    ],
    [
      { SkipValidate: 'maybe' },
      'error decoding config: 1 error(s) decoding:\n\n* cannot parse \'SkipValidate\' as bool: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
  ])('%j is refused', (config, message) => {
    expect(() => readCASettings(config)).toThrow(`error configuring provider: ${message}`);
  });
});
