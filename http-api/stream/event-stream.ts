/**
 * One client's server-sent events (WHATWG HTML, section 9.2).
 *
 * What is written waits until the client has taken it: the stream holds one piece of text beyond its buffer, whatever
 * the client does. A client that takes nothing for too long is told why, if it ever looks, and cut.
 */
import {
  STREAM_BUFFER_BYTES,
  STREAM_FAREWELL_MS,
  STREAM_HEARTBEAT_MS,
  STREAM_STALL_MS,
} from '../../protocol/limits.ts';

export interface ServerSentEvent {
  /** Where the client resumes after it. */
  readonly id?: string;
  /** Absent for `message`. */
  readonly event?: string;
  /** One line; absent for a mere change of the id. */
  readonly data?: string;
}

export function renderEvent({ id, event, data }: ServerSentEvent): string {
  let text = '';
  if (id !== undefined) text += `id: ${id}\n`;
  if (event !== undefined) text += `event: ${event}\n`;
  if (data !== undefined) text += `data: ${data}\n`;
  return `${text}\n`;
}

/** A comment: it keeps proxies from closing the connection, and tells a dead client from a silent one. */
const HEARTBEAT = ':\n\n';

type Timer = ReturnType<typeof setTimeout>;

export class EventStream {
  readonly body: ReadableStream<Uint8Array>;
  readonly #encoder = new TextEncoder();
  readonly #signal: AbortSignal | undefined;
  readonly #closed = new AbortController();
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #heartbeat: Timer | undefined;
  /** Called when the client has taken something. */
  #onTaken: () => void = () => {};

  /** @param signal the client's: aborted when it goes away */
  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#onTaken(),
        cancel: () => this.#close(),
      },
      { highWaterMark: STREAM_BUFFER_BYTES, size: (chunk) => chunk?.byteLength ?? 0 },
    );
    signal?.addEventListener('abort', this.#abandon);
    if (signal?.aborted) this.#abandon();
    else this.#beat();
  }

  /** Aborted as soon as nothing more can be sent: whoever waits for more to send stops waiting. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Resolves once there is room for more, or the stream is closed. */
  async write(text: string): Promise<void> {
    if (this.closed.aborted || text === '') return;
    this.#controller.enqueue(this.#encoder.encode(text));
    if (await this.#untilTaken(STREAM_STALL_MS)) return;
    await this.end(`slow consumer: nothing was read for ${STREAM_STALL_MS / 1000} seconds`);
  }

  /** The last event, with the reason. The client may come back with the id of the last event that it took. */
  async end(reason: string): Promise<void> {
    if (this.closed.aborted) return;
    this.#stopBeating();
    const text = renderEvent({ event: 'end', data: JSON.stringify({ Reason: reason }) });
    this.#controller.enqueue(this.#encoder.encode(text));
    const isTaken = await this.#untilTaken(STREAM_FAREWELL_MS);
    if (this.closed.aborted) return;
    if (isTaken) this.#controller.close();
    else this.#controller.error(new Error(reason));
    this.#close();
  }

  /** @returns false when the client took nothing in time */
  #untilTaken(waitMs: number): Promise<boolean> {
    if ((this.#controller.desiredSize ?? 0) > 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const finish = (isTaken: boolean): void => {
        clearTimeout(timer);
        this.#onTaken = () => {};
        this.closed.removeEventListener('abort', taken);
        resolve(isTaken);
      };
      const taken = (): void => finish(true);
      const timer = setTimeout(() => finish(false), waitMs);
      this.#onTaken = taken;
      this.closed.addEventListener('abort', taken);
    });
  }

  #beat(): void {
    this.#heartbeat = setTimeout(() => {
      if (this.closed.aborted) return;
      if ((this.#controller.desiredSize ?? 0) > 0)
        this.#controller.enqueue(this.#encoder.encode(HEARTBEAT));
      this.#beat();
    }, STREAM_HEARTBEAT_MS);
  }

  /** The client has gone: nobody reads what is left. */
  readonly #abandon = (): void => {
    if (this.closed.aborted) return;
    this.#controller.error(new Error('the client has gone'));
    this.#close();
  };

  #stopBeating(): void {
    if (this.#heartbeat !== undefined) clearTimeout(this.#heartbeat);
  }

  #close(): void {
    this.#stopBeating();
    this.#signal?.removeEventListener('abort', this.#abandon);
    this.#closed.abort();
  }
}
