/**
 * Tells the datacenter what gossip says of members: that one failed, left, was forgotten, or lives.
 *
 * Three agents say it of each member (`reporters.ts`). Saying it twice changes nothing. Of itself an agent says only that
 * nobody watches it: a host that is alone in its pool is seen to fail by its keepalives alone.
 */
import type { NodeReport } from '../../../protocol/methods.ts';
import type { MemberEvent, SerfEvent } from '../../gossip/serf/events.ts';
import type { Member } from '../../gossip/serf/member.ts';
import { LICTOR_TAG } from './member-tags.ts';
import { isReporterOf } from '../host/reporters.ts';

export interface MemberReporterOptions {
  readonly nodeName: string;
  readonly members: () => readonly Member[];
  /** Rejects while the link is down. */
  readonly report: (node: string, status: NodeReport) => Promise<void>;
  /** The datacenter's object runs on this very host: if that dies nobody is left to hear of it. */
  readonly hostsDatacenter: boolean;
  readonly log: { info(text: string): void; warn(text: string): void };
}

/** An agent that has just started has not joined yet. */
const ALONE_FOR_MS = 10_000;

/** The link may be down for a moment, as when the control plane restarts. */
const FIRST_RETRY_MS = 2000;
/** What is refused (a token without the right, a datacenter of another version) is refused for as long as nobody mends it. */
const MAX_RETRY_MS = 300_000;
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
  #aloneTimer: NodeJS.Timeout | undefined;
  #saysUnwatched = false;
  #isSending = false;
  #stopped = false;
  #retryMs = FIRST_RETRY_MS;
  /** Why the last round failed, so that the same is not said again and again. */
  #trouble = '';

  constructor(options: MemberReporterOptions) {
    this.#options = options;
  }

  /** Of the LAN pool. */
  readonly handle = (event: SerfEvent): void => {
    if (event.kind === 'user' || event.kind === 'query') return;
    const status = STATUSES[event.kind];
    if (status === undefined) return;
    const { nodeName, members } = this.#options;
    for (const member of event.members) {
      if (member.name === nodeName) continue;
      if (!isReporterOf(nodeName, member.name, members())) continue;
      this.#pending.set(member.name, status);
      // A new word has not been refused yet.
      this.#retryMs = FIRST_RETRY_MS;
    }
    this.#judgeSelf();
    void this.#send();
  };

  /** The datacenter may never have heard that nobody watches this host. */
  linkConnected(): void {
    this.#saysUnwatched = false;
    this.#retryMs = FIRST_RETRY_MS;
    this.#judgeSelf();
    void this.#send();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#aloneTimer);
  }

  #judgeSelf(): void {
    clearTimeout(this.#aloneTimer);
    const { hostsDatacenter, nodeName } = this.#options;
    if (hostsDatacenter || this.#isAlone() === this.#saysUnwatched) return;
    if (this.#saysUnwatched) return this.#saySelf(nodeName, 'alive');
    this.#aloneTimer = setTimeout(() => this.#saySelf(nodeName, 'unwatched'), ALONE_FOR_MS);
  }

  #saySelf(nodeName: string, status: 'alive' | 'unwatched'): void {
    this.#saysUnwatched = status === 'unwatched';
    this.#pending.set(nodeName, status);
    void this.#send();
  }

  /** Only agents tell what they see. */
  #isAlone(): boolean {
    const { members, nodeName } = this.#options;
    return !members().some(
      ({ name, status, tags }) => status === 'alive' && tags[LICTOR_TAG] && name !== nodeName,
    );
  }

  /** One at a time: what is added meanwhile goes with it. One that is refused keeps no other from being said. */
  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    clearTimeout(this.#timer);
    let trouble = '';
    let hasLaterWord = false;
    for (const [node, status] of this.#pending) {
      if (this.#stopped) break;
      try {
        await this.#options.report(node, status);
        // A later word may have come while this one was said.
        if (this.#pending.get(node) === status) this.#pending.delete(node);
        else hasLaterWord = true;
      } catch (error) {
        trouble = `cannot report ${node} as ${status}: ${(error as Error).message}`;
      }
    }
    this.#isSending = false;
    if (hasLaterWord) await this.#send();
    else this.#arm(trouble);
  }

  #arm(trouble: string): void {
    if (this.#stopped || this.#pending.size === 0) {
      this.#retryMs = FIRST_RETRY_MS;
      this.#trouble = '';
      return;
    }
    const waitMs = this.#retryMs;
    if (trouble !== this.#trouble) {
      this.#options.log.warn(`${trouble}; trying again in ${waitMs / 1000} s, then more seldom`);
    }
    this.#trouble = trouble;
    this.#timer = setTimeout(() => void this.#send(), waitMs);
    this.#retryMs = Math.min(waitMs * 2, MAX_RETRY_MS);
  }
}
