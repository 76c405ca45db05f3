/**
 * Feeds the change log to one client: list, then wait, then list from where the last page ended.
 *
 * Whoever waits watches one small query, `changes.head`. On a sidecar that is one subscription for all clients with these
 * topics, and what it said before a list is what a wait after the list begins with: no change falls between the two. On
 * the Worker a watch lives for one wait in a relay, and says where the client stands instead.
 */
import type { ChangesArgs } from '../../protocol/types/history.ts';
import { RPCError } from '../../protocol/errors.ts';
import { STREAM_PACE_MS, STREAM_RETRY_MS, STREAM_WATCH_MS } from '../../protocol/limits.ts';
import type { CallOptions, ServerRPC } from '../server-rpc.ts';
import { type ChangePage, parseChangePage } from './change-page.ts';
import { type EventStream, renderEvent } from './event-stream.ts';
import { pause } from '../pause.ts';

export interface FollowOptions {
  readonly rpc: ServerRPC;
  readonly call: CallOptions;
  readonly topics: string[];
  /** Where to begin: a place of an earlier stream, a moment, or neither. */
  readonly start: Pick<ChangesArgs, 'after' | 'from' | 'incarnation'>;
  /** Set where a watch lives for one wait only. */
  readonly isOneShot: boolean;
  /** After so many pages the client is asked to come back: a Worker may make only so many calls for one request. */
  readonly maxPages: number;
}

export class ChangeFollower {
  readonly #options: FollowOptions;
  /** The index that the subscription told last. */
  #seen = 0;
  #pages = 0;

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  /** The first page, before anything is answered: what is wrong with the request is an ordinary error. */
  async listFirst(): Promise<ChangePage> {
    const { isOneShot, start } = this.#options;
    if (!isOneShot) await this.#hasSubscriptionMoved(undefined);
    return this.#list(start);
  }

  /** Ends when the stream is closed; never rejects. */
  async follow(first: ChangePage, stream: EventStream): Promise<void> {
    try {
      let page = first;
      await stream.write(RETRY);
      for (;;) {
        await stream.write(renderPage(page));
        if (this.#pages >= this.#options.maxPages) {
          await stream.end('reconnect: this request has done what one may do');
          return;
        }
        if (!page.More) await this.#untilChanged(page, stream.closed);
        if (stream.closed.aborted) return;
        page = await this.#listAfter(page, stream.closed);
      }
    } catch (error) {
      await stream.end(error instanceof Error ? error.message : String(error));
    }
  }

  async #untilChanged({ Position }: ChangePage, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (await this.#hasChanged(Position, signal)) return;
        // A wait that ends without news has lasted long; if not, something is wrong, and this loop is not to spin.
        await pause(STREAM_PACE_MS, signal);
      } catch (error) {
        if (!isPassing(error)) throw error;
        await pause(STREAM_RETRY_MS, signal);
      }
    }
  }

  async #hasChanged(position: string, signal: AbortSignal): Promise<boolean> {
    const { isOneShot, rpc, call, topics } = this.#options;
    if (!isOneShot) return this.#hasSubscriptionMoved(signal);
    const known = Number.parseInt(position, 10);
    const args = { topics, after: position };
    const answer = await rpc.watch('changes.head', args, call, known, STREAM_WATCH_MS, signal);
    return answer.index > known;
  }

  async #hasSubscriptionMoved(signal: AbortSignal | undefined): Promise<boolean> {
    const { rpc, call, topics } = this.#options;
    // Stale: what the subscription says is what is asked for, whatever else was written meanwhile.
    const options = { ...call, consistency: 'stale' as const };
    const seen = this.#seen;
    const head = await rpc.watch(
      'changes.head',
      { topics },
      options,
      seen,
      STREAM_WATCH_MS,
      signal,
    );
    this.#seen = head.index;
    return head.index !== seen;
  }

  /** While the datacenter cannot be reached the client is left waiting: the log keeps what happens meanwhile. */
  async #listAfter(page: ChangePage, signal: AbortSignal): Promise<ChangePage> {
    for (;;) {
      try {
        return await this.#list({ after: page.Position, incarnation: page.Incarnation });
      } catch (error) {
        if (signal.aborted || !isPassing(error)) throw error;
        await pause(STREAM_RETRY_MS, signal);
      }
    }
  }

  async #list(start: FollowOptions['start']): Promise<ChangePage> {
    const { rpc, call, topics } = this.#options;
    this.#pages++;
    return parseChangePage((await rpc.call('changes.list', { topics, ...start }, call)).body);
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof RPCError && (error.code === 'unavailable' || error.code === 'overloaded');
}

/** How long a browser waits before it comes back, in milliseconds. */
const RETRY = 'retry: 1000\n\n';

function renderPage({ changes, Incarnation, Position, Resync }: ChangePage): string {
  const idOf = (position: string): string => `${Incarnation}:${position}`;
  const events = changes.map(({ position, text }) =>
    renderEvent({ id: idOf(position), data: text }),
  );
  if (Resync !== '') {
    const data = JSON.stringify({ Reason: Resync, Index: Number.parseInt(Position, 10) });
    events.push(renderEvent({ id: idOf(Position), event: 'resync', data }));
  } else if (changes.at(-1)?.position !== Position) {
    // What was looked at and not wanted need not be looked at again for a client that comes back.
    events.push(renderEvent({ id: idOf(Position) }));
  }
  return events.join('');
}
