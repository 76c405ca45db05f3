/** Spreads what is queued to a few random nodes, again and again (memberlist's gossip). */
import type { SwimContext } from './context.ts';
import type { Member } from './member.ts';
import type { PacketSender } from './packet-sender.ts';
import { Ticker } from './ticker.ts';

export class Gossiper {
  readonly #context: SwimContext;
  readonly #sender: PacketSender;
  readonly #ticker: Ticker;

  constructor(context: SwimContext, sender: PacketSender) {
    this.#context = context;
    this.#sender = sender;
    const { clock, config } = context;
    this.#ticker = new Ticker(
      clock,
      () => config.gossipIntervalMs,
      () => this.#gossip(),
    );
  }

  start(): void {
    this.#ticker.start(this.#context.random);
  }

  stop(): void {
    this.#ticker.stop();
  }

  #gossip(): void {
    const { broadcasts, delegates, table, config } = this.#context;
    if (broadcasts.length === 0 && delegates.delegate === undefined) return;
    for (const { node } of table.pick(config.gossipNodes, this.#isListening)) {
      const messages = this.#sender.takeBroadcasts(0);
      if (messages.length === 0) return;
      this.#sender.sendTogether(node, messages, node.versions);
    }
  }

  /** The dead are told for a while: they may be alive and have to learn that they must refute. */
  readonly #isListening = ({ node, state, stateChangedMs }: Member): boolean => {
    const { local, clock, config } = this.#context;
    if (node.name === local.name || state === 'left') return false;
    return state !== 'dead' || clock.now() - stateChangedMs <= config.gossipToTheDeadTimeMs;
  };
}
