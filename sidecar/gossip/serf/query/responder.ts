import type { Clock } from '../../clock.ts';
import { GossipError } from '../../errors.ts';
import type { Random } from '../../random.ts';
import type { PeerAddress } from '../../transport.ts';
import { parseIP } from '../../wire/ip-address.ts';
import type { Member } from '../member.ts';
import { encodeQueryResponse } from '../messages/query.ts';
import type { QueryResponseMessage } from '../messages/query.ts';
import { encodeRelay } from '../messages/relay.ts';

/** Members understand relays from this memberlist protocol version on. */
const RELAY_PROTOCOL_VERSION = 5;

export interface ResponderOptions {
  readonly name: string;
  readonly responseSizeLimit: number;
  readonly random: Random;
  readonly clock: Clock;
  readonly members: () => readonly Member[];
  /** @throws GossipError `send_failed` */
  readonly send: (to: PeerAddress, message: Uint8Array) => void;
}

/** Sends answers to whom asked. */
export class Responder {
  readonly #options: ResponderOptions;

  constructor(options: ResponderOptions) {
    this.#options = options;
  }

  get nodeName(): string {
    return this.#options.name;
  }

  nowMs(): number {
    return this.#options.clock.now();
  }

  encode(response: QueryResponseMessage): Uint8Array {
    return encodeQueryResponse(response);
  }

  fits(message: Uint8Array): boolean {
    return message.length <= this.#options.responseSizeLimit;
  }

  /**
   * Sends an encoded response, and a copy through each of `relayFactor` others.
   *
   * @throws GossipError `too_large`, `send_failed`
   */
  respond(to: PeerAddress, message: Uint8Array, relayFactor: number): void {
    if (!this.fits(message)) throw this.#tooLarge('response');
    this.#options.send(to, message);
    if (relayFactor > 0) this.#relay(to, message, relayFactor);
  }

  #relay(to: PeerAddress, message: Uint8Array, relayFactor: number): void {
    const members = this.#options.members();
    // In a pool this small every relay would be the asker or this node.
    if (members.length < relayFactor + 1) return;
    const ip = parseIP(to.address) ?? new Uint8Array(0);
    const relay = encodeRelay({ ip, port: to.port, name: to.name, message });
    if (!this.fits(relay)) throw this.#tooLarge('relayed response');
    for (const member of this.#draw(relayFactor, members)) this.#options.send(member, relay);
  }

  #draw(count: number, members: readonly Member[]): Member[] {
    const candidates = members.filter(
      ({ name, status, versions }) =>
        status === 'alive' &&
        versions.protocolMax >= RELAY_PROTOCOL_VERSION &&
        name !== this.#options.name,
    );
    const drawn: Member[] = [];
    while (drawn.length < count && candidates.length > 0) {
      drawn.push(...candidates.splice(this.#options.random.below(candidates.length), 1));
    }
    return drawn;
  }

  #tooLarge(what: string): GossipError {
    const limit = this.#options.responseSizeLimit;
    return new GossipError('too_large', `${what} exceeds limit of ${limit} bytes`);
  }
}
