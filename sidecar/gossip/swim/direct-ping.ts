import { GossipError } from '../errors.ts';
import type { PeerAddress } from '../transport.ts';
import { MessageType } from '../wire/message-type.ts';
import { PingType } from '../wire/messages.ts';
import { encodeMessage } from '../wire/msgpack/struct.ts';
import type { SwimContext } from './context.ts';
import type { PacketSender } from './packet-sender.ts';
import type { PendingAcks } from './pending-acks.ts';
import { Waiters } from './waiters.ts';

/** A ping that somebody asks for, beside the failure detector: it blames nobody. */
export class DirectPing {
  readonly #context: SwimContext;
  readonly #sender: PacketSender;
  readonly #acks: PendingAcks;
  readonly #waiters: Waiters;

  constructor(context: SwimContext, sender: PacketSender, acks: PendingAcks) {
    this.#context = context;
    this.#sender = sender;
    this.#acks = acks;
    this.#waiters = new Waiters(context.clock);
  }

  /** @returns the round trip in milliseconds; rejects with GossipError `no_ping_response` */
  async send(to: PeerAddress): Promise<number> {
    const { clock, config, local } = this.#context;
    const startMs = clock.now();
    let seqNo = 0;
    const rttMs = await this.#waiters.wait<number | undefined>(
      config.probeTimeoutMs,
      undefined,
      (settle) => {
        seqNo = this.#acks.register({
          onAck: (_payload, receivedAtMs) => settle(receivedAtMs - startMs),
        });
        const ping = {
          seqNo,
          node: to.name,
          sourceAddress: local.addressBytes,
          sourcePort: local.port,
          sourceNode: local.name,
        };
        this.#sender.send(to, encodeMessage(MessageType.ping, PingType, ping));
      },
    );
    this.#acks.forget(seqNo);
    if (rttMs === undefined) {
      throw new GossipError('no_ping_response', `No response from node ${to.name}`);
    }
    return rttMs;
  }

  stop(): void {
    this.#waiters.stop();
  }
}
