/** What the papers say, to put beside what is measured. */

/**
 * SWIM, section 3.1: with one random target a period, the first non-faulty member to ping the failed one does so after this
 * many periods on average; e / (e - 1), about 1.58, for large pools. Round-robin probing makes it no later than this.
 */
export function expectedFirstProbePeriods(members: number): number {
  const missed = (1 - 1 / members) ** (members - 1);
  return 1 / (1 - missed);
}

/**
 * SWIM, section 4.1 (after Bailey's epidemics): how many gossip rounds until all but a fraction of one member is infected,
 * each infected one telling `fanOut` random others a round. Mean-field, without loss and retransmit limits.
 */
export function expectedDisseminationRounds(members: number, fanOut: number): number {
  let infected = 1;
  let rounds = 0;
  while (members - infected > 0.5) {
    infected += (members - infected) * (1 - (1 - 1 / (members - 1)) ** (fanOut * infected));
    rounds++;
  }
  return rounds;
}

/** Lifeguard's abstract (first version): false positives fall by more than this factor across the cases that were tested. */
export const LIFEGUARD_IMPROVEMENT = 50;

/** What the project promises. */
export const PROMISED_IMPROVEMENT = 20;
