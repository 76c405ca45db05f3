/** Probes that others ask for: a ping on their behalf, and the answer, or the lack of one, back to them. */
import type { Timer } from '../clock.ts';
import type { Endpoint, PeerAddress } from '../transport.ts';
import { renderIP } from '../wire/ip-address.ts';
import { MessageType } from '../wire/message-type.ts';
import { AckType, NackType, PingType } from '../wire/messages.ts';
import type { IndirectPing } from '../wire/messages.ts';
import { encodeMessage } from '../wire/msgpack/struct.ts';
import { answerAddress } from './answer-address.ts';
import { refuse } from './context.ts';
import type { SwimContext } from './context.ts';
import type { PacketSender } from './packet-sender.ts';
import type { PendingAcks } from './pending-acks.ts';

/**
 * Requests under way at once. In a pool of thousands of which a third have just failed, a node is asked about a hundred times
 * within a probe timeout; a flood must not make this node ping the world.
 */
export const MAX_RELAYED_PINGS = 1024;

const EMPTY = new Uint8Array(0);

export class IndirectPings {
  readonly #context: SwimContext;
  readonly #sender: PacketSender;
  readonly #acks: PendingAcks;
  readonly #timers = new Map<number, Timer>();

  constructor(context: SwimContext, sender: PacketSender, acks: PendingAcks) {
    this.#context = context;
    this.#sender = sender;
    this.#acks = acks;
  }

  handle(request: IndirectPing, from: Endpoint): void {
    const { allowed, clock, config, local, transport } = this.#context;
    const address = renderIP(request.target);
    if (address === undefined) return refuse(this.#context, 'malformed', 'an indirect ping', from);
    if (!allowed.allows(address)) {
      return refuse(this.#context, 'not_allowed', `a ping to ${address} on behalf`, from);
    }
    if (this.#timers.size >= MAX_RELAYED_PINGS) {
      return refuse(this.#context, 'too_busy', 'an indirect ping', from);
    }
    // Protocol 1 knows no ports: all nodes use the same.
    const port = request.port === 0 ? transport.bound.port : request.port;
    const asking = answerAddress(request, from);
    const sequence = this.#acks.register({
      onAck: () => this.#onAck(sequence, request.seqNo, asking),
    });
    const timer = clock.after(config.probeTimeoutMs, () => {
      this.#end(sequence);
      if (request.nack) this.#sender.send(asking, nack(request.seqNo));
    });
    this.#timers.set(sequence, timer);
    const ping = encodeMessage(MessageType.ping, PingType, {
      seqNo: sequence,
      node: request.node,
      sourceAddress: local.addressBytes,
      sourcePort: local.port,
      sourceNode: local.name,
    });
    this.#sender.send({ address, port, name: request.node }, ping);
  }

  stop(): void {
    for (const sequence of this.#timers.keys()) this.#end(sequence);
  }

  #onAck(sequence: number, askedSequence: number, asking: PeerAddress): void {
    this.#end(sequence);
    const ack = encodeMessage(MessageType.ack, AckType, { seqNo: askedSequence, payload: EMPTY });
    this.#sender.send(asking, ack);
  }

  #end(sequence: number): void {
    this.#timers.get(sequence)?.cancel();
    this.#timers.delete(sequence);
    this.#acks.forget(sequence);
  }
}

const nack = (seqNo: number): Uint8Array => encodeMessage(MessageType.nack, NackType, { seqNo });
