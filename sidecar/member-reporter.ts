/**
 * Tells the datacenter what gossip says of members: that one failed, left, was forgotten, or lives.
 *
 * Every agent hears it, and a thousand need not all say it: for each member three agents are chosen, the same by everybody's
 * reckoning (rendezvous hashing), so that it is said even if two of them die as well. Saying it twice changes nothing.
 */
import { createHash } from 'node:crypto';
import type { NodeReport } from '../protocol/methods.ts';
import type { MemberEvent, SerfEvent } from './gossip/serf/events.ts';
import type { Member } from './gossip/serf/member.ts';
import { LICTOR_TAG } from './member-tags.ts';

export interface MemberReporterOptions {
  readonly nodeName: string;
  readonly members: () => readonly Member[];
  /** Rejects while the link is down. */
  readonly report: (node: string, status: NodeReport) => Promise<void>;
  readonly log: { info(text: string): void; warn(text: string): void };
}

const REPORTERS = 3;
/** The link may be down for a moment, as when the control plane restarts. */
const RETRY_MS = 2000;
const STATUSES: Readonly<Partial<Record<MemberEvent['kind'], NodeReport>>> = {
  'member-join': 'alive',
  'member-failed': 'failed',
  'member-leave': 'left',
  'member-reap': 'left',
};

export class MemberReporter {
  readonly #options: MemberReporterOptions;
  /** The last word on each member that has not been said yet. */
  readonly #pending = new Map<string, NodeReport>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: MemberReporterOptions) {
    this.#options = options;
  }

  /** Of the LAN pool. */
  readonly handle = (event: SerfEvent): void => {
    if (event.kind === 'user' || event.kind === 'query') return;
    const status = STATUSES[event.kind];
    if (status === undefined) return;
    for (const member of event.members) {
      if (member.name === this.#options.nodeName) continue;
      if (!this.#isReporterOf(member.name)) continue;
      this.#pending.set(member.name, status);
    }
    void this.#send();
  };

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #send(): Promise<void> {
    clearTimeout(this.#timer);
    for (const [node, status] of this.#pending) {
      try {
        await this.#options.report(node, status);
        // A later word may have come while this one was said.
        if (this.#pending.get(node) === status) this.#pending.delete(node);
      } catch (error) {
        if (this.#stopped) return;
        this.#options.log.warn(`cannot report ${node} as ${status}: ${(error as Error).message}`);
        this.#timer = setTimeout(() => void this.#send(), RETRY_MS);
        return;
      }
    }
  }

  #isReporterOf(node: string): boolean {
    const { members, nodeName } = this.#options;
    const candidates = members()
      .filter(({ status, tags, name }) => status === 'alive' && tags[LICTOR_TAG] && name !== node)
      .map(({ name }) => ({ name, weight: weightOf(name, node) }))
      .toSorted((a, b) => (a.weight < b.weight ? 1 : -1));
    return candidates.slice(0, REPORTERS).some(({ name }) => name === nodeName);
  }
}

const weightOf = (reporter: string, node: string): string =>
  createHash('sha256').update(`${reporter}\n${node}`).digest('hex');
