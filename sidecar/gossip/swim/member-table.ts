/** All nodes that this one knows, in an order that is shuffled for probing. */
import { shuffle } from '../random.ts';
import type { Random } from '../random.ts';
import type { Member } from './member.ts';

/**
 * How many nodes are kept, dead ones included. Beyond what is ever reasonable in one pool; without it anybody who can send an
 * alive message could fill the memory.
 */
export const MAX_NODES = 65_536;

/** Below this many times the wanted number, random picks would miss some: every node is looked at. */
const EXHAUSTIVE_FACTOR = 3;

export class MemberTable {
  readonly #random: Random;
  readonly #byName = new Map<string, Member>();
  readonly #list: Member[] = [];
  #probeIndex = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Dead nodes included until they are forgotten. */
  get size(): number {
    return this.#list.length;
  }

  get isFull(): boolean {
    return this.#list.length >= MAX_NODES;
  }

  get(name: string): Member | undefined {
    return this.#byName.get(name);
  }

  [Symbol.iterator](): IterableIterator<Member> {
    return this.#list[Symbol.iterator]();
  }

  /** At a random place: if all appended, a new node would be probed by all at the same time, and only late. */
  add(member: Member): void {
    const list = this.#list;
    this.#byName.set(member.node.name, member);
    list.push(member);
    const place = this.#random.below(list.length);
    const moved = list[place] as Member;
    list[place] = member;
    list[list.length - 1] = moved;
  }

  /**
   * The next member to probe: each is met once in a round, in an order that is shuffled between rounds (SWIM, section 4.3).
   *
   * @param isDue whether a member is to be probed at all
   * @param isForgotten asked for each member between two rounds
   */
  nextToProbe(
    isDue: (member: Member) => boolean,
    isForgotten: (member: Member) => boolean,
  ): Member | undefined {
    for (let looked = 0; looked <= this.#list.length; looked++) {
      if (this.#probeIndex >= this.#list.length) {
        this.#forget(isForgotten);
        shuffle(this.#list, this.#random);
        this.#probeIndex = 0;
      }
      const member = this.#list[this.#probeIndex++];
      if (member !== undefined && isDue(member)) return member;
    }
    return undefined;
  }

  /** Up to `count` different members, chosen at random among those that fit; fewer when there are fewer. */
  pick(count: number, fits: (member: Member) => boolean): Member[] {
    const list = this.#list;
    if (list.length < count * EXHAUSTIVE_FACTOR) return this.#pickExhaustively(count, fits);
    const picked: Member[] = [];
    for (let tries = 0; tries < 3 * list.length && picked.length < count; tries++) {
      const member = list[this.#random.below(list.length)] as Member;
      if (fits(member) && !picked.includes(member)) picked.push(member);
    }
    return picked;
  }

  #pickExhaustively(count: number, fits: (member: Member) => boolean): Member[] {
    const fitting = this.#list.filter(fits);
    shuffle(fitting, this.#random);
    return fitting.slice(0, count);
  }

  #forget(isForgotten: (member: Member) => boolean): void {
    const list = this.#list;
    let kept = 0;
    for (const member of list) {
      if (isForgotten(member)) this.#byName.delete(member.node.name);
      else list[kept++] = member;
    }
    list.length = kept;
  }
}
