/**
 * The Durable Object of a datacenter. It delegates only: state, links and alarms know nothing of the platform.
 *
 * Everything in memory can be rebuilt by the constructor: the object is evicted whenever nothing happens, while its
 * links stay open.
 */
import { DurableObject } from 'cloudflare:workers';
import { drizzle } from 'drizzle-orm/durable-sqlite';
import { migrate } from 'drizzle-orm/durable-sqlite/migrator';
import migrations from '../migrations/migrations.js';
import { parseDuration } from '../protocol/duration.ts';
import { KEEPALIVE_REPLY, KEEPALIVE_REQUEST, type Reply } from '../protocol/frames.ts';
import { SAVE_SUBSCRIPTIONS_MS } from '../protocol/limits.ts';
import { Alarms } from './alarms.ts';
import { type Call, DatacenterState } from './datacenter-state.ts';
import type { Storage } from './db/storage.ts';
import type { LinkSocket } from './link/link.ts';
import { Links } from './link/links.ts';
import { Liveness } from './liveness.ts';
import type { RelayBump } from './relay/relay-protocol.ts';
import type { RelayObject } from './relay/relay.ts';
import { RelayWatchers } from './relay/relay-watchers.ts';
import { deleteKeyTxn as expireKeyTxn } from './state/kv-write.ts';
import { expireSessionTxn } from './state/session-invalidation.ts';

export interface DatacenterEnv {
  /** Name of the datacenter where the object's own name is not known. */
  readonly DATACENTER?: string;
  /** Go duration: the shortest TTL that a session may have. */
  readonly SESSION_TTL_MIN?: string;
  /** Go duration: changes older than this leave the log. */
  readonly HISTORY_MAX_AGE?: string;
  /** The size beyond which the oldest changes leave the log. */
  readonly HISTORY_MAX_BYTES?: string;
  readonly RELAY_OBJECTS: DurableObjectNamespace<RelayObject>;
}

export class DatacenterObject extends DurableObject<DatacenterEnv> {
  readonly #state: DatacenterState;
  readonly #links: Links;
  readonly #relays: RelayWatchers;
  readonly #liveness: Liveness;
  readonly #alarms: Alarms;
  readonly #saves = new Map<string, () => void>();
  #isSavingSoon = false;

  constructor(ctx: DurableObjectState, env: DatacenterEnv) {
    super(ctx, env);
    // The migrator's work is synchronous: it is done before the next line, and no request sees half a schema.
    const migrated = migrate(drizzle(ctx.storage), migrations);
    void ctx.blockConcurrencyWhile(() => migrated);
    const clock = { now: () => Date.now(), newUUID: () => crypto.randomUUID() };
    const name = ctx.id.name ?? env.DATACENTER ?? 'dc1';
    this.#state = new DatacenterState(ctx.storage as unknown as Storage, name, clock, {
      sessionTTLMinMs: parseDuration(env.SESSION_TTL_MIN ?? '') ?? undefined,
      linkOf: (node) => this.#links.stateOf(node),
      retention: {
        maxAgeMs: parseDuration(env.HISTORY_MAX_AGE ?? '') ?? undefined,
        maxBytes: parseSize(env.HISTORY_MAX_BYTES),
      },
    });
    const saveSoon = (key: string, save: () => void): void => this.#saveSoon(key, save);
    this.#liveness = new Liveness(this.#state, (node) => this.#links.stateOf(node));
    this.#links = new Links(this.#state, {
      keepaliveAt: (socket) =>
        ctx.getWebSocketAutoResponseTimestamp(socket as WebSocket)?.getTime(),
      opened: (node) => this.#liveness.linkOpened(node),
      closed: (node) => this.#liveness.linkClosed(node),
      saveSoon,
    });
    this.#relays = new RelayWatchers(
      this.#state,
      (relay, bump) => this.#callRelay(relay, bump),
      saveSoon,
    );
    this.#alarms = new Alarms(this.#state, ctx.storage, {
      'session-ttl': expireSessionTxn,
      'link-grace': (tx, node) => this.#liveness.graceOverTxn(tx, node),
      'kv-ttl': expireKeyTxn,
      'trim-log': (tx) => this.#state.log.trimTxn(tx),
    });
    for (const socket of ctx.getWebSockets()) this.#links.restore(socket as LinkSocket);
    void ctx.blockConcurrencyWhile(() => this.#alarms.rearm());
    ctx.setWebSocketAutoResponse(
      new WebSocketRequestResponsePair(KEEPALIVE_REQUEST, KEEPALIVE_REPLY),
    );
  }

  /** A sidecar's link: the Worker has let it pass the door. */
  override fetch(_request: Request): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  /** A call from the Worker's own /v1. */
  call(call: Call): Reply {
    return this.#thenArm(() => this.#state.callAlone(call));
  }

  /** A relay's subscription; the reply is the present answer. */
  watchForRelay(relay: string, id: number, query: Omit<Call, 'actor'>): Reply {
    return this.#relays.watch(relay, id, { ...query, actor: `relay:${relay}` });
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    const text = typeof message === 'string' ? message : new TextDecoder().decode(message);
    this.#thenArm(() => this.#links.receive(socket as LinkSocket, text));
  }

  override webSocketClose(socket: WebSocket): void {
    this.#thenArm(() => this.#links.close(socket as LinkSocket));
  }

  override webSocketError(socket: WebSocket): void {
    this.#thenArm(() => this.#links.close(socket as LinkSocket));
  }

  override alarm(): Promise<void> {
    return this.#alarms.run();
  }

  /** Timers that the work set are armed once it is done. */
  #thenArm<T>(work: () => T): T {
    try {
      return work();
    } finally {
      this.ctx.waitUntil(this.#alarms.arm());
    }
  }

  /** A one-shot timer of a second is no idle timer: it holds off hibernation just until the row is written. */
  #saveSoon(key: string, save: () => void): void {
    this.#saves.set(key, save);
    if (this.#isSavingSoon) return;
    this.#isSavingSoon = true;
    setTimeout(() => {
      this.#isSavingSoon = false;
      const saves = [...this.#saves.values()];
      this.#saves.clear();
      for (const work of saves) work();
    }, SAVE_SUBSCRIPTIONS_MS);
  }

  #callRelay(relay: string, bump: RelayBump): Promise<number[]> {
    const { RELAY_OBJECTS } = this.env;
    return RELAY_OBJECTS.get(RELAY_OBJECTS.idFromName(relay)).bump(bump);
  }
}

/** Undefined for a variable that is absent or no number: the default then counts. */
function parseSize(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
