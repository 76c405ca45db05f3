/** A client of server-sent events that keeps its place, as a browser does. */
export interface ReceivedEvent {
  readonly type: string;
  readonly data: string;
}

export type OpenStream = (headers: Record<string, string>) => Response | Promise<Response>;

export class EventReader {
  readonly #open: OpenStream;
  #reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  #text = '';
  #lastID = '';
  /** How often the stream had to be opened. */
  opens = 0;

  constructor(open: OpenStream) {
    this.#open = open;
  }

  /** The next event, over as many reconnects as it takes. */
  async next(): Promise<ReceivedEvent> {
    for (;;) {
      const event = this.#take();
      if (event !== null) return event;
      try {
        this.#reader ??= await this.#connect();
        const { value, done } = await this.#reader.read();
        if (done) this.#disconnect();
        else this.#text += new TextDecoder().decode(value);
      } catch {
        this.#disconnect();
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async close(): Promise<void> {
    const reader = this.#reader;
    this.#disconnect();
    await reader?.cancel().catch(() => {});
  }

  async #connect(): Promise<ReadableStreamDefaultReader<Uint8Array>> {
    const response = await this.#open(this.#lastID === '' ? {} : { 'last-event-id': this.#lastID });
    if (response.status !== 200) throw new Error(await response.text());
    this.opens++;
    return response.body!.getReader();
  }

  /** What was read of an event that did not come to its end is no event. */
  #disconnect(): void {
    this.#reader = null;
    this.#text = '';
  }

  #take(): ReceivedEvent | null {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end < 0) return null;
      const fields = new Map(
        this.#text
          .slice(0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      this.#text = this.#text.slice(end + 2);
      this.#lastID = fields.get('id') ?? this.#lastID;
      const data = fields.get('data');
      if (data !== undefined) return { type: fields.get('event') ?? 'message', data };
    }
  }
}
