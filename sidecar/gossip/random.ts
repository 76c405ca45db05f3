/** Chance as gossip sees it: injected, so that a simulation's seed decides it. Never used for keys and nonces. */
export interface Random {
  /** A whole number from 0 up to, not including, `bound`; 0 when `bound` is 0. */
  below(bound: number): number;
  /** From 0 up to, not including, 1. */
  unit(): number;
}

export const systemRandom: Random = {
  below: (bound) => Math.floor(Math.random() * bound),
  unit: () => Math.random(),
};

/** Fisher-Yates, in place. */
export function shuffle<T>(list: T[], random: Random): void {
  for (let last = list.length - 1; last > 0; last--) {
    const chosen = random.below(last + 1);
    const kept = list[last] as T;
    list[last] = list[chosen] as T;
    list[chosen] = kept;
  }
}
