/**
 * One probe: a ping; if it stays unanswered, the same through others and over TCP; if all fails by the end of the interval,
 * the member is suspected (SWIM, section 3.1; Lifeguard's nacks; memberlist's probeNode).
 */
import type { Timer } from '../clock.ts';
import { MessageType } from '../wire/message-type.ts';
import { IndirectPingType, PingType, SuspectType } from '../wire/messages.ts';
import type { Ping } from '../wire/messages.ts';
import { encodeMessage } from '../wire/msgpack/struct.ts';
import type { SwimContext } from './context.ts';
import type { Member, MemberNode } from './member.ts';
import type { PacketSender } from './packet-sender.ts';
import type { PendingAcks } from './pending-acks.ts';
import type { StreamClient } from './stream-client.ts';
import { NACK_VERSION, TCP_PING_VERSION } from './versions.ts';

export interface ProbeServices {
  readonly sender: PacketSender;
  readonly acks: PendingAcks;
  readonly streams: StreamClient;
}

export class Probe {
  readonly #context: SwimContext;
  readonly #services: ProbeServices;
  readonly #member: Member;
  readonly #node: MemberNode;
  readonly #done: (outcome: 'answered' | 'failed') => void;
  readonly #startMs: number;
  readonly #intervalMs: number;
  #sequence = 0;
  #timer: Timer | undefined;
  #fallback: (() => void) | undefined;
  #direct = true;
  #nacksExpected = 0;
  #nacks = 0;
  #answeredOverTCP = false;

  /** @param done called once, unless the probe is stopped before */
  constructor(
    context: SwimContext,
    services: ProbeServices,
    member: Member,
    done: (outcome: 'answered' | 'failed') => void,
  ) {
    this.#context = context;
    this.#services = services;
    this.#member = member;
    this.#node = member.node;
    this.#done = done;
    this.#startMs = context.clock.now();
    // A node that seems slow itself waits longer for all answers but the first.
    this.#intervalMs = context.awareness.scaleMs(context.config.probeIntervalMs);
  }

  start(): void {
    const { clock, config, counters } = this.#context;
    counters.probes++;
    this.#sequence = this.#services.acks.register({
      onAck: (payload, receivedAtMs) => this.#onAck(payload, receivedAtMs),
      onNack: () => {
        this.#nacks++;
      },
    });
    const sent = this.#sendPing();
    // What this host cannot even send is asked of others at once.
    const waitMs = sent ? Math.min(config.probeTimeoutMs, this.#intervalMs) : 0;
    this.#timer = clock.after(waitMs, () => this.#onDirectTimeout());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#fallback?.();
    this.#services.acks.forget(this.#sequence);
  }

  /** A suspect is told of the suspicion along with the ping, so that it can refute at once (Lifeguard's buddy system). */
  #sendPing(): boolean {
    const { sender } = this.#services;
    const { config, local } = this.#context;
    const ping = encodeMessage(MessageType.ping, PingType, this.#ping());
    if (this.#member.state === 'alive' || !config.lifeguard) return sender.send(this.#node, ping);
    const suspicion = encodeMessage(MessageType.suspect, SuspectType, {
      incarnation: this.#member.incarnation,
      node: this.#node.name,
      from: local.name,
    });
    return sender.sendTogether(this.#node, [ping, suspicion], this.#node.versions);
  }

  #ping(): Ping {
    const { local } = this.#context;
    return {
      seqNo: this.#sequence,
      node: this.#node.name,
      sourceAddress: local.addressBytes,
      sourcePort: local.port,
      sourceNode: local.name,
    };
  }

  #onAck(payload: Uint8Array, receivedAtMs: number): void {
    const { ping } = this.#context.delegates;
    // What came through others says nothing of the way to the member.
    if (this.#direct) ping?.notifyPingComplete(this.#node, receivedAtMs - this.#startMs, payload);
    this.#succeed();
  }

  #succeed(): void {
    this.stop();
    this.#context.awareness.applyDelta(-1);
    this.#done('answered');
  }

  #onDirectTimeout(): void {
    const { clock } = this.#context;
    this.#direct = false;
    this.#askOthers();
    this.#tryTCP();
    const leftMs = this.#startMs + this.#intervalMs - clock.now();
    this.#timer = clock.after(Math.max(0, leftMs), () => this.#conclude());
  }

  #askOthers(): void {
    const { table, config, local } = this.#context;
    const helpers = table.pick(
      config.indirectChecks,
      ({ state, node }) =>
        state === 'alive' && node.name !== local.name && node.name !== this.#node.name,
    );
    for (const helper of helpers) {
      const nack = config.lifeguard && helper.node.versions.protocolMax >= NACK_VERSION;
      if (nack) this.#nacksExpected++;
      const request = encodeMessage(MessageType.indirectPing, IndirectPingType, {
        ...this.#ping(),
        target: this.#node.addressBytes,
        port: this.#node.port,
        nack,
      });
      this.#services.sender.send(helper.node, request);
    }
  }

  /**
   * A member that is reached over TCP only is no failed one, but a misconfigured network. Its answer counts only at the end
   * of the interval, so that answers over UDP, which would show that all is well, have their time.
   */
  #tryTCP(): void {
    const { config, clock } = this.#context;
    const { name, versions } = this.#node;
    if (config.disableTCPPings || (config.disableTCPPingsForNode?.(name) ?? false)) return;
    if (versions.protocolMax < TCP_PING_VERSION) return;
    const leftMs = this.#startMs + this.#intervalMs - clock.now();
    if (leftMs <= 0) return;
    this.#fallback = this.#services.streams.ping(this.#node, this.#ping(), leftMs, () => {
      this.#answeredOverTCP = true;
    });
  }

  #conclude(): void {
    const { log, awareness, counters } = this.#context;
    this.stop();
    if (this.#answeredOverTCP) {
      log?.warn(`${this.#node.name} answers over TCP but not over UDP: is UDP blocked?`);
      awareness.applyDelta(-1);
      this.#done('answered');
      return;
    }
    counters.probesFailed++;
    // Helpers that do not even say "no" hint at a problem of this node, not of the member.
    const missing = this.#nacksExpected - this.#nacks;
    awareness.applyDelta(this.#nacksExpected === 0 ? 1 : Math.max(0, missing));
    this.#done('failed');
  }
}
