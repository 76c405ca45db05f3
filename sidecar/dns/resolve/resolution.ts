/** What the resolver found, before it is shuffled, cut to size and encoded (assemble.ts). */
import type { ResourceRecord } from '../wire/record.ts';
import type { ResponseCode } from '../wire/codes.ts';

/** Records that come and go together: those of one instance. `answer` is never empty. */
export interface AnswerGroup {
  readonly answer: readonly ResourceRecord[];
  readonly additional: readonly ResourceRecord[];
}

/** Groups that are made when they are looked at, or an array of them. */
export interface GroupList {
  readonly length: number;
  at(index: number): AnswerGroup | undefined;
}

export interface Resolution {
  readonly code: ResponseCode;
  readonly groups: readonly AnswerGroup[];
  /** Whether each answer puts the groups in a new random order, which is how clients are spread over instances. */
  readonly shuffled: boolean;
  /** Groups in one answer at most; Infinity for no limit. */
  readonly maxGroups: number;
  readonly authority: readonly ResourceRecord[];
  /** Additional records that belong to no group. */
  readonly additional: readonly ResourceRecord[];
  /** Whether the answer depends on who asks (prepared queries), which EDNS client subnet must be told. */
  readonly perClient: boolean;
  /** A reverse name that nobody in the catalog has: a recursor may know it. */
  readonly isReverseMiss: boolean;
}

const EMPTY: Resolution = {
  code: 0,
  groups: [],
  shuffled: false,
  maxGroups: Number.POSITIVE_INFINITY,
  authority: [],
  additional: [],
  perClient: false,
  isReverseMiss: false,
};

/** A resolution of fixed order from the given parts. */
export function resolution(parts: Partial<Resolution>): Resolution {
  return { ...EMPTY, ...parts };
}

/** One fixed answer. */
export function singleAnswer(
  answer: readonly ResourceRecord[],
  additional: readonly ResourceRecord[] = [],
): Resolution {
  return answer.length === 0
    ? resolution({ additional })
    : resolution({ groups: [{ answer, additional }] });
}

/**
 * Fisher-Yates, stopped after `count` places: the first `count` of the result are a uniform random choice in random
 * order, as Consul shuffles instances. Weights are for the SRV client to apply, not for the order.
 *
 * Only what is chosen is looked at: three of a thousand instances cost no more than three of ten.
 */
export function randomSelection<T>(
  items: { readonly length: number; at(index: number): T | undefined },
  count: number,
): T[] {
  const take = Math.min(count, items.length);
  /** Which item stands at a place, for the places where it is not its own. */
  const moved = new Map<number, number>();
  const chosen: T[] = [];
  for (let index = 0; index < take; index++) {
    const other = index + Math.floor(Math.random() * (items.length - index));
    chosen.push(items.at(moved.get(other) ?? other)!);
    moved.set(other, moved.get(index) ?? index);
  }
  return chosen;
}
