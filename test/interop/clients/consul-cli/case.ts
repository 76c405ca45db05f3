/** One command line that is played by the real `consul` and by ours. */

/**
 * How much of the answer has to be equal after masking. `text` is all of it, `where` the exit code and which of the
 * streams was written to.
 */
export type Compared = 'text' | 'where';

export interface CommandCase {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly compared?: Compared;
  /** Sorts the lines of stdout: where Consul's order is that of a Go map. */
  readonly sorted?: boolean;
  /** Ends the command by SIGINT after so long, for those that have no end of their own. */
  readonly interruptMs?: number;
  /** Cuts what is compared out of stdout. */
  readonly only?: (stdout: string) => string;
}

export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
