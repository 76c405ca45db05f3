/**
 * Snapshots handed through to the control plane over HTTP, as they are: archives may be larger than any link or memory
 * should carry.
 */
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { CallOptions } from '../../http-api/server-rpc.ts';
import type { SavedSnapshot, SnapshotStore } from '../../http-api/snapshot-store.ts';
import { RPCError } from '../../protocol/errors.ts';
import { doorPath } from '../../protocol/frames.ts';
import {
  SNAPSHOT_ACTOR_HEADER,
  SNAPSHOT_INDEX_HEADER,
  SNAPSHOT_LINK_PATH,
  SNAPSHOT_TOKEN_HEADER,
  encodeHeaderText,
  type SnapshotFailure,
  type SnapshotRestored,
} from '../../protocol/snapshot-http.ts';

import type { Dial } from './link-transport.ts';

export interface SnapshotForwarderOptions {
  /** Where the control plane is, and what opens its door to this sidecar. */
  readonly dial: () => Promise<Dial>;
  readonly nodeName: string;
  readonly datacenter: string;
  /** Resolves once the link speaks with the datacenter as it is after the restore, or after a while. */
  readonly untilRestored: (incarnation: string) => Promise<void>;
}

/** A sentence of the datacenter's; a proxy's error page is cut. */
const MAX_FAILURE_BYTES = 64 * 1024;

export class SnapshotForwarder implements SnapshotStore {
  readonly #options: SnapshotForwarderOptions;

  constructor(options: SnapshotForwarderOptions) {
    this.#options = options;
  }

  async save(options: CallOptions): Promise<SavedSnapshot> {
    this.#requireDatacenter(options);
    const request = await this.#open('GET', options.token);
    request.end();
    const message = await answerOf(request);
    const index = Number(message.headers[SNAPSHOT_INDEX_HEADER] ?? 0);
    return { index, archive: Readable.toWeb(message) as ReadableStream<Uint8Array> };
  }

  async restore(archive: ReadableStream<Uint8Array>, options: CallOptions): Promise<void> {
    this.#requireDatacenter(options);
    const request = await this.#open('PUT', options.token);
    const answer = answerOf(request);
    const sent = send(archive, request);
    try {
      const { incarnation } = JSON.parse(await readText(await answer)) as SnapshotRestored;
      await this.#options.untilRestored(incarnation);
    } finally {
      // The answer may come before the archive is through: then nobody reads the rest.
      request.destroy();
      await sent;
    }
  }

  async #open(method: string, clientToken: string): Promise<ClientRequest> {
    const { dial, nodeName } = this.#options;
    const { url, authorization, datacenter = '' } = await dial();
    const target = new URL(doorPath(SNAPSHOT_LINK_PATH, datacenter), url);
    const { request } =
      target.protocol === 'https:' ? await import('node:https') : await import('node:http');
    return request(target, {
      method,
      agent: false,
      headers: {
        ...(authorization === '' ? {} : { authorization }),
        [SNAPSHOT_TOKEN_HEADER]: encodeHeaderText(clientToken),
        [SNAPSHOT_ACTOR_HEADER]: encodeHeaderText(`node:${nodeName}`),
      },
    });
  }

  #requireDatacenter({ datacenter }: CallOptions): void {
    if (datacenter !== '' && datacenter !== this.#options.datacenter) {
      throw new RPCError('unknown-datacenter', 'No path to datacenter');
    }
  }
}

/** @throws RPCError unless the answer is a success */
async function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.on('error', (error: Error) =>
      reject(new RPCError('unavailable', `the control plane cannot be reached: ${error.message}`)),
    );
  });
  if (message.statusCode === 200) return message;
  const text = await readText(message);
  let failure: SnapshotFailure;
  try {
    failure = JSON.parse(text) as SnapshotFailure;
  } catch {
    // The door refuses in words of its own, and a proxy may stand before it.
    throw new RPCError('unavailable', `${message.statusCode} ${text.trim().slice(0, 300)}`);
  }
  throw new RPCError(failure.code, failure.message);
}

/** Never rejects: what goes wrong with the request is told by its answer. */
async function send(archive: ReadableStream<Uint8Array>, request: ClientRequest): Promise<void> {
  const reader = archive.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || request.destroyed) break;
      if (!request.write(value)) await drained(request);
    }
    request.end();
  } catch (error) {
    // The client broke off: the control plane must not take what came for all.
    request.destroy(error as Error);
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function drained(request: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      request.off('drain', done);
      request.off('close', done);
      resolve();
    };
    request.on('drain', done);
    request.on('close', done);
    if (request.destroyed) done();
  });
}

async function readText(message: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of message) {
    text += String(chunk);
    if (text.length > MAX_FAILURE_BYTES) break;
  }
  return text;
}
