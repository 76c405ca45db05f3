/** One member of a pool: connects the parts and is what the outside sees (memberlist's memberlist.go). */
import { TransmitLimitedQueue } from '../broadcast/transmit-limited-queue.ts';
import { GossipCounters } from '../counters.ts';
import { GossipError } from '../errors.ts';
import type { GossipNode } from '../gossip-node.ts';
import { MAX_META_BYTES } from '../memberlist.ts';
import type { JoinResult, Memberlist, MemberView } from '../memberlist.ts';
import type { PeerAddress } from '../transport.ts';
import { MAX_STREAM_BYTES_IN_FLIGHT } from '../wire/limits.ts';
import { ByteBudget } from '../wire/stream-buffer.ts';
import { allowList } from './allow-list.ts';
import { Awareness } from './awareness.ts';
import type { SwimContext } from './context.ts';
import { DirectPing } from './direct-ping.ts';
import { Gossiper } from './gossiper.ts';
import { IndirectPings } from './indirect-pings.ts';
import { resolveJoinAddress } from './join-address.ts';
import type { Resolver } from './join-address.ts';
import { LocalNode } from './local-node.ts';
import { MemberTable } from './member-table.ts';
import { Membership } from './membership.ts';
import type { MemberlistOptions } from './options.ts';
import { PacketReceiver } from './packet-receiver.ts';
import { PacketSender, userMessage } from './packet-sender.ts';
import { PendingAcks } from './pending-acks.ts';
import { Prober } from './prober.ts';
import { PushPullSync } from './push-pull.ts';
import { packetSecurity } from './security.ts';
import { StreamClient } from './stream-client.ts';
import { StreamServer } from './stream-server.ts';
import { Waiters } from './waiters.ts';

const EMPTY = new Uint8Array(0);

export class SwimMemberlist implements Memberlist {
  readonly counters: GossipCounters;
  readonly #context: SwimContext;
  readonly #resolve: Resolver;
  readonly #sender: PacketSender;
  readonly #receiver: PacketReceiver;
  readonly #membership: Membership;
  readonly #streams: StreamClient;
  readonly #server: StreamServer;
  readonly #sync: PushPullSync;
  readonly #parts: readonly { stop(): void }[];
  readonly #tickers: readonly { start(): void }[];
  readonly #waiters: Waiters;
  readonly #directPing: DirectPing;
  #stopping: Promise<void> | undefined;

  /** Its transport listens already; nothing is sent before `start`. @throws GossipError `invalid_address` */
  constructor(options: MemberlistOptions) {
    const context = makeContext(options);
    const budget = new ByteBudget(MAX_STREAM_BYTES_IN_FLIGHT);
    this.#context = context;
    this.counters = context.counters;
    this.#resolve = options.resolve;
    this.#waiters = new Waiters(context.clock);
    this.#sender = new PacketSender(context);
    this.#membership = new Membership(context);
    this.#streams = new StreamClient(context, budget);
    this.#sync = new PushPullSync(context, this.#membership, this.#streams);
    this.#server = new StreamServer(context, this.#sync, budget);
    this.#membership.assume(options.knownFromStart ?? []);
    const [sender, acks, streams] = [this.#sender, new PendingAcks(), this.#streams];
    this.#directPing = new DirectPing(context, sender, acks);
    const indirectPings = new IndirectPings(context, sender, acks);
    this.#receiver = new PacketReceiver(context, {
      membership: this.#membership,
      sender,
      acks,
      indirectPings,
    });
    const prober = new Prober(context, this.#membership, { sender, acks, streams });
    const gossiper = new Gossiper(context, sender);
    this.#tickers = [prober, gossiper, this.#sync];
    this.#parts = [
      prober,
      gossiper,
      this.#sync,
      indirectPings,
      this.#directPing,
      this.#waiters,
      this.#server,
      streams,
      this.#membership,
    ];
  }

  get transportHandler(): {
    onPacket: PacketReceiver['receive'];
    onStream: StreamServer['accept'];
  } {
    return {
      onPacket: (packet, from, receivedAtMs) => {
        if (this.#stopping === undefined) this.#receiver.receive(packet, from, receivedAtMs);
      },
      onStream: (stream) => {
        if (this.#stopping === undefined) this.#server.accept(stream);
        else stream.close();
      },
    };
  }

  /** Becomes the first member of its own pool. @throws GossipError `too_large` */
  start(): void {
    this.#membership.announceLocal(this.#localMeta());
    for (const ticker of this.#tickers) ticker.start();
  }

  localNode(): GossipNode {
    const { table, local } = this.#context;
    const member = table.get(local.name);
    if (member === undefined) throw new GossipError('stopped', 'gossip has not started');
    return member.node;
  }

  members(): readonly GossipNode[] {
    const nodes: GossipNode[] = [];
    for (const member of this.#context.table) if (!member.isGone) nodes.push(member.node);
    return nodes;
  }

  numMembers(): number {
    let count = 0;
    for (const member of this.#context.table) if (!member.isGone) count++;
    return count;
  }

  estimatedNodes(): number {
    return this.#context.table.size;
  }

  lookup(name: string): MemberView | undefined {
    const member = this.#context.table.get(name);
    if (member === undefined) return undefined;
    const { node, state, incarnation } = member;
    return { node, state, incarnation };
  }

  healthScore(): number {
    return this.#context.awareness.score;
  }

  async join(addresses: readonly string[]): Promise<JoinResult> {
    const errors: Error[] = [];
    let contacted = 0;
    for (const text of addresses) {
      for (const outcome of await this.#joinAll(text)) {
        if (outcome === undefined) contacted++;
        else errors.push(outcome);
      }
    }
    return { contacted, errors };
  }

  leave(timeoutMs: number): Promise<boolean> {
    const { local, table } = this.#context;
    const self = table.get(local.name);
    if (local.leaving || self === undefined) return Promise.resolve(true);
    local.leaving = true;
    const { incarnation } = self;
    return this.#told(timeoutMs, (onSent) =>
      this.#membership.dead({ incarnation, node: local.name, from: local.name }, onSent),
    );
  }

  async updateNode(timeoutMs: number): Promise<boolean> {
    const meta = this.#localMeta();
    return this.#told(timeoutMs, (onSent) => this.#membership.announceLocal(meta, onSent));
  }

  sendBestEffort(to: GossipNode, message: Uint8Array): void {
    this.#requireRunning();
    this.#sender.sendOne(to, userMessage(message), to.versions);
  }

  sendToAddress(to: PeerAddress, message: Uint8Array): void {
    this.#requireRunning();
    this.#sender.sendOne(to, userMessage(message), undefined);
  }

  sendReliable(to: GossipNode, message: Uint8Array): Promise<void> {
    this.#requireRunning();
    const { streamTimeoutMs } = this.#context.config;
    return new Promise((resolve, reject) => {
      this.#streams.sendUser(to, message, streamTimeoutMs, (error) => {
        if (error === undefined) resolve();
        else reject(error);
      });
    });
  }

  ping(to: PeerAddress): Promise<number> {
    this.#requireRunning();
    return this.#directPing.send(to);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  #stopAll(): Promise<void> {
    for (const part of this.#parts) part.stop();
    return this.#context.transport.stop();
  }

  #requireRunning(): void {
    if (this.#stopping !== undefined) throw new GossipError('stopped', 'gossip has stopped');
  }

  #localMeta(): Uint8Array {
    const meta = this.#context.delegates.delegate?.nodeMeta(MAX_META_BYTES) ?? EMPTY;
    if (meta.length <= MAX_META_BYTES) return meta;
    const limit = `${meta.length} bytes, at most ${MAX_META_BYTES}`;
    throw new GossipError(
      'too_large',
      `Node meta data provided is longer than the limit: ${limit}`,
    );
  }

  /** @returns for each address behind the text: undefined for success, or what went wrong */
  async #joinAll(text: string): Promise<(Error | undefined)[]> {
    const { transport, log } = this.#context;
    try {
      const addresses = await resolveJoinAddress(text, transport.bound.port, this.#resolve);
      const outcomes: (Error | undefined)[] = [];
      for (const address of addresses) outcomes.push(await this.#joinOne(address));
      return outcomes;
    } catch (error) {
      if (!(error instanceof GossipError)) throw error;
      log?.warn(`cannot resolve ${text}: ${error.message}`);
      return [new GossipError(error.code, `Failed to resolve ${text}: ${error.message}`)];
    }
  }

  #joinOne(to: PeerAddress): Promise<Error | undefined> {
    if (this.#stopping !== undefined) {
      return Promise.resolve(new GossipError('stopped', 'gossip has stopped'));
    }
    return new Promise((resolve) => {
      this.#sync.exchange(to, true, (error) => {
        if (error === undefined) return resolve(undefined);
        const address = to.address.includes(':') ? `[${to.address}]` : to.address;
        const message = `Failed to join ${address}:${to.port}: ${error.message}`;
        resolve(new GossipError(error.code, message, { cause: error }));
      });
    });
  }

  /** Waits until what `announce` queues was sent often enough, if there is anybody to send it to. */
  #told(timeoutMs: number, announce: (onSent: () => void) => void): Promise<boolean> {
    const { table, local } = this.#context;
    return this.#waiters.wait(timeoutMs, false, (settle) => {
      announce(() => settle(true));
      const others = Iterator.from(table).some(
        (member) => !member.isGone && member.node.name !== local.name,
      );
      if (!others) settle(true);
    });
  }
}

function makeContext(options: MemberlistOptions): SwimContext {
  const { config, clock, random, transport, delegates, keyring, log } = options;
  const table = new MemberTable(random);
  return {
    config,
    clock,
    random,
    transport,
    delegates,
    log,
    table,
    security: packetSecurity(config, keyring),
    counters: new GossipCounters(),
    allowed: allowList(config.allowedCIDRs),
    local: new LocalNode(config, transport.bound),
    awareness: new Awareness(config.lifeguard ? config.awarenessMaxMultiplier : 1),
    broadcasts: new TransmitLimitedQueue({
      retransmitMult: config.retransmitMult,
      nodeCount: () => table.size,
    }),
  };
}
