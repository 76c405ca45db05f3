/** Takes packets apart and hands each message to whom it concerns (memberlist's ingestPacket and handleCommand). */
import type { Refusal } from '../counters.ts';
import type { Endpoint } from '../transport.ts';
import { renderIP } from '../wire/ip-address.ts';
import { MAX_PACKET_BYTES } from '../wire/limits.ts';
import { MessageType } from '../wire/message-type.ts';
import {
  AckType,
  AliveType,
  DeadType,
  IndirectPingType,
  NackType,
  PingType,
  SuspectType,
} from '../wire/messages.ts';
import type { Alive, Ping } from '../wire/messages.ts';
import { decodeValue, encodeMessage } from '../wire/msgpack/struct.ts';
import type { WireType } from '../wire/msgpack/wire-type.ts';
import { openPacket } from '../wire/packet.ts';
import { Unpacker } from '../wire/unpack.ts';
import { answerAddress } from './answer-address.ts';
import { refuse } from './context.ts';
import type { SwimContext } from './context.ts';
import type { IndirectPings } from './indirect-pings.ts';
import type { Membership } from './membership.ts';
import type { PacketSender } from './packet-sender.ts';
import type { PendingAcks } from './pending-acks.ts';

export interface ReceiverServices {
  readonly membership: Membership;
  readonly sender: PacketSender;
  readonly acks: PendingAcks;
  readonly indirectPings: IndirectPings;
}

const EMPTY = new Uint8Array(0);
const NOWHERE: Endpoint = { address: '', port: 0 };

export class PacketReceiver {
  readonly #context: SwimContext;
  readonly #services: ReceiverServices;
  readonly #unpacker: Unpacker;
  // Of the packet that is taken apart at the moment.
  #from: Endpoint = NOWHERE;
  #receivedAtMs = 0;

  constructor(context: SwimContext, services: ReceiverServices) {
    this.#context = context;
    this.#services = services;
    this.#unpacker = new Unpacker({
      onMessage: (type, body) => this.#onMessage(type, body),
      onRefused: (reason) => this.#refuse(reason, 'a message'),
    });
  }

  receive(packet: Uint8Array, from: Endpoint, receivedAtMs: number): void {
    const { counters, security } = this.#context;
    counters.packetsReceived++;
    counters.packetBytesReceived += packet.length;
    this.#from = from;
    this.#receivedAtMs = receivedAtMs;
    if (packet.length > MAX_PACKET_BYTES) return this.#refuse('too_large', 'a packet');
    const message = openPacket(packet, security);
    if (typeof message === 'string') this.#refuse(message, 'a packet');
    else this.#unpacker.unpack(message);
  }

  #onMessage(type: number, body: Uint8Array): void {
    const { membership, acks, indirectPings } = this.#services;
    switch (type) {
      case MessageType.ping:
        return this.#with(PingType, body, (ping) => this.#onPing(ping));
      case MessageType.indirectPing:
        return this.#with(IndirectPingType, body, (ping) => indirectPings.handle(ping, this.#from));
      case MessageType.ack:
        return this.#with(AckType, body, ({ seqNo, payload }) =>
          acks.acknowledge(seqNo, payload, this.#receivedAtMs),
        );
      case MessageType.nack:
        return this.#with(NackType, body, ({ seqNo }) => acks.refuse(seqNo));
      case MessageType.suspect:
        return this.#with(SuspectType, body, (suspect) => membership.suspect(suspect));
      case MessageType.alive:
        return this.#with(AliveType, body, (alive) => this.#onAlive(alive));
      case MessageType.dead:
        return this.#with(DeadType, body, (dead) => membership.dead(dead));
      case MessageType.user:
        return this.#context.delegates.delegate?.notifyMsg(body);
      default:
        this.#refuse('unknown_type', `a message of type ${type}`);
    }
  }

  #with<T extends object>(type: WireType<T>, body: Uint8Array, handle: (value: T) => void): void {
    const value = decodeValue(type, body);
    if (typeof value === 'string') this.#refuse(value, 'a message');
    else handle(value);
  }

  #onPing(ping: Ping): void {
    const { local, delegates, allowed } = this.#context;
    if (ping.node !== '' && ping.node !== local.name) {
      return this.#refuse('unexpected_node', `a ping for ${ping.node}`);
    }
    const asking = answerAddress(ping, this.#from);
    // Else anybody could have this node send to any address.
    if (!allowed.allows(asking.address)) return this.#refuse('not_allowed', 'a ping');
    const payload = delegates.ping?.ackPayload() ?? EMPTY;
    const ack = encodeMessage(MessageType.ack, AckType, { seqNo: ping.seqNo, payload });
    this.#services.sender.send(asking, ack);
  }

  #onAlive(alive: Alive): void {
    const { allowed, transport } = this.#context;
    if (allowed.restricts) {
      const claimed = renderIP(alive.address) ?? '';
      if (!allowed.allows(this.#from.address) || !allowed.allows(claimed)) {
        return this.#refuse('not_allowed', `an alive message about ${alive.node}`);
      }
    }
    // Protocol 1 sends no ports: all nodes use the same.
    const port = alive.port === 0 ? transport.bound.port : alive.port;
    this.#services.membership.alive(port === alive.port ? alive : { ...alive, port });
  }

  #refuse(reason: Refusal, what: string): void {
    refuse(this.#context, reason, what, this.#from);
  }
}
