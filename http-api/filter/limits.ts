/** Bounds on what one filter may cost. Consul has none of them; its own defaults for two are never applied. */

/** Longest expression, in UTF-16 units. Request lines are shorter; this protects callers that are not HTTP. */
export const MAX_EXPRESSION_LENGTH = 64 * 1024;

/** Deepest nesting of parentheses and `not`. The parser recurses once for each, so this bounds its stack. */
export const MAX_NESTING_DEPTH = 128;

/** Most comparisons in one expression: generated lists of a few hundred names are real, ten thousand are not. */
export const MAX_MATCHES = 1024;

/** Longest pattern of `matches`, in UTF-16 units. */
export const MAX_PATTERN_LENGTH = 4096;

/** Go refuses the same: a count above this in `{n,m}`, also as the product of nested counts. */
export const MAX_REPEAT_COUNT = 1000;

/** Deepest nesting of groups in a pattern. Go takes 1,000; this keeps recursion within a Worker's stack. */
export const MAX_PATTERN_DEPTH = 250;

/** Most instructions of a compiled pattern: `[a-z]{1000}` fits, five of them in a row do not. */
export const MAX_PATTERN_INSTRUCTIONS = 4096;

/**
 * What `matches` may cost, in automaton steps (a few nanoseconds each). Every value brings an allowance, enough for a
 * pattern of a dozen live states on a check's 4 KB of output; what a value needs beyond it comes out of a reserve, which
 * unused allowance refills. So a hostile pattern costs a large listing about as much as an honest one.
 */
export const MATCH_STEPS_PER_VALUE = 50_000;
export const MATCH_STEP_RESERVE = 20_000_000;

/**
 * Steps of finding the groups of one match, dearer ones than those of a test: a DNS name against the largest program,
 * or a third of a second.
 */
export const MAX_SUBMATCH_STEPS = 1_000_000;
