/** What the resolver found, before it is shuffled, cut to size and encoded (assemble.ts). */
import type { ResourceRecord } from '../wire/record.ts';
import type { ResponseCode } from '../wire/codes.ts';

/** Records that come and go together: those of one instance. `answer` is never empty. */
export interface AnswerGroup {
  readonly answer: readonly ResourceRecord[];
  readonly additional: readonly ResourceRecord[];
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
 */
export function randomSelection<T>(items: readonly T[], count: number): T[] {
  const pool = [...items];
  const take = Math.min(count, pool.length);
  for (let index = 0; index < take; index++) {
    const other = index + Math.floor(Math.random() * (pool.length - index));
    [pool[index], pool[other]] = [pool[other]!, pool[index]!];
  }
  pool.length = take;
  return pool;
}
