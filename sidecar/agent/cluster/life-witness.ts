/**
 * Answers the datacenter when it doubts that a node lives: its link is down, and members of the pool are asked whether they can
 * reach it.
 *
 * The question is an answer that every agent watches (`liveness.status`), so nothing travels while nobody is in doubt; three
 * agents are chosen for each node (`reporters.ts`). One that is no living member to this agent gets no word from it: what
 * gossip says of failures is reported elsewhere, and a host behind NAT fails in the eyes of all members.
 */
import { type Answer, type ServerRPC, directCall } from '../../../http-api/server-rpc.ts';
import type { NodeReport } from '../../../protocol/methods.ts';
import type { LivenessStatus, MassFailureBrake } from '../../../protocol/types/liveness.ts';
import type { Member } from '../../gossip/serf/member.ts';
import { isReporterOf } from '../host/reporters.ts';
import { pause } from '../../../http-api/pause.ts';

export interface LifeWitnessOptions {
  readonly nodeName: string;
  readonly rpc: ServerRPC;
  /** The agent's own token. */
  readonly token: () => string;
  /** Of the LAN pool; none where gossip is off. */
  readonly members: () => readonly Member[];
  /** Rejects when no answer comes within the pool's probe timeout. */
  readonly ping: (member: Member) => Promise<unknown>;
  readonly log: { warn(text: string): void; info(text: string): void };
}

/** One lost packet is no silence: three in a row on a network that loses a tenth are one in a thousand. */
const PINGS = 3;
/** Each new wait is a question to a datacenter that may be asleep; a link that was lost is noticed by its keepalive. */
const WATCH_WAIT_MS = 24 * 3_600_000;
/** After a failure: the link comes back by itself, an older datacenter does not know the question. */
const RETRY_MS = 5_000;

export class LifeWitness {
  readonly #options: LifeWitnessOptions;
  readonly #stopped = new AbortController();
  /** Nodes that are being pinged. */
  readonly #busy = new Set<string>();
  #brake: MassFailureBrake | null = null;

  constructor(options: LifeWitnessOptions) {
    this.#options = options;
  }

  /** As the datacenter told last; null where none is configured, or before it told. */
  get brake(): MassFailureBrake | null {
    return this.#brake;
  }

  start(): void {
    void this.#follow();
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #follow(): Promise<void> {
    const { rpc, token } = this.#options;
    const { signal } = this.#stopped;
    let index = 0;
    while (!signal.aborted) {
      try {
        const options = directCall(token());
        const wait = [index, WATCH_WAIT_MS, signal] as const;
        const answer: Answer = await rpc.watch('liveness.status', {}, options, ...wait);
        if (signal.aborted) return;
        if (answer.index !== index) this.#receive(JSON.parse(answer.body) as LivenessStatus);
        index = answer.index;
      } catch {
        // Asked again with the next link: what is in doubt then stands in its first answer.
        await pause(RETRY_MS, signal);
        index = 0;
      }
    }
  }

  #receive({ Doubted, Brake }: LivenessStatus): void {
    this.#noteBrake(Brake);
    const { members, nodeName } = this.#options;
    if (Doubted.length === 0) return;
    const all = members();
    for (const name of Doubted) {
      // That it can say so over its link is what is asked.
      if (name.toLowerCase() === nodeName.toLowerCase()) void this.#say(name, 'linked');
      const member = all.find((each) => each.name.toLowerCase() === name.toLowerCase());
      if (member?.status !== 'alive' || member.name === nodeName) continue;
      if (this.#busy.has(member.name) || !isReporterOf(nodeName, member.name, all)) continue;
      void this.#testify(member);
    }
  }

  async #testify(member: Member): Promise<void> {
    this.#busy.add(member.name);
    const isAnswered = await this.#answersPing(member);
    this.#busy.delete(member.name);
    if (this.#stopped.signal.aborted) return;
    if (!isAnswered) this.#options.log.info(`${member.name} has no link and answers no ping`);
    await this.#say(member.name, isAnswered ? 'alive' : 'unreachable');
  }

  async #say(node: string, status: NodeReport): Promise<void> {
    const { rpc, token, log } = this.#options;
    try {
      await rpc.call('node.report', { node, status }, directCall(token()));
    } catch (error) {
      // Two others answer for a member as well; for oneself, a link that fails is the answer.
      log.warn(`cannot tell the datacenter that ${node} is ${status}: ${(error as Error).message}`);
    }
  }

  async #answersPing(member: Member): Promise<boolean> {
    for (let attempt = 0; attempt < PINGS; attempt++) {
      const isAnswered = await this.#options.ping(member).then(
        () => true,
        () => false,
      );
      if (isAnswered || this.#stopped.signal.aborted) return isAnswered;
    }
    return false;
  }

  #noteBrake(brake: MassFailureBrake | null): void {
    const before = this.#brake?.Engaged === true;
    this.#brake = brake;
    if (brake?.Engaged && !before) {
      const share = `${Math.round(brake.Share * 100)} %`;
      this.#options.log.warn(
        `brake on mass failures engaged: more than ${share} of all nodes failed within ${brake.WindowMs / 1000} s; held: ${brake.Held.join(', ')} (lictor operator liveness status)`,
      );
    }
    if (before && !brake?.Engaged) this.#options.log.info('brake on mass failures released');
  }
}
