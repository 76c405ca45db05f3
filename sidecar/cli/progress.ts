/** How far long work has come, for somebody who looks on: nothing is written where no terminal is. */
import type { CommandIO } from './command-io.ts';
import { renderBytes } from './output.ts';

/** People see no more than that, and a terminal far away is slow. */
const REDRAW_MS = 200;
const CLEAR_LINE = '\r\u001b[K';

export class Progress {
  readonly #stderr: CommandIO['stderr'];
  readonly #what: string;
  readonly #totalBytes: number;
  #bytes = 0;
  #drawnAt = 0;

  /** @param totalBytes 0 when that is not known */
  constructor({ stderr }: Pick<CommandIO, 'stderr'>, what: string, totalBytes = 0) {
    this.#stderr = stderr;
    this.#what = what;
    this.#totalBytes = totalBytes;
  }

  /** Passes chunks on and counts them. */
  async *follow<Chunk extends Uint8Array>(source: AsyncIterable<Chunk>): AsyncGenerator<Chunk> {
    for await (const chunk of source) {
      this.add(chunk.length);
      yield chunk;
    }
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#stderr.isTTY !== true || Date.now() - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = Date.now();
    this.#stderr.write(`${CLEAR_LINE}${this.#what} ${this.#describe()}`);
  }

  /** Leaves no trace. */
  end(): void {
    if (this.#drawnAt > 0) this.#stderr.write(CLEAR_LINE);
  }

  #describe(): string {
    const done = renderBytes(this.#bytes);
    if (this.#totalBytes === 0) return done;
    const percent = Math.floor((100 * this.#bytes) / this.#totalBytes);
    return `${done} of ${renderBytes(this.#totalBytes)} (${percent}%)`;
  }
}
