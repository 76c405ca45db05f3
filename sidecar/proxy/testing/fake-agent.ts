/** An agent in memory: a test sets what stands at a path, and requests wait for the next as they would at a real one. */
import type { AgentHTTP, AgentRequest, AgentResponse, Log } from '../interfaces.ts';

interface Standing {
  readonly cursor: string;
  readonly body: string;
}

/** What stands at a path that nobody set. */
type Handler = (request: AgentRequest) => unknown;

export class FakeAgent implements AgentHTTP {
  readonly requests: AgentRequest[] = [];
  /** Thrown by every request while it is set. */
  failure: Error | undefined;
  readonly #standing = new Map<string, Standing>();
  readonly #handlers = new Map<string, Handler>();
  readonly #waiting = new Set<() => void>();
  #index = 1;

  /** Whoever waits at the path is answered. */
  set(path: string, value: unknown): void {
    this.#standing.set(path, { cursor: String(++this.#index), body: JSON.stringify(value) });
    this.wake();
  }

  /** Wakes those that wait, to find a failure or what was set. */
  wake(): void {
    for (const wake of this.#waiting) wake();
  }

  /** @param handler gives the answer, or throws */
  on(path: string, handler: Handler): void {
    this.#handlers.set(path, handler);
  }

  countOf(path: string): number {
    return this.requests.filter((request) => request.path === path).length;
  }

  async request(request: AgentRequest): Promise<AgentResponse> {
    this.requests.push(request);
    const { path, query, signal } = request;
    const handler = this.#handlers.get(path);
    this.#throwIfFailing();
    if (handler !== undefined) return answer(JSON.stringify((await handler(request)) ?? null), '1');
    const held = query?.index ?? query?.hash;
    while (held !== undefined && this.#standing.get(path)?.cursor === held) {
      await this.#change(signal);
      this.#throwIfFailing();
    }
    const standing = this.#standing.get(path);
    if (standing === undefined) throw new Error('Unexpected response code: 404 ()');
    return answer(standing.body, standing.cursor);
  }

  #throwIfFailing(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  #change(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal?.addEventListener('abort', () => {
        this.#waiting.delete(wake);
        reject(new Error('aborted'));
      });
    });
  }
}

function answer(body: string, cursor: string): AgentResponse {
  const headers = { 'x-consul-index': cursor, 'x-consul-contenthash': cursor };
  return { status: 200, headers, body: Buffer.from(body) };
}

export class MemoryLog implements Log {
  readonly lines: string[] = [];

  debug(text: string): void {
    this.lines.push(`debug ${text}`);
  }

  info(text: string): void {
    this.lines.push(`info ${text}`);
  }

  warn(text: string): void {
    this.lines.push(`warn ${text}`);
  }

  error(text: string): void {
    this.lines.push(`error ${text}`);
  }
}
