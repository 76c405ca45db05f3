/**
 * A relay: parks long polls by hibernatable WebSockets, so that thousands of waiting clients neither pin the
 * datacenter in memory nor wake inside its writer's turn.
 *
 * No object holds an outgoing WebSocket: relay and datacenter call one another. The datacenter's calls are numbered;
 * after a gap, or after an eviction, the relay answers everybody "read it yourself", which is never wrong.
 */
import { DurableObject } from 'cloudflare:workers';
import type { Reply } from '../../protocol/frames.ts';
import { MAX_WAITERS_PER_RELAY } from '../../protocol/limits.ts';
import type { DatacenterObject } from '../datacenter.ts';
import { inJurisdiction } from '../in-jurisdiction.ts';
import {
  type RelayBump,
  type RelayMessage,
  type RelayQuery,
  decodeRelayQuery,
  encodeRelayMessage,
} from './relay-protocol.ts';

interface RelayEnv {
  readonly DATACENTER_OBJECTS: DurableObjectNamespace<DatacenterObject>;
}

/** What survives hibernation with a waiter's socket. */
interface WaiterAttachment {
  readonly id: number;
  readonly identity: string;
}

const READ_IT_YOURSELF: RelayMessage = { index: 0, body: null };

export class RelayObject extends DurableObject<RelayEnv> {
  /** Queries that the datacenter was asked to watch, by identity. */
  readonly #ids = new Map<string, number>();
  #nextId = 1;
  /** Null until the first bump of this life: what was missed before is unknown. */
  #lastSeq: number | null = null;

  constructor(ctx: DurableObjectState, env: RelayEnv) {
    super(ctx, env);
    for (const socket of ctx.getWebSockets()) {
      const { id, identity } = socket.deserializeAttachment() as WaiterAttachment;
      this.#ids.set(identity, id);
      this.#nextId = Math.max(this.#nextId, id + 1);
    }
  }

  override async fetch(request: Request): Promise<Response> {
    const query = decodeRelayQuery(request.headers.get('x-lictor-query') ?? '');
    if (this.ctx.getWebSockets().length >= MAX_WAITERS_PER_RELAY) {
      return new Response('the relay is full', { status: 429 });
    }
    const identity = `${query.method} ${JSON.stringify(query.args)} ${query.token}`;
    const { 0: client, 1: server } = new WebSocketPair();
    const id = this.#ids.get(identity) ?? this.#nextId++;
    this.#ids.set(identity, id);
    this.ctx.acceptWebSocket(server, [String(id)]);
    server.serializeAttachment({ id, identity } satisfies WaiterAttachment);
    // Subscribed after the socket stands: a change in between finds the waiter.
    const reply = await this.#subscribe(request, id, query);
    if (reply.code !== undefined || reply.index > query.knownIndex) {
      server.send(encodeRelayMessage(reply.code === undefined ? reply : READ_IT_YOURSELF));
    }
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Called by the datacenter, once a turn in which something changed that this relay watches. */
  async bump({ seq, pushes }: RelayBump): Promise<number[]> {
    const gap = this.#lastSeq === null || seq !== this.#lastSeq + 1;
    this.#lastSeq = seq;
    if (gap) this.#answer(this.ctx.getWebSockets(), READ_IT_YOURSELF);
    const unwatched: number[] = [];
    for (const { id, index, body } of pushes) {
      const waiters = this.ctx.getWebSockets(String(id));
      if (waiters.length === 0) unwatched.push(id);
      if (!gap) this.#answer(waiters, { index, body });
    }
    for (const [identity, id] of this.#ids) if (unwatched.includes(id)) this.#ids.delete(identity);
    return unwatched;
  }

  override webSocketClose(socket: WebSocket): void {
    socket.close();
  }

  /** A waiter says nothing; whoever does is not one of ours. */
  override webSocketMessage(socket: WebSocket): void {
    socket.close(1008, 'a waiter does not speak');
  }

  #subscribe(request: Request, id: number, query: RelayQuery): Promise<Reply> {
    const datacenter = request.headers.get('x-lictor-datacenter') ?? '';
    const jurisdiction = request.headers.get('x-lictor-jurisdiction') ?? '';
    const datacenters = inJurisdiction(this.env.DATACENTER_OBJECTS, jurisdiction);
    const stub = datacenters.get(datacenters.idFromName(datacenter));
    return stub.watchForRelay(request.headers.get('x-lictor-relay') ?? '', id, {
      method: query.method,
      args: query.args as never,
      token: query.token,
    });
  }

  #answer(waiters: WebSocket[], message: RelayMessage): void {
    const text = encodeRelayMessage(message);
    for (const waiter of waiters) {
      try {
        waiter.send(text);
      } catch {
        // The client left a moment ago; its close event follows.
      }
    }
  }
}
