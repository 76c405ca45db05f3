/** Whole pools on a virtual clock and a network in memory. */
import type { Delegates } from '../delegates.ts';
import { Keyring } from '../keyring/keyring.ts';
import { createMemberlist } from '../swim/create-memberlist.ts';
import { LAN_PROFILE } from '../swim/config.ts';
import type { SwimConfig } from '../swim/config.ts';
import type { SwimMemberlist } from '../swim/swim-memberlist.ts';
import type { Endpoint } from '../transport.ts';
import { MockNetwork, PERFECT_LINKS } from './mock-network.ts';
import type { LinkModel, MockTransport } from './mock-network.ts';
import { RecordingDelegate } from './recording-delegate.ts';
import { SeededRandom } from './seeded-random.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface TestMember {
  readonly name: string;
  readonly address: string;
  readonly memberlist: SwimMemberlist;
  readonly delegate: RecordingDelegate;
  readonly transport: MockTransport;
  readonly keyring: Keyring;
}

export interface MemberOptions extends Partial<SwimConfig> {
  readonly key?: Uint8Array;
  readonly bind?: Endpoint;
  readonly hosts?: Readonly<Record<string, readonly string[]>>;
  /** Besides the recording one. */
  readonly delegates?: Delegates;
}

export class TestPool {
  readonly clock = new VirtualClock();
  readonly network: MockNetwork;
  readonly random: SeededRandom;
  readonly members: TestMember[] = [];
  readonly #blocked = new Set<string>();

  constructor(seed = 1, links: LinkModel = PERFECT_LINKS) {
    this.random = new SeededRandom(seed);
    const open = (from: Endpoint, to: Endpoint): boolean =>
      !this.#blocked.has(`${from.address}>${to.address}`);
    this.network = new MockNetwork(this.clock, {
      packetDelayMs: (from, to) => (open(from, to) ? links.packetDelayMs(from, to) : undefined),
      streamDelayMs: (from, to) => (open(from, to) ? links.streamDelayMs(from, to) : undefined),
    });
  }

  /** `n1` at 10.0.0.1 and so on, unless told otherwise. */
  async add(options: MemberOptions = {}): Promise<TestMember> {
    const number = this.members.length + 1;
    const { key, bind, hosts, delegates, ...config } = options;
    const name = config.name ?? `n${number}`;
    const address = bind?.address ?? `10.0.${number >> 8}.${number & 255}`;
    const transport = this.network.transport(bind ?? { address, port: 7946 });
    const delegate = new RecordingDelegate();
    const keyring = new Keyring(key);
    const memberlist = await createMemberlist({
      config: { ...LAN_PROFILE, ...config, name },
      transport,
      clock: this.clock,
      random: this.random.fork(),
      delegates: { ...delegate.delegates(), ...delegates },
      keyring,
      resolve: (host) =>
        hosts?.[host] === undefined
          ? Promise.reject(new Error(`lookup ${host}: no such host`))
          : Promise.resolve(hosts[host]),
    });
    const member = { name, address, memberlist, delegate, transport, keyring };
    this.members.push(member);
    return member;
  }

  /** Members that have joined the first and were told of one another. */
  async grow(count: number, options: MemberOptions = {}): Promise<TestMember[]> {
    const added: TestMember[] = [];
    for (let index = 0; index < count; index++) added.push(await this.add(options));
    const [first] = this.members;
    for (const member of added) {
      if (first !== undefined && member !== first) await this.join(member, first);
    }
    await this.clock.advanceAsync(5000);
    return added;
  }

  /** @returns how many were contacted */
  async join(member: TestMember, other: TestMember): Promise<number> {
    const joining = member.memberlist.join([`${other.address}:${other.transport.bound.port}`]);
    await this.clock.advanceAsync(100);
    return (await joining).contacted;
  }

  /** Nothing passes between the two any more. */
  cut(one: TestMember, other: TestMember): void {
    this.#blocked.add(`${one.address}>${other.address}`).add(`${other.address}>${one.address}`);
  }

  heal(): void {
    this.#blocked.clear();
  }

  /** The names that a member takes for alive, sorted. */
  static view(member: TestMember): string[] {
    return member.memberlist
      .members()
      .map(({ name }) => name)
      .toSorted();
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map(({ memberlist }) => memberlist.stop()));
  }
}
