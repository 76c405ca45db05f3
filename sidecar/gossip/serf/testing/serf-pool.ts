/** Whole Serf pools on a virtual clock and a network in memory. */
import { GossipError } from '../../errors.ts';
import { Keyring } from '../../keyring/keyring.ts';
import { createPool } from '../../pool.ts';
import type { Pool, PoolOptions } from '../../pool.ts';
import { LAN_PROFILE } from '../../swim/config.ts';
import { MockNetwork } from '../../testing/mock-network.ts';
import { SeededRandom } from '../../testing/seeded-random.ts';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import type { Endpoint } from '../../transport.ts';
import type { SerfEvent } from '../events.ts';
import { memoryLog } from './memory-log.ts';

export interface SerfMember {
  readonly name: string;
  readonly address: string;
  readonly pool: Pool;
  readonly events: SerfEvent[];
  readonly keyring: Keyring;
  readonly log: readonly string[];
  readonly stops: readonly string[];
}

export interface SerfMemberOptions extends Partial<PoolOptions> {
  readonly key?: Uint8Array;
}

/** Between any two members, each way. */
const DELAY_MS = 1;

const PASS_STEP_MS = 500;

export class SerfPool {
  readonly clock = new VirtualClock();
  readonly network: MockNetwork;
  readonly members: SerfMember[] = [];
  readonly #random: SeededRandom;
  readonly #blocked = new Set<string>();
  #started = 0;

  constructor(seed = 1) {
    this.#random = new SeededRandom(seed);
    const delayMs = (from: Endpoint, to: Endpoint): number | undefined =>
      this.#blocked.has(`${from.address}>${to.address}`) ? undefined : DELAY_MS;
    this.network = new MockNetwork(this.clock, { packetDelayMs: delayMs, streamDelayMs: delayMs });
  }

  /** `n1` at 10.0.0.1 and so on, unless told otherwise. */
  async add(options: SerfMemberOptions = {}): Promise<SerfMember> {
    const number = ++this.#started;
    const { key, bind = { address: `10.0.0.${number}`, port: 7946 }, ...rest } = options;
    const name = options.name ?? `n${number}`;
    const events: SerfEvent[] = [];
    const stops: string[] = [];
    const { log, lines } = memoryLog();
    const keyring = new Keyring(key);
    const pool = await createPool({
      tags: {},
      profile: LAN_PROFILE,
      keyring,
      log,
      clock: this.clock,
      random: this.#random.fork(),
      resolve: (host) => Promise.reject(new Error(`lookup ${host}: no such host`)),
      onEvent: (event) => events.push(event),
      onStopped: (reason) => stops.push(reason),
      ...rest,
      name,
      bind,
      transport: this.network.transport(bind),
    });
    const member = { name, address: bind.address, pool, events, keyring, log: lines, stops };
    this.members.push(member);
    return member;
  }

  /** Members that have joined the first and were told of one another. */
  async grow(count: number, options: SerfMemberOptions = {}): Promise<SerfMember[]> {
    const added: SerfMember[] = [];
    for (let index = 0; index < count; index++) added.push(await this.add(options));
    const [first] = this.members;
    for (const member of added) {
      if (first !== undefined && member !== first) await this.join(member, first);
    }
    await this.clock.advanceAsync(5000);
    for (const member of this.members) member.events.length = 0;
    return added;
  }

  async join(member: SerfMember, other: SerfMember, ignoreOld = false): Promise<number> {
    const joining = member.pool.join([other.address], { ignoreOld });
    return (await this.after(100, joining)).contacted;
  }

  /** Lets time pass, then gives what was promised meanwhile. */
  async after<T>(durationMs: number, promise: Promise<T>): Promise<T> {
    // Watched from the start: a rejection while time passes must not count as unhandled.
    const settled = promise.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    await this.clock.advanceAsync(durationMs);
    const late = Promise.resolve({ error: new GossipError('timeout', 'not settled yet') });
    const result = await Promise.race([settled, late]);
    if ('error' in result) throw result.error;
    return result.value;
  }

  /** Lets much time pass: promises settle now and then only, not at every moment, which costs a tenth. */
  async pass(durationMs: number): Promise<void> {
    for (let passedMs = 0; passedMs < durationMs; passedMs += PASS_STEP_MS) {
      this.clock.advance(PASS_STEP_MS);
      await this.clock.advanceAsync(0);
    }
  }

  /** Nothing passes between the two any more. */
  cut(one: SerfMember, other: SerfMember): void {
    this.#blocked.add(`${one.address}>${other.address}`).add(`${other.address}>${one.address}`);
  }

  heal(): void {
    this.#blocked.clear();
  }

  async stop(): Promise<void> {
    const stopping = Promise.all(this.members.map(({ pool }) => pool.stop()));
    // What is under way on the network arrives, and is dropped.
    await this.clock.advanceAsync(DELAY_MS);
    await stopping;
  }
}

/** `name status` of each member that `member` knows, sorted. */
export function view({ pool }: SerfMember): string[] {
  return pool
    .members()
    .map(({ name, status }) => `${name} ${status}`)
    .toSorted();
}

/** The events in words: `member-join n2`, `deploy v1`. */
export function told({ events }: SerfMember): string[] {
  return events.map((event) => {
    if (event.kind === 'user') return `${event.name} ${Buffer.from(event.payload).toString()}`;
    if (event.kind === 'query') return `query ${event.query.name}`;
    return `${event.kind} ${event.members.map(({ name }) => name).join(',')}`;
  });
}
