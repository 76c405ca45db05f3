/**
 * Cuts a program's output into the pieces in which it travels: a full one at once, a started one after a moment, an empty
 * one when nothing came for long, so that the other side knows that the program lives.
 */
export interface OutputPiecesOptions {
  readonly heartbeatMs: number;
  /** Takes the pieces one after the other. @returns false when no more are wanted */
  send(piece: Buffer): Promise<boolean>;
  /** Nobody listens any more. */
  onRefused(): void;
}

/** As Consul's agents: remoteExecOutputSize, remoteExecOutputDeadline. */
const PIECE_BYTES = 4 * 1024;
const PIECE_DELAY_MS = 500;
/** What one node may say about one job. Every piece is a row in the datacenter; a log of that length nobody reads. */
export const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

export class OutputPieces {
  readonly #options: OutputPiecesOptions;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #takenBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();
  #isRefused = false;

  constructor(options: OutputPiecesOptions) {
    this.#options = options;
    this.#arm(options.heartbeatMs);
  }

  push(chunk: Buffer): void {
    const room = MAX_OUTPUT_BYTES - this.#takenBytes;
    if (this.#isRefused || room <= 0) return;
    this.#takenBytes += chunk.length;
    const kept = chunk.length <= room ? chunk : chunk.subarray(0, room);
    const wasEmpty = this.#heldBytes === 0;
    this.#hold(kept);
    if (kept.length < chunk.length || room === chunk.length) {
      this.#hold(Buffer.from(`\n[more than ${MAX_OUTPUT_BYTES} bytes: the rest is dropped]\n`));
    }
    if (this.#heldBytes >= PIECE_BYTES) this.#flush();
    else if (wasEmpty) this.#arm(PIECE_DELAY_MS);
  }

  /** Resolves once everything has been sent. */
  async end(): Promise<void> {
    if (this.#heldBytes > 0) this.#flush();
    clearTimeout(this.#timer);
    await this.#sending;
  }

  #hold(bytes: Buffer): void {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      this.#send(bytes.subarray(at, at + PIECE_BYTES));
    }
    this.#arm(this.#options.heartbeatMs);
  }

  #send(piece: Buffer): void {
    this.#sending = this.#sending.then(async () => {
      if (this.#isRefused || (await this.#options.send(piece))) return;
      this.#isRefused = true;
      clearTimeout(this.#timer);
      this.#options.onRefused();
    });
  }

  #arm(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#isRefused) return;
    this.#timer = setTimeout(() => {
      if (this.#heldBytes > 0) {
        this.#flush();
        return;
      }
      this.#send(Buffer.alloc(0));
      this.#arm(this.#options.heartbeatMs);
    }, delayMs);
  }
}
