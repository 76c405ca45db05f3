/**
 * A name for what a caller overrode, so that proxies can tell its chain from that of others.
 *
 * It is Consul's own (the hash that mitchellh/hashstructure makes of a structure, in hex, eight digits of it), because Consul's
 * clients compare it.
 */
import type { Overrides } from './compile.ts';

/** Which overrides made a difference. */
export interface Customized {
  readonly protocol: boolean;
  readonly meshGateway: boolean;
  readonly connectTimeout: boolean;
}

export function customizationHash(overrides: Overrides, customized: Customized): string {
  if (!customized.protocol && !customized.meshGateway && !customized.connectTimeout) return '';
  const mode = customized.meshGateway ? overrides.meshGatewayMode : '';
  const protocol = customized.protocol ? overrides.protocol : '';
  const timeoutNs = customized.connectTimeout ? overrides.connectTimeoutNs : 0;
  const hash = hashStruct('', {
    OverrideMeshGateway: hashStruct('MeshGatewayConfig', { Mode: hashText(mode) }),
    OverrideProtocol: hashText(protocol),
    OverrideConnectTimeout: fnv1(littleEndian(BigInt(timeoutNs))),
  });
  return hash.toString(16).slice(0, HASH_DIGITS);
}

const HASH_DIGITS = 8;
const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/** Of a structure without tags: its type's name, and its fields in no order. */
function hashStruct(type: string, fields: Readonly<Record<string, bigint>>): bigint {
  let hash = hashText(type);
  for (const [name, value] of Object.entries(fields)) {
    hash ^= fnv1([...littleEndian(hashText(name)), ...littleEndian(value)]);
  }
  return hash;
}

const hashText = (text: string): bigint => fnv1(new TextEncoder().encode(text));

/** 64 bits of FNV-1, which multiplies first. */
function fnv1(bytes: Iterable<number>): bigint {
  let hash = OFFSET_BASIS;
  for (const byte of bytes) hash = BigInt.asUintN(64, hash * PRIME) ^ BigInt(byte);
  return hash;
}

function littleEndian(value: bigint): number[] {
  return Array.from({ length: 8 }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn));
}
