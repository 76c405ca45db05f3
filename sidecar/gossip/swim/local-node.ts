import type { NodeVersions } from '../gossip-node.ts';
import { GossipError } from '../errors.ts';
import type { Endpoint } from '../transport.ts';
import { parseIP, renderIP } from '../wire/ip-address.ts';
import { ownVersions } from './versions.ts';
import type { SwimConfig } from './config.ts';

/** The last number with which an accusation can still be refuted. */
const MAX_INCARNATION = 0xffff_ffff;

/** This node's own part of the protocol: where it is reached, and the number that only it may raise. */
export class LocalNode {
  readonly name: string;
  readonly versions: NodeVersions;
  readonly address: string;
  readonly addressBytes: Uint8Array;
  readonly port: number;
  /** Set by `leave`: from then on it does not refute its own death. */
  leaving = false;
  #incarnation = 0;

  /** @throws GossipError `invalid_address` when the address to advertise is no address, or stands for all of them */
  constructor(config: SwimConfig, bound: Endpoint) {
    const advertise = config.advertise ?? bound;
    const bytes = parseIP(advertise.address);
    if (bytes === undefined) {
      throw new GossipError(
        'invalid_address',
        `failed to parse advertise address ${JSON.stringify(advertise.address)}`,
      );
    }
    if (bytes.every((byte) => byte === 0)) {
      throw new GossipError('invalid_address', `nobody can be reached at ${advertise.address}`);
    }
    this.name = config.name;
    this.versions = ownVersions(config);
    this.address = renderIP(bytes) ?? '';
    this.addressBytes = bytes;
    this.port = advertise.port === 0 ? bound.port : advertise.port;
  }

  nextIncarnation(): number {
    this.#incarnation = Math.min(MAX_INCARNATION, this.#incarnation + 1);
    return this.#incarnation;
  }

  /** The next number that beats `accused`. */
  incarnationAbove(accused: number): number {
    this.#incarnation = Math.min(MAX_INCARNATION, Math.max(this.#incarnation, accused) + 1);
    return this.#incarnation;
  }

  /** Whether an accusation leaves no number to refute it with: nobody but an attacker gets there. */
  static isIrrefutable(incarnation: number): boolean {
    return incarnation >= MAX_INCARNATION;
  }
}
