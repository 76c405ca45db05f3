/** The end of a response's body, which may come compressed. */
import { constants, createGunzip } from 'node:zlib';
import { MAX_BODY_BYTES } from './limits.ts';
import { TailBuffer } from './output.ts';

/** Of a compressed body all is kept until it ends, since only it as a whole can be read. Few are so large. */
const MAX_ZIPPED_BYTES = 256 * 1024;

export class BodyTail {
  readonly #maxBytes: number;
  readonly #tail: TailBuffer;
  #whole: Buffer[] = [];

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#tail = new TailBuffer(maxBytes);
  }

  /** @returns false when there is enough */
  push(bytes: Buffer): boolean {
    this.#tail.push(bytes);
    if (this.#tail.totalBytes <= MAX_ZIPPED_BYTES) this.#whole.push(bytes);
    else this.#whole = [];
    return this.#tail.totalBytes <= MAX_BODY_BYTES;
  }

  text(): string {
    return this.#tail.text();
  }

  /** What of a body that is cut or damaged can be read; '' of one that was too large to be kept. */
  unzip(): Promise<string> {
    const tail = new TailBuffer(this.#maxBytes);
    const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
    return new Promise((resolve) => {
      const conclude = (): void => {
        gunzip.destroy();
        resolve(tail.text());
      };
      gunzip.on('data', (bytes: Buffer) => {
        tail.push(bytes);
        // A small body may unfold to any size.
        if (tail.totalBytes > MAX_BODY_BYTES) conclude();
      });
      gunzip.once('end', conclude);
      gunzip.once('error', conclude);
      gunzip.end(Buffer.concat(this.#whole));
    });
  }
}
