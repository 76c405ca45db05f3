/** A client that repeats one blocking query for ever, as every watching library of Consul does, and counts the answers. */

const WAIT = '60s';

export class Watcher {
  /** Answers since the watcher first blocked, whatever they held. */
  answers = 0;
  errors = 0;
  readonly #url: string;
  readonly #stopping = new AbortController();
  #index: string;
  #body: string;
  #changed = false;
  #onChange: (() => void) | undefined;
  #query = new AbortController();

  private constructor(url: string, index: string, body: string) {
    this.#url = url;
    this.#index = index;
    this.#body = body;
    void this.#loop();
  }

  /** Asks once without blocking, then starts to watch from the index of that answer. */
  static async start(url: string): Promise<Watcher> {
    const first = await fetch(url);
    // A body of 404 is not JSON; as text it is as good to compare.
    return new Watcher(url, first.headers.get('x-consul-index') ?? '1', await first.text());
  }

  /** Drops the running query and asks again from the same index, as a client does whose connection broke. */
  askAgain(): void {
    this.#query.abort();
  }

  /** @returns whether an answer with another body than before came within `limitMs`; call it before or after the change. */
  nextChange(limitMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), limitMs);
      this.#onChange = () => {
        clearTimeout(timer);
        resolve(true);
      };
      if (this.#changed) this.#onChange();
    });
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #loop(): Promise<void> {
    const separator = this.#url.includes('?') ? '&' : '?';
    while (!this.#stopping.signal.aborted) {
      this.#query = new AbortController();
      const signal = AbortSignal.any([this.#query.signal, this.#stopping.signal]);
      try {
        const answer = await fetch(`${this.#url}${separator}index=${this.#index}&wait=${WAIT}`, {
          signal,
        });
        this.#count(await answer.text());
        this.#index = answer.headers.get('x-consul-index') ?? this.#index;
      } catch {
        if (signal.aborted) continue;
        // A failed request ends the watch: the run shows it as an error and as a wake that never came.
        this.errors++;
        return;
      }
    }
  }

  #count(body: string): void {
    this.answers++;
    if (body === this.#body) return;
    this.#body = body;
    this.#changed = true;
    this.#onChange?.();
  }
}
