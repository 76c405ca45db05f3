/**
 * Follows one stream for as long as it runs: from its place in the source's log, by comparing everything where the log tells
 * no more, and again after every failure.
 */
import { parseChangePage, type ChangePage } from '../../http-api/stream/change-page.ts';
import type { ReplicationSource, ReplicationState } from '../../protocol/types/replication.ts';
import { BatchWriter } from './batch-writer.ts';
import type { BoundRPC } from './bound-rpc.ts';
import { copyAll } from './compare.ts';
import { StartOverError, SuspiciousSourceError } from './errors.ts';
import { retryWaitMs } from './retry-wait.ts';
import type { ReplicatedStream } from './stream.ts';

export interface ReplicatorOptions {
  readonly stream: ReplicatedStream;
  readonly source: BoundRPC;
  readonly follower: BoundRPC;
  readonly log: { info(text: string): void; warn(text: string): void };
  /** Resolves after so many milliseconds, or when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
}

/** One wait for news; below the four minutes that a Worker holds one, and the ten after which a link is given up as idle. */
const WATCH_MS = 200_000;
/** A source that is back is followed again within this; also how soon an operator's `force` is seen. */
const MAX_RETRY_MS = 10_000;
/** One failure alone may be a restart: nobody has to hear of it. */
const REPORTED_FAILURES = 2;

/** Where the source's log was read up to, beside where the follower stands. */
interface Progress {
  readonly source: ReplicationSource;
  stored: string;
}

export class Replicator {
  readonly #options: ReplicatorOptions;
  readonly #stopped = new AbortController();
  #reported = '';

  constructor(options: ReplicatorOptions) {
    this.#options = options;
    void this.#run(this.#stopped.signal);
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Never rejects. */
  async #run(signal: AbortSignal): Promise<void> {
    const { pause, random, log, stream } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.#follow(signal, () => (failures = 0));
      } catch (error) {
        if (signal.aborted) return;
        const { message } = error as Error;
        const isOver = error instanceof StartOverError;
        failures++;
        // Whoever begins again at once, again and again, would spin.
        if (isOver && failures === 1) continue;
        log.warn(`replication of ${stream.name} from ${stream.datacenter}: ${message}`);
        if (error instanceof SuspiciousSourceError || failures >= REPORTED_FAILURES)
          await this.#report(message);
        await pause(retryWaitMs(failures, MAX_RETRY_MS, random()), signal);
      }
    }
  }

  /** Ends by an error only. */
  async #follow(signal: AbortSignal, succeeded: () => void): Promise<void> {
    const { stream } = this.#options;
    // Before the first page is read: no change falls in between.
    let seen = await this.#head(0, signal);
    const { progress, page: first } = await this.#catchUp();
    let page = first;
    succeeded();
    await this.#report('');
    for (;;) {
      if (!page.More) seen = await this.#untilHeadMoves(seen, signal);
      if (signal.aborted) return;
      page = await this.#list({ after: page.Position, incarnation: page.Incarnation });
      if (page.Resync !== '') throw new StartOverError(`the log of ${stream.datacenter} was cut`);
      await this.#applyPage(page, progress);
      succeeded();
    }
  }

  async #catchUp(): Promise<{ progress: Progress; page: ChangePage }> {
    const { stream, source, follower, log } = this.#options;
    const state = await this.#state();
    const info = await source.json('status.datacenter', {});
    if (info === null) throw new Error(`${stream.datacenter} says nothing of itself`);
    const known = state?.Source;
    const isKnownSource =
      known?.UUID === info.UUID &&
      known.Incarnation === info.Incarnation &&
      Number.parseInt(state?.Position || '0', 10) <= info.Index;
    const position = isKnownSource ? (state?.Position ?? '') : '';
    const page = await this.#list(
      position === '' ? {} : { after: position, incarnation: info.Incarnation },
    );
    const progress: Progress = {
      source: { Datacenter: stream.datacenter, UUID: info.UUID, Incarnation: info.Incarnation },
      stored: state?.Position ?? '',
    };
    if (position !== '' && page.Resync === '') {
      await this.#applyPage(page, progress);
    } else {
      const place = { source: progress.source, after: progress.stored, meanwhile: '' };
      const writer = new BatchWriter(follower, stream, place);
      await copyAll({ stream, source, follower, state, isKnownSource }, writer);
      await writer.finish(page.Position);
      progress.stored = page.Position;
      log.info(`replication of ${stream.name} from ${stream.datacenter}: compared and equal`);
    }
    return { progress, page };
  }

  /** A page without anything for this stream moves nothing: the row is not worth writing. */
  async #applyPage(page: ChangePage, progress: Progress): Promise<void> {
    const { stream, source, follower } = this.#options;
    const texts = page.changes.map(({ text }) => text);
    const changes = await stream.translate(texts, source);
    if (changes.length === 0) return;
    const { stored } = progress;
    const place = { source: progress.source, after: stored, meanwhile: stored };
    const writer = new BatchWriter(follower, stream, place);
    for (const change of changes) await writer.add(change);
    await writer.finish(page.Position);
    progress.stored = page.Position;
  }

  async #list(start: { after?: string; incarnation?: string }): Promise<ChangePage> {
    const { stream, source } = this.#options;
    // Pages carry the beginning of the incarnation only.
    const incarnation = start.incarnation?.slice(0, INCARNATION_CHARS);
    const topics = [...stream.topics];
    const args = { ...start, topics, ...(incarnation !== undefined && { incarnation }) };
    return parseChangePage((await source.call('changes.list', args)).body);
  }

  async #untilHeadMoves(seen: number, signal: AbortSignal): Promise<number> {
    let head = seen;
    while (head === seen && !signal.aborted) head = await this.#head(seen, signal);
    return head;
  }

  #head(seen: number, signal: AbortSignal): Promise<number> {
    const { stream, source } = this.#options;
    return source.index('changes.head', { topics: [...stream.topics] }, seen, WATCH_MS, signal);
  }

  async #state(): Promise<ReplicationState | undefined> {
    const { stream, follower } = this.#options;
    const states = (await follower.json('replication.list', {})) ?? [];
    const state = states.find(({ Name }) => Name === stream.name);
    this.#reported = state?.Problem ?? '';
    return state;
  }

  async #report(problem: string): Promise<void> {
    const { stream, follower, log } = this.#options;
    if (this.#reported === problem) return;
    const { name, family, datacenter } = stream;
    try {
      await follower.call('replication.report', { name, family, datacenter, problem });
      this.#reported = problem;
    } catch (error) {
      log.warn(`replication of ${name}: its state cannot be told: ${(error as Error).message}`);
    }
  }
}

const INCARNATION_CHARS = 8;
