/**
 * The last changes of state of each check of this host.
 *
 * Kept in memory only: it tells why a check flaps, and starts anew with the agent. It goes with its check.
 */
import type { CheckStatus } from '../../protocol/types/catalog.ts';
import type { LocalState } from './local-state.ts';

export interface CheckTransition {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** '' at the first: the check was not known before. */
  readonly from: CheckStatus | '';
  readonly to: CheckStatus;
  readonly output: string;
}

/** As many as an operator reads; outputs are bounded already, so a check costs 200 KB at the most. */
const MAX_TRANSITIONS = 50;

export class CheckHistory {
  readonly #state: LocalState;
  readonly #now: () => number;
  readonly #byCheck = new Map<string, CheckTransition[]>();
  readonly #stopListening: () => void;

  constructor(state: LocalState, now: () => number) {
    this.#state = state;
    this.#now = now;
    this.#stopListening = state.listen(({ kind, id, what }) => {
      if (kind !== 'check') return;
      if (what === 'delete') this.#byCheck.delete(id);
      else this.#note(id);
    });
  }

  /** Newest first; empty for a check that is not known. */
  transitions(checkID: string): readonly CheckTransition[] {
    return (this.#byCheck.get(checkID) ?? []).toReversed();
  }

  stop(): void {
    this.#stopListening();
  }

  #note(id: string): void {
    const check = this.#state.check(id)?.check;
    if (check === undefined) return;
    const list = this.#byCheck.get(id) ?? [];
    const from = list.at(-1)?.to ?? '';
    if (from === check.Status) return;
    list.push({ atMs: this.#now(), from, to: check.Status, output: check.Output });
    if (list.length > MAX_TRANSITIONS) list.shift();
    this.#byCheck.set(id, list);
  }
}
