import type { ConflictDelegate, Delegates, EventDelegate } from '../delegates.ts';
import { GossipError } from '../errors.ts';
import type { GossipNode } from '../gossip-node.ts';
import type { Memberlist } from '../memberlist.ts';
import type { Endpoint, PeerAddress } from '../transport.ts';
import type { GossipLog } from '../log.ts';
import { BroadcastQueues } from './broadcast-queues.ts';
import type { SerfConfig } from './config.ts';
import { Coordinates } from './coordinates.ts';
import { SerfCounters } from './counters.ts';
import { EventPipeline } from './event-pipeline.ts';
import { InternalQueries } from './internal/internal-queries.ts';
import { KeyManager } from './internal/key-manager.ts';
import { KeyQueries } from './internal/key-queries.ts';
import { Lifecycle } from './lifecycle.ts';
import { Listeners } from './listeners.ts';
import { Maintenance } from './maintenance.ts';
import type { Member } from './member.ts';
import { Membership } from './membership.ts';
import { RuledMerge } from './merge-delegate.ts';
import { Queries } from './query/queries.ts';
import { Responder } from './query/responder.ts';
import { SerfDelegate } from './serf-delegate.ts';
import type { SerfOptions } from './serf-options.ts';
import type { SerfParts } from './serf-parts.ts';
import type { ReplayResult } from './snapshot/snapshot-format.ts';
import { Snapshotter } from './snapshot/snapshotter.ts';
import { UserEvents } from './user-events.ts';
import { Waits } from './waits.ts';

const NO_TIMES = { clock: 0, eventClock: 0, queryClock: 0 };

/** The parts of one node and their connections. `memberlist` comes last: it calls the delegates while it starts. */
export class Assembly implements SerfParts {
  memberlist: Memberlist | undefined;
  /** Another node claims this one's name. */
  onNameConflict: () => void = () => {};
  readonly config: SerfConfig;
  readonly log: GossipLog;
  readonly counters = new SerfCounters();
  readonly listeners: Listeners;
  readonly lifecycle: Lifecycle;
  readonly waits: Waits;
  readonly queues: BroadcastQueues;
  readonly membership: Membership;
  readonly userEvents: UserEvents;
  readonly queries: Queries;
  readonly pipeline: EventPipeline;
  readonly coordinates: Coordinates | undefined;
  readonly keyManager: KeyManager;
  readonly snapshotter: Snapshotter | undefined;
  readonly maintenance: Maintenance;
  readonly #options: SerfOptions;
  readonly #delegate: SerfDelegate;

  /** @throws GossipError `too_large` for the tags */
  constructor(options: SerfOptions, replayed: ReplayResult | undefined) {
    this.#options = options;
    const { config, log, clock, random } = options;
    this.config = config;
    this.log = log;
    this.listeners = new Listeners(log);
    if (options.onEvent !== undefined) this.listeners.add(options.onEvent);
    this.lifecycle = new Lifecycle(config.tags, config.protocolVersion);
    this.waits = new Waits(clock);
    this.queues = this.#createQueues();
    this.pipeline = this.#createPipeline();
    const previous = replayed?.state ?? NO_TIMES;
    this.membership = this.#createMembership(previous.clock);
    this.userEvents = new UserEvents({
      config,
      queue: this.queues.events,
      counters: this.counters,
      onEvent: (event) => this.pipeline.push(event),
      previousTime: previous.eventClock,
    });
    this.queries = this.#createQueries(previous.queryClock);
    this.coordinates = config.coordinates
      ? new Coordinates(config.name, random, this.counters)
      : undefined;
    this.keyManager = new KeyManager({
      query: (name, payload, params) => this.queries.send(name, payload, params),
      memberCount: () => this.#started().numMembers(),
    });
    this.snapshotter = this.#createSnapshotter(replayed);
    this.maintenance = this.#createMaintenance();
    this.#delegate = this.#createDelegate();
  }

  isEncrypted(): boolean {
    return this.#options.keyring.primary() !== undefined;
  }

  /** Serf's formula: time for the query to spread, times enough for the answers to come. */
  defaultQueryTimeoutMs(): number {
    const { gossipIntervalMs, config } = this.#options;
    const members = this.#started().numMembers();
    return gossipIntervalMs * config.queryTimeoutMult * Math.ceil(Math.log10(members + 1));
  }

  delegates(): Delegates {
    const { merge, config } = this.#options;
    const ruled = merge === undefined ? undefined : new RuledMerge(merge, config.validateNames);
    return {
      delegate: this.#delegate,
      events: this.#eventDelegate(),
      conflict: this.#conflictDelegate(),
      ...(this.coordinates === undefined ? {} : { ping: this.coordinates }),
      ...(ruled === undefined ? {} : { merge: ruled, alive: ruled }),
    };
  }

  #started(): Memberlist {
    if (this.memberlist === undefined) throw new GossipError('stopped', 'the pool has not started');
    return this.memberlist;
  }

  #createQueues(): BroadcastQueues {
    const { config, log, retransmitMult } = this.#options;
    return new BroadcastQueues({
      config,
      log,
      retransmitMult,
      counters: this.counters,
      memberCount: () => this.membership.table.size,
    });
  }

  #createPipeline(): EventPipeline {
    const { config, clock, log, keyring, persistKeys } = this.#options;
    const internal = new InternalQueries({
      nodeName: config.name,
      lookup: (name) => this.membership.table.get(name),
      keys: new KeyQueries(keyring, persistKeys ?? (() => Promise.resolve())),
      log,
    });
    return new EventPipeline({
      config,
      clock,
      onEvent: (event) => this.listeners.tell(event),
      record: (event) => this.snapshotter?.record(event),
      onInternalQuery: (query) => void internal.handle(query),
    });
  }

  #createMembership(previousTime: number): Membership {
    const { config, clock, log } = this.#options;
    return new Membership({
      config,
      clock,
      log,
      counters: this.counters,
      queue: this.queues.intents,
      previousTime,
      onEvent: (event) => this.pipeline.push(event),
      onErase: (name) => this.coordinates?.forget(name),
      isStaying: () => this.lifecycle.state === 'alive',
    });
  }

  #createQueries(previousTime: number): Queries {
    const { config, clock, random } = this.#options;
    return new Queries({
      config,
      clock,
      random,
      counters: this.counters,
      queue: this.queues.queries,
      previousTime,
      responder: new Responder({
        name: config.name,
        responseSizeLimit: config.queryResponseSizeLimit,
        random,
        clock,
        members: () => this.membership.table.list(),
        send: (to, message) => this.#send(to, message),
      }),
      self: () => this.#started().localNode(),
      filtered: () => ({ name: config.name, tags: this.lifecycle.tags }),
      defaultTimeoutMs: () => this.defaultQueryTimeoutMs(),
      memberCount: () => this.#started().numMembers(),
      onQuery: (query) => this.pipeline.push({ kind: 'query', query }),
    });
  }

  #createSnapshotter(replayed: ReplayResult | undefined): Snapshotter | undefined {
    const { snapshot, config, clock, log } = this.#options;
    if (snapshot === undefined || replayed === undefined) return undefined;
    const { rejoinAfterLeave } = config;
    const time = (): number => this.membership.time;
    return new Snapshotter({ storage: snapshot, rejoinAfterLeave, time, clock, log }, replayed);
  }

  #createMaintenance(): Maintenance {
    const { config, clock, random, log } = this.#options;
    return new Maintenance({
      config,
      clock,
      random,
      table: this.membership.table,
      reap: () => this.membership.reap(),
      checkQueues: () => this.queues.check(),
      reconnect: async (member) => {
        log.info(`serf: attempting reconnect to ${member.name} ${member.address}:${member.port}`);
        await this.#started().join([joinAddress(member)]);
      },
    });
  }

  #createDelegate(): SerfDelegate {
    return new SerfDelegate({
      membership: this.membership,
      userEvents: this.userEvents,
      queries: this.queries,
      queues: this.queues,
      counters: this.counters,
      meta: () => this.lifecycle.meta,
      ignoresOldEvents: () => this.lifecycle.ignoresOldEvents,
      isMemberAt: (endpoint) =>
        this.membership.table.list().some((member) => isSameEndpoint(member, endpoint)),
      send: (to, message) => this.#trySend(to, message),
    });
  }

  #eventDelegate(): EventDelegate {
    const { clock, log } = this.#options;
    const { table } = this.membership;
    return {
      notifyJoin: (node) => {
        log.info(`serf: EventMemberJoin: ${node.name} ${node.address}`);
        table.joined(node, clock.now());
      },
      notifyLeave: (node) => table.gone(node.name, clock.now()),
      notifyUpdate: (node) => table.updated(node),
    };
  }

  #conflictDelegate(): ConflictDelegate {
    const { log, config } = this.#options;
    return {
      notifyConflict: (existing, other) => {
        const [ours, theirs] = [endpointOf(existing), endpointOf(other)];
        if (existing.name !== config.name) {
          log.warn(`serf: Name conflict for '${existing.name}': ${ours} and ${theirs} claim it`);
          return;
        }
        log.error(
          `serf: Node name conflicts with another node at ${theirs}. Names must be unique!`,
        );
        if (config.resolveNameConflicts) this.onNameConflict();
      },
    };
  }

  /** What goes to this node itself takes no detour: behind a NAT its advertised address may not lead back here. */
  #send(to: PeerAddress, message: Uint8Array): void {
    const memberlist = this.#started();
    if (!isSameEndpoint(to, memberlist.localNode())) {
      memberlist.sendToAddress(to, message);
      return;
    }
    void this.waits.sleep(0).then(() => {
      if (this.lifecycle.state !== 'stopped') this.#delegate.notifyMsg(message);
    });
  }

  #trySend(to: PeerAddress, message: Uint8Array): void {
    try {
      this.#send(to, message);
    } catch (error) {
      if (!(error instanceof GossipError)) throw error;
      this.log.debug(`serf: ${to.name} not reached: ${error.message}`);
    }
  }
}

function isSameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.address === b.address && a.port === b.port;
}

function endpointOf(node: Endpoint | GossipNode): string {
  return node.address.includes(':')
    ? `[${node.address}]:${node.port}`
    : `${node.address}:${node.port}`;
}

/** With the name in front, so that whoever lives there now is not taken for the member. */
export function joinAddress(member: Pick<Member, 'name' | 'address' | 'port'>): string {
  return `${member.name}/${endpointOf(member)}`;
}
