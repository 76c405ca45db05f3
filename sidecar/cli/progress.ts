/** How far long work has come, for somebody who looks on: nothing is written where no terminal is. */
import type { CommandIO } from './command-io.ts';
import { renderBytes } from './output.ts';
import { canRedraw } from './terminal.ts';

/** People see no more than that, and a terminal far away is slow. */
const REDRAW_MS = 200;
const CLEAR_LINE = '\r\u001b[K';

export interface ProgressOptions {
  /** What is being done: "Saving". */
  readonly what: string;
  /** 0 when that is not known. */
  readonly total?: number;
  /** How an amount reads; bytes unless given. */
  readonly render?: (amount: number) => string;
}

export class Progress {
  readonly #stderr: CommandIO['stderr'];
  readonly #isShown: boolean;
  readonly #options: ProgressOptions;
  #done = 0;
  #drawnAt = 0;

  constructor(io: Pick<CommandIO, 'stderr' | 'env'>, options: ProgressOptions) {
    this.#stderr = io.stderr;
    this.#isShown = canRedraw(io.stderr, io);
    this.#options = options;
  }

  /** Passes chunks on and counts their bytes. */
  async *follow<Chunk extends Uint8Array>(source: AsyncIterable<Chunk>): AsyncGenerator<Chunk> {
    for await (const chunk of source) {
      this.set(this.#done + chunk.length);
      yield chunk;
    }
  }

  /** @param done so far, in all */
  set(done: number): void {
    this.#done = done;
    if (!this.#isShown || Date.now() - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = Date.now();
    this.#stderr.write(`${CLEAR_LINE}${this.#options.what} ${this.#describe()}`);
  }

  /** Takes the line away, so that an ordinary one can follow. It may go on afterwards. */
  clear(): void {
    if (this.#drawnAt > 0) this.#stderr.write(CLEAR_LINE);
    this.#drawnAt = 0;
  }

  #describe(): string {
    const { total = 0, render = renderBytes } = this.#options;
    if (total === 0) return render(this.#done);
    const percent = Math.floor((100 * this.#done) / total);
    return `${render(this.#done)} of ${render(total)} (${percent}%)`;
  }
}
