/** Sends packets, and lets waiting broadcasts travel with them (memberlist's sendMsg and rawSendMsgPacket). */
import { GossipError } from '../errors.ts';
import type { NodeVersions } from '../gossip-node.ts';
import type { PeerAddress } from '../transport.ts';
import { COMPOUND_HEADER_BYTES, COMPOUND_PART_BYTES, encodeCompounds } from '../wire/compound.ts';
import { encryptionOverhead } from '../wire/encryption.ts';
import { MessageType } from '../wire/message-type.ts';
import { sealPacket } from '../wire/packet.ts';
import type { SwimContext } from './context.ts';
import { CRC_VERSION } from './versions.ts';

/** The type byte before a user message. */
const USER_OVERHEAD_BYTES = 1;

const NOTHING: readonly Uint8Array[] = Object.freeze([]);

export class PacketSender {
  readonly #context: SwimContext;

  constructor(context: SwimContext) {
    this.#context = context;
  }

  /** With whatever broadcasts fit beside it. @returns whether it could be sent at all */
  send(to: PeerAddress, message: Uint8Array): boolean {
    const broadcasts = this.takeBroadcasts(message.length);
    const messages = broadcasts.length === 0 ? [message] : [message, ...broadcasts];
    return this.sendTogether(to, messages, undefined);
  }

  /** @param versions of the receiver, if known: it gets a CRC when it understands one */
  sendTogether(
    to: PeerAddress,
    messages: readonly Uint8Array[],
    versions: NodeVersions | undefined,
  ): boolean {
    try {
      if (messages.length === 1) this.sendOne(to, messages[0] as Uint8Array, versions);
      else for (const compound of encodeCompounds(messages)) this.sendOne(to, compound, versions);
      return true;
    } catch (error) {
      if (!(error instanceof GossipError)) throw error;
      this.#context.log?.error(`failed to send to ${to.address}:${to.port}: ${error.message}`);
      return false;
    }
  }

  /** @throws GossipError `send_failed` */
  sendOne(to: PeerAddress, message: Uint8Array, versions: NodeVersions | undefined): void {
    const { config, security, transport, counters } = this.#context;
    if (config.requireNodeNames && to.name === '') {
      throw new GossipError('send_failed', 'node names are required, and none was given');
    }
    const withCRC = versions !== undefined && versions.protocolMax >= CRC_VERSION;
    const packet = sealPacket(message, security, { compress: config.compression, withCRC });
    transport.sendPacket(to, packet);
    counters.packetsSent++;
    counters.packetBytesSent += packet.length;
  }

  /** Broadcasts for one packet, memberlist's own first. @param usedBytes what stands in the packet already */
  takeBroadcasts(usedBytes: number): readonly Uint8Array[] {
    const { broadcasts, delegates } = this.#context;
    const { delegate } = delegates;
    if (broadcasts.length === 0 && delegate === undefined) return NOTHING;
    const limit = this.#freeBytes() - usedBytes;
    const own = broadcasts.getBroadcasts(COMPOUND_PART_BYTES, limit);
    if (delegate === undefined) return own;
    let left = limit;
    for (const message of own) left -= message.length + COMPOUND_PART_BYTES;
    const overhead = COMPOUND_PART_BYTES + USER_OVERHEAD_BYTES;
    if (left <= overhead) return own;
    const users = delegate.getBroadcasts(overhead, left);
    return users.length === 0 ? own : [...own, ...users.map(userMessage)];
  }

  #freeBytes(): number {
    const { config, security } = this.#context;
    const encrypted = security.verifyOutgoing && security.keys().length > 0;
    return (
      config.packetBytes -
      COMPOUND_HEADER_BYTES -
      security.labelHeader.length -
      (encrypted ? encryptionOverhead(security.encryptionVersion) : 0)
    );
  }
}

/** A delegate's message as it travels in a packet. */
export function userMessage(message: Uint8Array): Uint8Array {
  const framed = Buffer.allocUnsafe(USER_OVERHEAD_BYTES + message.length);
  framed[0] = MessageType.user;
  framed.set(message, USER_OVERHEAD_BYTES);
  return framed;
}
