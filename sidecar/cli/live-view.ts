/**
 * A text that is shown again whenever it changes: on a terminal in the place of the one before, elsewhere below it after an
 * empty line.
 */
import type { CommandIO } from './command-io.ts';
import { canRedraw } from './terminal.ts';

const ESCAPE = '\u001b[';
const CLEAR_BELOW = `${ESCAPE}J`;
/** A terminal that does not say how wide or high it is. */
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

type Output = CommandIO['stdout'] & { readonly columns?: number; readonly rows?: number };

export class LiveView {
  readonly #output: Output;
  readonly #redraws: boolean;
  #shown: string | undefined;

  constructor(io: Pick<CommandIO, 'stdout' | 'env'>) {
    this.#output = io.stdout;
    this.#redraws = canRedraw(io.stdout, io);
  }

  /** Does nothing when it is what is shown already. */
  show(text: string): void {
    if (text === this.#shown) return;
    const before = this.#shown;
    this.#shown = text;
    if (before === undefined) this.#output.write(`${this.#fit(text)}\n`);
    else if (this.#redraws) this.#output.write(`${this.#backTo(before)}${this.#fit(text)}\n`);
    else this.#output.write(`\n${text}\n`);
  }

  /** To the first line of what was shown: as many rows up as it takes, wrapped lines counted. */
  #backTo(text: string): string {
    const columns = this.#output.columns || DEFAULT_COLUMNS;
    const rows = this.#fit(text)
      .split('\n')
      .reduce((sum, line) => sum + Math.max(1, Math.ceil(visibleLength(line) / columns)), 0);
    return `${ESCAPE}${rows}A\r${CLEAR_BELOW}`;
  }

  /** What scrolled away cannot be written over: a longer text is cut, with a word about the rest. */
  #fit(text: string): string {
    if (!this.#redraws) return text;
    const lines = text.split('\n');
    const room = (this.#output.rows || DEFAULT_ROWS) - 2;
    if (lines.length <= room) return text;
    return [...lines.slice(0, room - 1), `... ${lines.length - room + 1} more`].join('\n');
  }
}

function visibleLength(line: string): number {
  const [first = '', ...coloured] = line.split(ESCAPE);
  // A colour ends with its "m"; what follows is seen.
  return coloured.reduce((sum, part) => sum + part.length - part.indexOf('m') - 1, first.length);
}
