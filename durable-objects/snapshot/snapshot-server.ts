/**
 * Snapshots over HTTP, for the Worker: a GET streams the state out, a PUT streams one in.
 *
 * The archive around the state is the Worker's part, so that compressing a large one delays nobody here. A state that
 * comes in counts only with a last line that says that the archive was verified: a stream may end early without a word.
 */
import { RPCError, toRPCError } from '../../protocol/errors.ts';
import { MAX_SNAPSHOTS_AT_ONCE, SNAPSHOT_STALL_MS } from '../../protocol/limits.ts';
import {
  SNAPSHOT_ACTOR_HEADER,
  SNAPSHOT_FAILURE_STATUS,
  SNAPSHOT_TOKEN_HEADER,
  decodeHeaderText,
  type SnapshotFailure,
  type SnapshotRestored,
} from '../../protocol/snapshot-http.ts';
import type { SchemaHistory } from '../db/schema-history.ts';
import type { DatacenterState } from '../datacenter-state.ts';
import { readLineBatches } from './line-reader.ts';
import { SNAPSHOT_HEADER_HEADER, VERIFIED_LINE } from './object-http.ts';
import { SnapshotRestore, refuse } from './restore.ts';
import { SnapshotCopy } from './snapshot-copy.ts';
import { StallGuard } from './stall-guard.ts';

export interface SnapshotHost {
  /** The datacenter as it is now: a restore replaces it. */
  state(): DatacenterState;
  readonly history: SchemaHistory;
  /** The tables were replaced: everything in memory is of the past. */
  restored(): void;
}

export class SnapshotServer {
  readonly #host: SnapshotHost;
  readonly #copies = new Set<OpenCopy>();
  #isRestoring = false;

  constructor(host: SnapshotHost) {
    this.#host = host;
  }

  async handle(request: Request): Promise<Response> {
    try {
      const token = decodeHeaderText(request.headers.get(SNAPSHOT_TOKEN_HEADER));
      this.#host.state().authorizer(token).aclWrite();
      return request.method === 'PUT' ? await this.#restore(request) : this.#save();
    } catch (error) {
      const { code, message } = toRPCError(error);
      const failure: SnapshotFailure = { code, message };
      // Whoever still sends would wait for one who reads no more.
      if (request.body?.locked === false) await request.body.cancel(message).catch(() => {});
      return Response.json(failure, { status: SNAPSHOT_FAILURE_STATUS });
    }
  }

  #save(): Response {
    if (this.#copies.size >= MAX_SNAPSHOTS_AT_ONCE) {
      const text = `${MAX_SNAPSHOTS_AT_ONCE} snapshots are being saved already: try again when one is done`;
      throw new RPCError('overloaded', text);
    }
    const { storage, writer, context, uuid } = this.#host.state();
    const { history } = this.#host;
    const copy = new SnapshotCopy(storage, {
      Datacenter: context.datacenter,
      UUID: uuid,
      Index: writer.lastIndex,
      SavedAt: context.now(),
      Schema: { Version: history.length, Tag: history.at(-1)?.tag ?? '' },
    });
    const open: OpenCopy = new OpenCopy(copy, () => this.#copies.delete(open));
    this.#copies.add(open);
    const headers = { [SNAPSHOT_HEADER_HEADER]: encodeURIComponent(JSON.stringify(copy.header)) };
    return new Response(open.stream, { headers });
  }

  async #restore(request: Request): Promise<Response> {
    if (this.#isRestoring) {
      throw new RPCError(
        'conflict',
        'a snapshot is being restored already: try again when it is done',
      );
    }
    this.#isRestoring = true;
    const job = new SnapshotRestore(this.#host.state().storage, this.#host.history);
    try {
      await fill(job, request);
      const { writer, context } = this.#host.state();
      for (const copy of this.#copies) copy.fail('a snapshot was restored meanwhile');
      const { index } = job.commit(writer, {
        actor: decodeHeaderText(request.headers.get(SNAPSHOT_ACTOR_HEADER)),
        incarnation: context.newUUID(),
        now: context.now(),
      });
      this.#host.restored();
      const { incarnation } = this.#host.state();
      return Response.json({ index, incarnation } satisfies SnapshotRestored);
    } catch (error) {
      job.abort();
      throw error;
    } finally {
      this.#isRestoring = false;
    }
  }
}

/** Everything up to the line that vouches for it. @throws RPCError when that is missing or something follows */
async function fill(job: SnapshotRestore, request: Request): Promise<void> {
  const reader = request.body?.getReader();
  if (reader === undefined) throw refuse('it is empty');
  const guard = new StallGuard(
    SNAPSHOT_STALL_MS,
    () => void reader.cancel('stalled').catch(() => {}),
  );
  const nextChunk = async (): Promise<Uint8Array | null> => {
    const { done, value } = await reader.read();
    guard.moved();
    return done ? null : value;
  };
  let isVerified = false;
  try {
    for await (const lines of readLineBatches(nextChunk)) {
      if (isVerified) throw refuse('it goes on behind its end');
      isVerified = lines.at(-1) === VERIFIED_LINE;
      job.accept(isVerified ? lines.slice(0, -1) : lines);
    }
  } catch (error) {
    void reader.cancel('refused').catch(() => {});
    if (error instanceof RPCError) throw error;
    throw refuse(`it could not be read to its end: ${(error as Error).message}`);
  } finally {
    guard.stop();
  }
  if (!isVerified) throw refuse('it could not be read to its end');
}

/** A copy that a client takes, piece by piece as it can. */
class OpenCopy {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #copy: SnapshotCopy;
  readonly #closed: () => void;
  readonly #guard: StallGuard;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;

  constructor(copy: SnapshotCopy, closed: () => void) {
    this.#copy = copy;
    this.#closed = closed;
    this.#guard = new StallGuard(SNAPSHOT_STALL_MS, () => this.fail('nobody takes the snapshot'));
    const encoder = new TextEncoder();
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.#controller = controller),
        pull: (controller) => {
          this.#guard.moved();
          const piece = this.#nextPiece();
          if (piece !== null) {
            controller.enqueue(encoder.encode(piece));
            return;
          }
          this.#close();
          controller.close();
        },
        cancel: () => this.#close(),
      },
      { highWaterMark: 0 },
    );
  }

  /** Whoever takes the snapshot sees it break off, and so does not take it for whole. */
  fail(reason: string): void {
    if (this.#controller === null) return;
    this.#controller.error(new Error(reason));
    this.#close();
  }

  #nextPiece(): string | null {
    try {
      return this.#copy.next();
    } catch (error) {
      this.#close();
      throw error;
    }
  }

  #close(): void {
    if (this.#controller === null) return;
    this.#controller = null;
    this.#guard.stop();
    this.#closed();
    this.#copy.close();
  }
}
