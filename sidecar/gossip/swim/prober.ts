/** The failure detector: one member after the other is probed, one in each interval (memberlist's probe). */
import type { Clock } from '../clock.ts';
import type { SwimContext } from './context.ts';
import type { Member } from './member.ts';
import type { Membership } from './membership.ts';
import { Probe } from './probe.ts';
import type { ProbeServices } from './probe.ts';
import { Ticker } from './ticker.ts';

export class Prober {
  readonly #context: SwimContext;
  readonly #membership: Membership;
  readonly #services: ProbeServices;
  readonly #ticker: Ticker;
  #current: Probe | undefined;
  /** A tick came while the last probe, slowed down by awareness, was still running. */
  #tickWaits = false;

  constructor(context: SwimContext, membership: Membership, services: ProbeServices) {
    this.#context = context;
    this.#membership = membership;
    this.#services = services;
    const { clock, config } = context;
    this.#ticker = new Ticker(
      clock,
      () => config.probeIntervalMs,
      () => this.#tick(),
    );
  }

  start(): void {
    this.#ticker.start(this.#context.random);
  }

  stop(): void {
    this.#ticker.stop();
    this.#current?.stop();
    this.#current = undefined;
  }

  #tick(): void {
    if (this.#current !== undefined) {
      this.#tickWaits = true;
      return;
    }
    const { table, clock } = this.#context;
    const member = table.nextToProbe(this.#isDue, (one) => this.#isForgotten(one, clock));
    if (member === undefined) return;
    // If the member refutes an earlier suspicion meanwhile, this probe says nothing of its new incarnation.
    const { incarnation } = member;
    const probe = new Probe(this.#context, this.#services, member, (outcome) => {
      this.#current = undefined;
      if (outcome === 'failed') this.#suspect(member, incarnation);
      if (!this.#tickWaits) return;
      this.#tickWaits = false;
      this.#tick();
    });
    this.#current = probe;
    probe.start();
  }

  #suspect(member: Member, incarnation: number): void {
    const { local, log } = this.#context;
    const { name } = member.node;
    log?.info(`${name} does not answer and is suspected`);
    this.#membership.suspect({ incarnation, node: name, from: local.name });
  }

  readonly #isDue = (member: Member): boolean =>
    !member.isGone && member.node.name !== this.#context.local.name;

  #isForgotten(member: Member, clock: Clock): boolean {
    const goneMs = clock.now() - member.stateChangedMs;
    return member.isGone && goneMs > this.#context.config.gossipToTheDeadTimeMs;
  }
}
