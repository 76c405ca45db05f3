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
import { KEEPALIVE_REPLY, KEEPALIVE_REQUEST, type Reply } from '../protocol/frames.ts';
import { SAVE_SUBSCRIPTIONS_MS } from '../protocol/limits.ts';
import { Alarms } from './alarms.ts';
import { type SettingsEnv, readSettings } from './datacenter-settings.ts';
import { type Call, DatacenterState } from './datacenter-state.ts';
import { toSchemaHistory } from './db/schema-history.ts';
import { makeRoot } from './ca/make-root.ts';
import type { Storage } from './db/storage.ts';
import { readCARoot, storeCARoot } from './state/ca-root.ts';
import type { LinkSocket } from './link/link.ts';
import { Links } from './link/links.ts';
import { Liveness } from './liveness.ts';
import type { RelayBump } from './relay/relay-protocol.ts';
import type { RelayObject } from './relay/relay.ts';
import { RelayWatchers } from './relay/relay-watchers.ts';
import { SNAPSHOT_PATH } from './snapshot/object-http.ts';
import { SnapshotServer } from './snapshot/snapshot-server.ts';
import { dropTemporaryTxn } from './snapshot/temporary-names.ts';
import { deleteKeyTxn as expireKeyTxn } from './state/kv-write.ts';
import { reapUnreportedTxn, sweepUnreportedTxn } from './state/reap-unreported.ts';
import { expireSessionTxn, sessionHooks } from './state/session-invalidation.ts';

export interface DatacenterEnv extends SettingsEnv {
  /** Name of the datacenter where the object's own name is not known. */
  readonly DATACENTER?: string;
  readonly RELAY_OBJECTS: DurableObjectNamespace<RelayObject>;
}

interface Parts {
  readonly state: DatacenterState;
  readonly links: Links;
  readonly liveness: Liveness;
  readonly relays: RelayWatchers;
  readonly alarms: Alarms;
}

export class DatacenterObject extends DurableObject<DatacenterEnv> {
  #parts: Parts;
  readonly #snapshots: SnapshotServer;
  readonly #saves = new Map<string, () => void>();
  #isSavingSoon = false;

  constructor(ctx: DurableObjectState, env: DatacenterEnv) {
    super(ctx, env);
    // The migrator's work is synchronous: it is done before the next line, and no request sees half a schema.
    const migrated = migrate(drizzle(ctx.storage), migrations);
    void ctx.blockConcurrencyWhile(() => migrated);
    const { sql } = ctx.storage as unknown as Storage;
    // What a snapshot under way kept, when the object ended in the middle of it.
    ctx.storage.transactionSync(() => dropTemporaryTxn(sql));
    this.#parts = this.#createParts();
    if (readCARoot(sql) === undefined) {
      // Before the first request, once in a datacenter's life.
      void ctx.blockConcurrencyWhile(() => this.#makeCARoot());
    }
    for (const socket of ctx.getWebSockets()) this.#parts.links.restore(socket as LinkSocket);
    this.#parts.liveness.noteLostLinks();
    void ctx.blockConcurrencyWhile(() => this.#parts.alarms.rearm());
    this.#snapshots = new SnapshotServer({
      state: () => this.#parts.state,
      history: toSchemaHistory(migrations),
      restored: () => this.#restored(),
    });
    ctx.setWebSocketAutoResponse(
      new WebSocketRequestResponsePair(KEEPALIVE_REQUEST, KEEPALIVE_REPLY),
    );
  }

  /** Everything in memory: made from the tables, and made anew when those are replaced. */
  #createParts(): Parts {
    const { ctx, env } = this;
    const clock = { now: () => Date.now(), newUUID: () => crypto.randomUUID() };
    const name = ctx.id.name ?? env.DATACENTER ?? 'dc1';
    const state = new DatacenterState(ctx.storage as unknown as Storage, name, clock, {
      ...readSettings(env),
      linkOf: (node) => links.stateOf(node),
    });
    const saveSoon = (key: string, save: () => void): void => this.#saveSoon(key, save);
    const liveness: Liveness = new Liveness(state, () => links);
    const links: Links = new Links(state, {
      keepaliveAt: (socket) =>
        ctx.getWebSocketAutoResponseTimestamp(socket as WebSocket)?.getTime(),
      opened: (node) => liveness.linkOpened(node),
      closed: (node) => liveness.linkClosed(node),
      saveSoon,
    });
    const relays = new RelayWatchers(
      state,
      (relay, bump) => this.#callRelay(relay, bump),
      saveSoon,
    );
    const alarms = new Alarms(state, ctx.storage, {
      'session-ttl': expireSessionTxn,
      ...liveness.timers,
      'kv-ttl': expireKeyTxn,
      'trim-log': (tx) => state.log.trimTxn(tx),
      'sweep-unreported': sweepUnreportedTxn,
      'reap-unreported': (tx, id) => reapUnreportedTxn(tx, id, sessionHooks),
    });
    return { state, links, liveness, relays, alarms };
  }

  /** Sidecars come back at once, find another incarnation, and drop what they know. */
  #restored(): void {
    // Relays stay, and are found again by what is written of them.
    this.#saveNow();
    this.#parts.links.closeAll('a snapshot was restored');
    this.#parts = this.#createParts();
    const { subscriptions, writer } = this.#parts.state;
    subscriptions.publishAll(writer.lastIndex);
    this.ctx.waitUntil(this.#parts.alarms.rearm());
  }

  /** A sidecar's link, or a snapshot: the Worker has let it pass the door. */
  override fetch(request: Request): Response | Promise<Response> {
    if (new URL(request.url).pathname === SNAPSHOT_PATH) return this.#snapshots.handle(request);
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  /** A call from the Worker's own /v1. */
  call(call: Call): Reply {
    return this.#thenArm(() => this.#parts.state.callAlone(call));
  }

  /** A relay's subscription; the reply is the present answer. */
  watchForRelay(relay: string, id: number, query: Omit<Call, 'actor'>): Reply {
    return this.#parts.relays.watch(relay, id, { ...query, actor: `relay:${relay}` });
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    const text = typeof message === 'string' ? message : new TextDecoder().decode(message);
    this.#thenArm(() => this.#parts.links.receive(socket as LinkSocket, text));
  }

  override webSocketClose(socket: WebSocket): void {
    this.#thenArm(() => this.#parts.links.close(socket as LinkSocket));
  }

  override webSocketError(socket: WebSocket): void {
    this.#thenArm(() => this.#parts.links.close(socket as LinkSocket));
  }

  override alarm(): Promise<void> {
    return this.#parts.alarms.run();
  }

  async #makeCARoot(): Promise<void> {
    const { storage, uuid, context } = this.#parts.state;
    storeCARoot(storage, await makeRoot(`${uuid}.consul`, context.now()));
  }

  /** Timers that the work set are armed once it is done. */
  #thenArm<T>(work: () => T): T {
    try {
      return work();
    } finally {
      const arming = this.#parts.alarms.arm();
      if (arming !== undefined) this.ctx.waitUntil(arming);
    }
  }

  /** A one-shot timer of a second is no idle timer: it holds off hibernation just until the row is written. */
  #saveSoon(key: string, save: () => void): void {
    this.#saves.set(key, save);
    if (this.#isSavingSoon) return;
    this.#isSavingSoon = true;
    setTimeout(() => {
      this.#isSavingSoon = false;
      this.#saveNow();
    }, SAVE_SUBSCRIPTIONS_MS);
  }

  #saveNow(): void {
    const saves = [...this.#saves.values()];
    this.#saves.clear();
    for (const work of saves) work();
  }

  #callRelay(relay: string, bump: RelayBump): Promise<number[]> {
    const { RELAY_OBJECTS } = this.env;
    return RELAY_OBJECTS.get(RELAY_OBJECTS.idFromName(relay)).bump(bump);
  }
}
