/** Snapshots of the datacenter's object, packed and unpacked here: a large one must not keep the object busy. */
import { RPCError } from '../protocol/errors.ts';
import {
  SNAPSHOT_ACTOR_HEADER,
  SNAPSHOT_TOKEN_HEADER,
  encodeHeaderText,
  type SnapshotFailure,
  type SnapshotRestored,
} from '../protocol/snapshot-http.ts';
import {
  SNAPSHOT_HEADER_HEADER,
  SNAPSHOT_PATH,
  VERIFIED_LINE,
} from '../durable-objects/snapshot/object-http.ts';
import type { SnapshotHeader } from '../durable-objects/snapshot/snapshot-header.ts';
import type { CallOptions } from '../http-api/server-rpc.ts';
import { ArchiveError, PRODUCT, type SnapshotMeta } from '../http-api/snapshot/archive-format.ts';
import { readArchive, refuseConsul } from '../http-api/snapshot/decode-archive.ts';
import { encodeArchive } from '../http-api/snapshot/encode-archive.ts';
import type { SavedSnapshot, SnapshotStore } from '../http-api/snapshot-store.ts';
import type { DeployedDatacenters } from './env.ts';
import { newDigest } from './stream-digest.ts';

const OBJECT_URL = `https://datacenter${SNAPSHOT_PATH}`;

/** For whom a snapshot is saved or restored. */
export interface SnapshotCaller {
  /** '' for the deployment's own. */
  readonly datacenter: string;
  readonly token: string;
  readonly actor: string;
}

export class StubSnapshots implements SnapshotStore {
  readonly #datacenters: DeployedDatacenters;

  constructor(datacenters: DeployedDatacenters) {
    this.#datacenters = datacenters;
  }

  async save({ datacenter, token }: CallOptions): Promise<SavedSnapshot> {
    return this.saveFor({ datacenter, token, actor: 'worker' });
  }

  async restore(
    archive: ReadableStream<Uint8Array>,
    { datacenter, token }: CallOptions,
  ): Promise<void> {
    await this.restoreFor(archive, { datacenter, token, actor: 'worker' });
  }

  /** @throws RPCError */
  async saveFor(caller: SnapshotCaller): Promise<SavedSnapshot> {
    const response = await this.#fetch(caller, {});
    await requireOK(response);
    const header = JSON.parse(
      decodeURIComponent(response.headers.get(SNAPSHOT_HEADER_HEADER) ?? ''),
    ) as SnapshotHeader;
    const archive = encodeArchive(metaOf(header), header.SavedAt, response.body!, newDigest);
    return { index: header.Index, archive };
  }

  /** @throws RPCError */
  async restoreFor(
    archive: ReadableStream<Uint8Array>,
    caller: SnapshotCaller,
  ): Promise<SnapshotRestored> {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    let failure: unknown = null;
    const sent = sendState(archive, writable, (error) => (failure = error));
    // Whoever waits for it below gets its error; the object's answer may come first.
    sent.catch(() => {});
    let response: Response;
    try {
      // Both ends at once. The object answers when it has seen enough, which may be long before the archive ends: a write to
      // whoever reads no more would wait for ever.
      response = await this.#fetch(caller, { method: 'PUT', body: readable });
      await requireOK(response);
    } catch (error) {
      throw failure instanceof ArchiveError ? new RPCError('invalid', failure.message) : error;
    }
    await sent;
    return response.json();
  }

  async #fetch({ datacenter, ...caller }: SnapshotCaller, init: RequestInit): Promise<Response> {
    const { stub } = await this.#datacenters.require(datacenter);
    return stub.fetch(OBJECT_URL, { ...init, headers: headersOf(caller) });
  }
}

/** The state of an archive, and behind it the word that the archive was whole. */
async function sendState(
  archive: ReadableStream<Uint8Array>,
  writable: WritableStream<Uint8Array>,
  failed: (error: unknown) => void,
): Promise<void> {
  const writer = writable.getWriter();
  try {
    await readArchive(archive, newDigest, {
      meta: refuseConsul,
      state: (chunk) => writer.write(chunk),
    });
    await writer.write(new TextEncoder().encode(`\n${VERIFIED_LINE}\n`));
    await writer.close();
  } catch (error) {
    failed(error);
    // The object has given up already where this fails too.
    await writer.abort(error).catch(() => {});
    throw error;
  }
}

function metaOf({ Index, SavedAt, Datacenter, Schema }: SnapshotHeader): SnapshotMeta {
  return {
    Version: 1,
    ID: `0-${Index}-${SavedAt}`,
    Index,
    Term: 0,
    Product: PRODUCT,
    Datacenter,
    Schema: Schema.Tag,
  };
}

function headersOf({ token, actor }: Omit<SnapshotCaller, 'datacenter'>): Record<string, string> {
  return {
    [SNAPSHOT_TOKEN_HEADER]: encodeHeaderText(token),
    [SNAPSHOT_ACTOR_HEADER]: encodeHeaderText(actor),
  };
}

async function requireOK(response: Response): Promise<void> {
  if (response.ok) return;
  const { code, message } = await response.json<SnapshotFailure>();
  throw new RPCError(code, message);
}
