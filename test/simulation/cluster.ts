import { setImmediate as nextTurn } from 'node:timers/promises';
import { createMemberlist } from '../../sidecar/gossip/swim/create-memberlist.ts';
import { LAN_PROFILE } from '../../sidecar/gossip/swim/config.ts';
import type { SwimConfig } from '../../sidecar/gossip/swim/config.ts';
import { memberNode } from '../../sidecar/gossip/swim/member.ts';
import type { MemberNode } from '../../sidecar/gossip/swim/member.ts';
import type { SwimMemberlist } from '../../sidecar/gossip/swim/swim-memberlist.ts';
import { ownVersions } from '../../sidecar/gossip/swim/versions.ts';
import { MockNetwork } from '../../sidecar/gossip/testing/mock-network.ts';
import { SeededRandom } from '../../sidecar/gossip/testing/seeded-random.ts';
import { VirtualClock } from '../../sidecar/gossip/testing/virtual-clock.ts';
import { LAN_LINKS, linkModel } from './links.ts';
import type { LinkOptions } from './links.ts';
import { SlowTransport } from './slow-transport.ts';

const PORT = 7946;
/** Long enough for all to have probed a few, and for what was said at the start to have died down. */
const WARM_UP_MS = 8000;

/** Consul's retry_interval is 30 seconds; simulations are in a hurry. */
const RETRY_JOIN_MS = 5000;
/** Promises settle this often in virtual time. */
const STEP_MS = 50;

export interface ClusterOptions {
  readonly size: number;
  readonly seed: number;
  readonly config?: Partial<SwimConfig>;
  readonly links?: LinkOptions;
}

export interface SimulatedMember {
  readonly name: string;
  readonly address: string;
  readonly transport: SlowTransport;
  memberlist: SwimMemberlist;
  isRunning: boolean;
  /** It was in the pool from the start, or has contacted somebody who is. */
  isJoined: boolean;
}

/** Somebody believes something new of somebody. */
export interface Sighting {
  readonly atMs: number;
  readonly observer: string;
  readonly subject: string;
  readonly what: 'join' | 'dead' | 'left';
}

/** A pool in which everybody knows everybody from the start. */
export class Cluster {
  readonly clock = new VirtualClock();
  readonly random: SeededRandom;
  readonly members: SimulatedMember[] = [];
  sightings: Sighting[] = [];
  onSighting: (sighting: Sighting) => void = () => {};
  /** A process has started: at first, and again after each restart. */
  onStart: (member: SimulatedMember) => void = () => {};
  readonly network: MockNetwork;
  readonly #config: Partial<SwimConfig>;
  readonly #separated = new Map<string, number>();

  private constructor({ seed, config = {}, links = LAN_LINKS }: ClusterOptions) {
    this.random = new SeededRandom(seed);
    this.#config = config;
    const model = linkModel(links, this.random.fork());
    const together = (from: { address: string }, to: { address: string }): boolean =>
      this.#separated.get(from.address) === this.#separated.get(to.address);
    this.network = new MockNetwork(this.clock, {
      packetDelayMs: (from, to) => (together(from, to) ? model.packetDelayMs(from, to) : undefined),
      streamDelayMs: (from, to) => (together(from, to) ? model.streamDelayMs(from, to) : undefined),
    });
  }

  static async create(options: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(options);
    const nodes = Array.from({ length: options.size }, (_, index) => cluster.#node(index));
    for (const node of nodes) await cluster.#start(node, nodes);
    cluster.run(WARM_UP_MS);
    cluster.forgetMeasurements();
    return cluster;
  }

  get running(): SimulatedMember[] {
    return this.members.filter(({ isRunning }) => isRunning);
  }

  run(durationMs: number): void {
    this.clock.advance(durationMs);
  }

  /** As `run`, where joins and leaves have to go on meanwhile: their promises settle after each step. */
  async runAsync(durationMs: number): Promise<void> {
    for (let leftMs = durationMs; leftMs > 0; leftMs -= STEP_MS) {
      this.clock.advance(Math.min(STEP_MS, leftMs));
      await nextTurn();
    }
  }

  /** Asks `other` for the pool. Its outcome is seen in what happens. */
  join(member: SimulatedMember, other: SimulatedMember): void {
    void member.memberlist.join([`${other.address}:${PORT}`]);
  }

  /**
   * As an agent with `retry_join`: one member after the other, until one answers. Those that are joining themselves are no
   * help: two that find one another first are a pool of their own, with real agents as well.
   */
  async joinUntilContacted(member: SimulatedMember): Promise<void> {
    while (member.isRunning) {
      const others = this.running.filter((other) => other.isJoined);
      const other = others[this.random.below(others.length)];
      if (other === undefined) return;
      const { contacted } = await member.memberlist.join([`${other.address}:${PORT}`]);
      if (contacted > 0) {
        member.isJoined = true;
        return;
      }
      await new Promise<void>((resolve) => {
        this.clock.after(RETRY_JOIN_MS, resolve);
      });
    }
  }

  /** Whom a member takes for alive. */
  view(member: SimulatedMember): ReadonlySet<string> {
    return new Set(member.memberlist.members().map(({ name }) => name));
  }

  forgetMeasurements(): void {
    this.sightings = [];
    const { network } = this;
    [network.packets, network.packetBytes, network.streams, network.streamBytes] = [0, 0, 0, 0];
  }

  /** The process is gone, without a word. */
  kill(member: SimulatedMember): void {
    member.isRunning = false;
    void member.memberlist.stop();
  }

  /** A new process under the old name: it knows nobody. */
  async restart(member: SimulatedMember): Promise<SimulatedMember> {
    const index = this.members.indexOf(member);
    return this.#start(this.#node(index), [], index);
  }

  /** A new member that knows nobody. */
  async add(): Promise<SimulatedMember> {
    const index = this.members.length;
    return this.#start(this.#node(index), [], index);
  }

  /** Members of different groups do not reach one another; who is in none is in a group with all others that are in none. */
  separate(groups: readonly (readonly SimulatedMember[])[]): void {
    groups.forEach((group, number) => {
      for (const { address } of group) this.#separated.set(address, number);
    });
  }

  heal(): void {
    this.#separated.clear();
  }

  async stop(): Promise<void> {
    for (const member of this.members) member.isRunning = false;
    await Promise.all(this.members.map(({ memberlist }) => memberlist.stop()));
  }

  #node(index: number): MemberNode {
    const name = `member-${index}`;
    const addressBytes = new Uint8Array([10, (index >> 16) & 255, (index >> 8) & 255, index & 255]);
    return memberNode({
      name,
      address: addressBytes.join('.'),
      addressBytes,
      port: PORT,
      meta: new Uint8Array(0),
      versions: ownVersions({ ...LAN_PROFILE, name }),
    });
  }

  async #start(
    node: MemberNode,
    known: readonly MemberNode[],
    index = this.members.length,
  ): Promise<SimulatedMember> {
    const { clock, network, random } = this;
    const { name, address } = node;
    const transport = new SlowTransport(network.transport({ address, port: PORT }), clock);
    const see = (what: Sighting['what'], subject: string): void => {
      const sighting = { atMs: clock.now(), observer: name, subject, what };
      this.sightings.push(sighting);
      this.onSighting(sighting);
    };
    const memberlist = await createMemberlist({
      config: { ...LAN_PROFILE, ...this.#config, name },
      transport,
      clock,
      random: random.fork(),
      delegates: {
        events: {
          notifyJoin: (joined) => see('join', joined.name),
          notifyLeave: (gone, state) => see(state, gone.name),
          notifyUpdate: () => {},
        },
      },
      knownFromStart: known,
    });
    const isJoined = known.length > 0;
    const member = { name, address, transport, memberlist, isRunning: true, isJoined };
    this.members[index] = member;
    this.onStart(member);
    return member;
  }
}
