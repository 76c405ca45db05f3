/** Rules on keys, and a model of what they come to that looks at every rule for every question. */
import fc from 'fast-check';
import type { Level } from '../acl/levels.ts';

export interface KeyRule {
  readonly isPrefix: boolean;
  readonly name: string;
  readonly level: Level;
}

/** Names of few letters, so that rules meet. */
export function keyRules(maxNameLength: number): fc.Arbitrary<KeyRule> {
  return fc.record({
    isPrefix: fc.boolean(),
    name: fc.stringMatching(new RegExp(`^[ab/]{0,${maxNameLength}}$`)),
    level: fc.constantFrom<Level>('deny', 'read', 'list', 'write'),
  });
}

export function renderKeyRule({ isPrefix, name, level }: KeyRule): string {
  return `key${isPrefix ? '_prefix' : ''} "${name}" { policy = "${level}" }`;
}

/** From the weakest to the strongest; of the first three each includes those before it. */
export const RANK: readonly Level[] = ['read', 'list', 'write', 'deny'];

/** The level that holds for a key, if any: an exact rule before the longest prefix, and of equal ones the stronger. */
export function levelOf(rules: readonly KeyRule[], name: string): Level | undefined {
  const matching = rules
    .filter((one) => (one.isPrefix ? name.startsWith(one.name) : name === one.name))
    .toSorted(
      (a, b) =>
        Number(a.isPrefix) - Number(b.isPrefix) ||
        b.name.length - a.name.length ||
        RANK.indexOf(b.level) - RANK.indexOf(a.level),
    );
  return matching[0]?.level;
}
