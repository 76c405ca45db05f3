import type { Position } from '../../protocol/hcl/value-tree.ts';

/**
 * Where a value was written: a file with line and column, a flag, an environment variable, a
 * default.
 */
export interface Origin {
  /**
   * A file's path as the user gave it, `flag -http-port`, `environment LICTOR_EDGE_URL`, `default`.
   */
  readonly source: string;
  /** Present for files and `-hcl` fragments. */
  readonly position?: Position;
}

/** One reason why an agent must not start with this configuration. */
export interface ConfigProblem {
  readonly origin: Origin;
  /**
   * Dotted, as Consul writes it: `ports.http`, `services[0].check.interval`; empty for a whole
   * file.
   */
  readonly key: string;
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

/**
 * `agent.hcl:3:5: ports.http: expected a whole number, found the string "eighty" (write it without
 * quotes)`
 */
export function renderProblem({ origin, key, message, hint }: ConfigProblem): string {
  const place = origin.position
    ? `${origin.source}:${origin.position.line}:${origin.position.column}`
    : origin.source;
  const parts = [place, key, message].filter((part) => part !== '');
  return parts.join(': ') + (hint === undefined ? '' : ` (${hint})`);
}

/** The configuration does not hold. Carries every problem found, not only the first. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(renderProblem).join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
