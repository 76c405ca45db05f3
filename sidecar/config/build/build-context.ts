import { parseDuration } from '../../../protocol/duration.ts';
import type { ConfigHost } from '../config-host.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { RawConfig } from '../keys/agent-keys.ts';
import type { Origin } from '../problem.ts';

/**
 * What the builders share: the merged configuration, and how to complain about one of its keys.
 *
 * Each builder makes one group of the AgentConfig and checks it. A builder that finds a problem
 * still returns something of the right type: the result is thrown away, but the other builders get
 * to say what they find.
 */
export class BuildContext {
  readonly raw: RawConfig;
  readonly dev: boolean;
  readonly cwd: string;
  readonly host: ConfigHost;
  readonly diagnostics: Diagnostics;

  constructor(
    raw: RawConfig,
    dev: boolean,
    cwd: string,
    host: ConfigHost,
    diagnostics: Diagnostics,
  ) {
    this.raw = raw;
    this.dev = dev;
    this.cwd = cwd;
    this.host = host;
    this.diagnostics = diagnostics;
  }

  /** A problem with the value of `key` (dotted), at the place that set it. */
  fail(key: string, message: string, hint?: string): void {
    this.diagnostics.problem(this.originOf(key), key, message, hint);
  }

  warn(message: string): void {
    this.diagnostics.warn(message);
  }

  originOf(key: string): Origin {
    const segments = key.split('.');
    const last = segments.pop()!;
    let table: unknown = this.raw;
    for (const segment of segments) {
      table = (table as Record<string, unknown> | undefined)?.[segment];
    }
    return this.diagnostics.originOf(table as object | undefined, last);
  }

  /** Milliseconds of a duration that the decoder has already checked, or of the default. */
  ms(text: string | undefined, defaultText = '0s'): number {
    return parseDuration(text ?? defaultText)!;
  }

  /** One of a few words; any other is a problem and gives the default. */
  oneOf<Word extends string>(
    key: string,
    value: string | undefined,
    words: readonly Word[],
    defaultWord: Word,
    message: (value: string) => string,
  ): Word {
    if (value === undefined) return defaultWord;
    const word = words.find((candidate) => candidate === value);
    if (word === undefined)
      this.fail(key, message(value), `one of ${words.filter((each) => each !== '').join(', ')}`);
    return word ?? defaultWord;
  }
}
