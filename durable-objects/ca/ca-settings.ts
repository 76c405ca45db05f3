/** The configuration of the built-in authority, read and judged as Consul does it (agent/structs/connect_ca.go). */
import { EntryDecodeError, decodeShape } from '../../protocol/config-entries/decode.ts';
import { type Decoded, keep } from '../../protocol/config-entries/shape.ts';
import { renderDuration } from '../../protocol/duration.ts';
import { RPCError, invalid } from '../../protocol/errors.ts';

const HOUR_NS = 3_600_000_000_000;
const NS_PER_MS = 1_000_000;

const SHAPE = {
  fields: {
    LeafCertTTL: keep('duration'),
    IntermediateCertTTL: keep('duration'),
    RootCertTTL: keep('duration'),
    PrivateKeyType: keep('string'),
    PrivateKeyBits: keep('int'),
    PrivateKey: keep('string'),
    RootCert: keep('string'),
    CSRMaxPerSecond: keep('float32'),
    CSRMaxConcurrent: keep('int'),
    SkipValidate: keep('bool'),
  },
} as const;

export type CASettings = Required<Decoded<typeof SHAPE>>;

/** Durations are nanoseconds, as in what is decoded. */
const DEFAULTS: CASettings = {
  LeafCertTTL: 72 * HOUR_NS,
  IntermediateCertTTL: 8760 * HOUR_NS,
  RootCertTTL: 87_600 * HOUR_NS,
  PrivateKeyType: 'ec',
  PrivateKeyBits: 256,
  PrivateKey: '',
  RootCert: '',
  CSRMaxPerSecond: 50,
  CSRMaxConcurrent: 0,
  SkipValidate: false,
};

/** What a new datacenter's configuration says unless the agent's does. */
export const INITIAL_CONFIG = {
  IntermediateCertTTL: '8760h',
  LeafCertTTL: '72h',
  RootCertTTL: '87600h',
} as const;

const LEAF_MIN_NS = HOUR_NS;
const LEAF_MAX_NS = 8760 * HOUR_NS;
/** A leaf is renewed in the last third of its life at the latest, and what signs it has to outlive that. */
const LEAVES_PER_INTERMEDIATE = 3;
const EC_BITS = [224, 256, 384, 521];
const RSA_BITS = [2048, 4096];

export const toMs = (nanoseconds: number): number => nanoseconds / NS_PER_MS;

/** @throws RPCError invalid, in Consul's words */
export function readCASettings(config: Readonly<Record<string, unknown>> | null): CASettings {
  const settings = { ...DEFAULTS, ...decode(config ?? {}) };
  if (settings.RootCert !== '' && settings.PrivateKey === '') {
    throw refusal('must provide a private key when providing a root cert');
  }
  if (settings.SkipValidate) return settings;
  const fault = faultOfLifetimes(settings) ?? faultOfKey(settings);
  if (fault !== undefined) throw refusal(fault);
  return settings;
}

/** @param config as it is stored: it was accepted once. @throws RPCError invalid if a later version accepts it no more */
export function storedSettings(config: string): CASettings {
  return readCASettings(JSON.parse(config) as Readonly<Record<string, unknown>> | null);
}

function decode(config: Readonly<Record<string, unknown>>): Partial<CASettings> {
  try {
    return decodeShape(config, SHAPE) as Partial<CASettings>;
  } catch (error) {
    if (error instanceof EntryDecodeError) throw refusal(`error decoding config: ${error.message}`);
    throw error;
  }
}

function faultOfLifetimes(settings: CASettings): string | undefined {
  const { LeafCertTTL, IntermediateCertTTL, RootCertTTL } = settings;
  if (RootCertTTL < IntermediateCertTTL) {
    const ttls = `root cert ttl: ${render(RootCertTTL)}, intermediate cert ttl: ${render(IntermediateCertTTL)}`;
    return `root cert TTL is set and is not greater than intermediate cert ttl. ${ttls}`;
  }
  if (IntermediateCertTTL < LEAVES_PER_INTERMEDIATE * LEAF_MIN_NS) {
    return 'Intermediate Cert TTL must be greater or equal than 3h';
  }
  if (LeafCertTTL < LEAF_MIN_NS) {
    return `leaf cert TTL must be greater or equal than ${render(LEAF_MIN_NS)}`;
  }
  if (LeafCertTTL > LEAF_MAX_NS) return `leaf cert TTL must be less than ${render(LEAF_MAX_NS)}`;
  const least = LEAVES_PER_INTERMEDIATE * LeafCertTTL;
  if (IntermediateCertTTL >= least) return undefined;
  return `Intermediate Cert TTL must be greater or equal than 3 * LeafCertTTL (>=${render(least)}).`;
}

function faultOfKey({ PrivateKeyType, PrivateKeyBits }: CASettings): string | undefined {
  if (PrivateKeyType === 'ec') {
    if (EC_BITS.includes(PrivateKeyBits)) return undefined;
    return `EC key length must be one of (${EC_BITS.join(', ')}) bits`;
  }
  if (PrivateKeyType !== 'rsa') return "private key type must be either 'ec' or 'rsa'";
  return RSA_BITS.includes(PrivateKeyBits) ? undefined : 'RSA key length must be 2048 or 4096 bits';
}

const render = (nanoseconds: number): string => renderDuration(toMs(nanoseconds));

const refusal = (fault: string): RPCError => invalid(`error configuring provider: ${fault}`);
