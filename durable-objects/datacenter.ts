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
import { type RPCError, toRPCError } from '../protocol/errors.ts';
import { NOBODY, isReserved } from '../protocol/reserved-tokens.ts';
import type { DatacenterRecord } from '../protocol/types/datacenters.ts';
import { Alarms } from './alarms.ts';
import { type SettingsEnv, readSettings } from './datacenter-settings.ts';
import { type Call, DatacenterState, renderFailure } from './datacenter-state.ts';
import { toSchemaHistory } from './db/schema-history.ts';
import type { Storage } from './db/storage.ts';
import type { VerifiedIdentity } from './acl/binding.ts';
import { Founding } from './founding.ts';
import { logIn, readAuthMethod } from './login.ts';
import { inJurisdiction } from './in-jurisdiction.ts';
import type { LinkSocket } from './link/link.ts';
import { Links } from './link/links.ts';
import { Liveness } from './liveness.ts';
import type { RelayBump } from './relay/relay-protocol.ts';
import type { RelayObject } from './relay/relay.ts';
import { RelayWatchers } from './relay/relay-watchers.ts';
import { SNAPSHOT_PATH } from './snapshot/object-http.ts';
import { SnapshotServer } from './snapshot/snapshot-server.ts';
import { pruneCARootsTxn } from './endpoints/ca-prune.ts';
import { dropTemporaryTxn } from './snapshot/temporary-names.ts';
import { expireTokenTxn } from './state/acl-tokens.ts';
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

/** No client may speak as an agent does. */
function fromOutside<C extends { readonly token: string }>(call: C): C {
  return isReserved(call.token) ? { ...call, token: NOBODY } : call;
}

/** Long enough for an answer to leave, short enough for nobody to call in between. */
const ABORT_DELAY_MS = 20;

export class DatacenterObject extends DurableObject<DatacenterEnv> {
  #parts: Parts;
  readonly #founding: Founding;
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
    const { name } = ctx.id;
    const isHome = name === undefined || name === (env.DATACENTER ?? name);
    this.#founding = new Founding(ctx.storage as unknown as Storage, isHome);
    this.#parts = this.#createParts();
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
      'acl-token': expireTokenTxn,
      'ca-roots': pruneCARootsTxn,
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
    const refusal = this.#refusal();
    if (refusal !== null) return Response.json(refusal, { status: 404 });
    if (new URL(request.url).pathname === SNAPSHOT_PATH) return this.#snapshots.handle(request);
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  /** A call from the Worker's own /v1. */
  call(call: Call): Reply {
    const refusal = this.#refusal();
    if (refusal !== null) return renderFailure(refusal);
    return this.#thenArm(() => this.#parts.state.callAlone(fromOutside(call)));
  }

  /** An auth method as a login needs it. */
  authMethod(name: string): Reply {
    return readAuthMethod(this.#parts.state, name);
  }

  /** A token for whom the Worker has verified. */
  logIn(method: string, identity: VerifiedIdentity, meta: Record<string, string>): Reply {
    return this.#thenArm(() => logIn(this.#parts.state, method, identity, meta));
  }

  /** A relay's subscription; the reply is the present answer. */
  watchForRelay(relay: string, id: number, query: Omit<Call, 'actor'>): Reply {
    const refusal = this.#refusal();
    if (refusal !== null) return renderFailure(refusal);
    return this.#parts.relays.watch(relay, id, {
      ...fromOutside(query),
      actor: `relay:${relay}`,
    });
  }

  /** Makes this object the datacenter of its name. */
  found(name: string, jurisdiction: string): void {
    this.#founding.found({ Name: name, Jurisdiction: jurisdiction });
  }

  /** Removes everything that it holds; the object is then as if it had never been called. */
  async destroy(): Promise<void> {
    this.#founding.remove();
    this.#parts.links.closeAll('the datacenter was removed');
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    // What is in memory speaks of tables that are gone. The answer leaves first.
    setTimeout(() => this.ctx.abort('the datacenter was removed'), ABORT_DELAY_MS);
  }

  keepDatacenters(records: DatacenterRecord[]): void {
    this.#founding.keepList(records);
  }

  keptDatacenters(): DatacenterRecord[] {
    return this.#founding.keptList();
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
    const relays = inJurisdiction(this.env.RELAY_OBJECTS, this.#founding.jurisdiction);
    return relays.get(relays.idFromName(relay)).bump(bump);
  }

  #refusal(): RPCError | null {
    try {
      this.#founding.require();
      return null;
    } catch (error) {
      return toRPCError(error);
    }
  }
}
