/**
 * What this node believes of the others, and the rules by which news change it: SWIM's alive, suspect and dead with their
 * incarnation numbers (memberlist's aliveNode, suspectNode, deadNode, mergeState).
 */
import { equalBytes } from '../gossip-node.ts';
import { renderIP } from '../wire/ip-address.ts';
import { MAX_NODE_NAME_BYTES } from '../wire/limits.ts';
import type { Alive, Dead, PushPullNode, Suspect } from '../wire/messages.ts';
import { Announcements } from './announcements.ts';
import { refuse } from './context.ts';
import type { SwimContext } from './context.ts';
import { LocalNode } from './local-node.ts';
import { Member, memberNode } from './member.ts';
import type { MemberNode, NodeDescription } from './member.ts';
import { suspicionTimeoutMs } from './scaling.ts';
import { Suspicion } from './suspicion.ts';
import type { SuspicionTimes } from './suspicion.ts';
import { areInvalid, decodeVersions, encodeVersions } from './versions.ts';

export class Membership {
  readonly #context: SwimContext;
  readonly #announcements: Announcements;

  constructor(context: SwimContext) {
    this.#context = context;
    this.#announcements = new Announcements(context.broadcasts);
  }

  /**
   * This node's own word about itself: it is believed without asking.
   *
   * @param onSent called when others were told
   */
  announceLocal(meta: Uint8Array, onSent?: () => void): void {
    const { local } = this.#context;
    const message: Alive = {
      incarnation: local.nextIncarnation(),
      node: local.name,
      address: local.addressBytes,
      port: local.port,
      meta,
      versions: encodeVersions(local.versions),
    };
    this.#alive(message, true, onSent);
  }

  /** See `MemberlistOptions.knownFromStart`. */
  assume(nodes: readonly MemberNode[]): void {
    const { table, local, clock } = this.#context;
    const nowMs = clock.now();
    for (const node of nodes) {
      if (node.name !== local.name) table.add(new Member(node, 'alive', 1, nowMs));
    }
  }

  alive(message: Alive): void {
    this.#alive(message, false);
  }

  suspect(message: Suspect): void {
    const { table, local, counters, log, clock } = this.#context;
    const member = table.get(message.node);
    if (member === undefined || message.incarnation < member.incarnation) return;
    if (this.#isIrrefutable(message)) return;
    if (member.suspicion !== undefined) {
      // Confirmations travel on, so that they reach others whose timers still wait for them.
      if (member.suspicion.confirm(message.from)) this.#announcements.suspect(message);
      return;
    }
    if (member.state !== 'alive') return;
    if (member.node.name === local.name) {
      log?.warn(`refuting a suspicion of ${message.from}`);
      this.#refute(member, message.incarnation);
      return;
    }
    this.#announcements.suspect(message);
    counters.suspicions++;
    member.incarnation = message.incarnation;
    member.state = 'suspect';
    member.stateChangedMs = clock.now();
    member.suspicion = new Suspicion(clock, message.from, this.#suspicionTimes(), (confirmations) =>
      this.#suspicionTimedOut(member, confirmations),
    );
  }

  /** @param onSent for this node's own leaving: called when others were told */
  dead(message: Dead, onSent?: () => void): void {
    const { table, local, log, clock, counters, delegates } = this.#context;
    const member = table.get(message.node);
    if (member === undefined || message.incarnation < member.incarnation) return;
    if (this.#isIrrefutable(message)) return;
    this.#clearSuspicion(member);
    if (member.isGone) return;
    if (member.node.name === local.name && !local.leaving) {
      log?.warn(`refuting its own death, announced by ${message.from}`);
      this.#refute(member, message.incarnation);
      return;
    }
    this.#announcements.dead(message, onSent);
    counters.deaths++;
    const state = message.node === message.from ? 'left' : 'dead';
    member.incarnation = message.incarnation;
    member.state = state;
    member.stateChangedMs = clock.now();
    delegates.events?.notifyLeave(member.node, state);
  }

  /** Another node's whole state. Its dead are only suspected: they may know better by now, and can refute that. */
  merge(nodes: readonly PushPullNode[]): void {
    const { local, counters } = this.#context;
    for (const remote of nodes) {
      const { incarnation, name } = remote;
      if (remote.state === 0) {
        const { address, port, meta, versions } = remote;
        this.alive({ incarnation, node: name, address, port, meta, versions });
      } else if (remote.state === 3) this.dead({ incarnation, node: name, from: name });
      else if (remote.state < 3) this.suspect({ incarnation, node: name, from: local.name });
      else counters.refuse('malformed');
    }
  }

  stop(): void {
    for (const member of this.#context.table) this.#clearSuspicion(member);
  }

  #alive(message: Alive, bootstrap: boolean, onSent?: () => void): void {
    const { table, local, delegates, clock } = this.#context;
    const isLocal = message.node === local.name;
    // A word about this node's life may still be under way while it leaves; it must not bring it back.
    if (isLocal && local.leaving) return;
    const known = table.get(message.node);
    const description = this.#described(message, known);
    if (description === undefined) return;
    const member = known ?? this.#admit(message, description);
    if (member === undefined) return;
    const moved = known === undefined ? 'no' : this.#addressChange(known, description);
    if (moved === 'refused') return;
    const { incarnation } = message;
    if (
      isLocal
        ? incarnation < member.incarnation
        : incarnation <= member.incarnation && moved === 'no'
    ) {
      return;
    }
    this.#clearSuspicion(member);
    const wasGone = member.isGone;
    let metaChanged = false;
    if (isLocal && !bootstrap) {
      if (this.#isOwnWord(member, message)) return;
      this.#context.log?.warn('refuting an alive message about this node that it did not send');
      this.#refute(member, incarnation);
    } else {
      this.#announcements.alive(message, onSent);
      metaChanged = member.describe(description);
      member.incarnation = incarnation;
      if (member.state !== 'alive') {
        member.state = 'alive';
        member.stateChangedMs = clock.now();
      }
    }
    if (wasGone) delegates.events?.notifyJoin(member.node);
    else if (metaChanged) delegates.events?.notifyUpdate(member.node);
  }

  /** What an alive message says, if it may be believed at all. */
  #described(message: Alive, known: Member | undefined): NodeDescription | undefined {
    const { local, delegates } = this.#context;
    const { node: name, port, meta, versions } = message;
    const address = renderIP(message.address);
    if (address === undefined || name === '' || name.length > MAX_NODE_NAME_BYTES) {
      refuse(this.#context, 'malformed', 'an alive message');
      return undefined;
    }
    if (areInvalid(versions) || (delegates.alive !== undefined && versions.length < 6)) {
      refuse(this.#context, 'versions', `an alive message about ${name}`);
      return undefined;
    }
    const addressBytes = message.address;
    const decoded =
      versions.length === 0 && known !== undefined
        ? known.node.versions
        : decodeVersions(versions, local.versions);
    const description = { name, address, addressBytes, port, meta, versions: decoded };
    const objection = delegates.alive?.notifyAlive(memberNode(description));
    if (objection === undefined) return description;
    refuse(this.#context, 'delegate', `an alive message about ${name} (${objection})`);
    return undefined;
  }

  #admit(message: Alive, description: NodeDescription): Member | undefined {
    const { table, allowed } = this.#context;
    const what = `${description.name} at ${description.address}`;
    if (!allowed.allows(description.address)) refuse(this.#context, 'not_allowed', what);
    else if (table.isFull) refuse(this.#context, 'too_many_nodes', what);
    // Incarnations start at one; zero would be a member that no alive message can revive.
    else if (message.incarnation === 0) refuse(this.#context, 'malformed', what);
    else {
      const member = new Member(memberNode(description), 'dead', 0, Number.NEGATIVE_INFINITY);
      table.add(member);
      return member;
    }
    return undefined;
  }

  /** A name that comes from another address is a conflict, unless its old owner is gone for good. */
  #addressChange(member: Member, description: NodeDescription): 'no' | 'taken_over' | 'refused' {
    const { config, clock, allowed, delegates, log } = this.#context;
    const { node } = member;
    if (node.address === description.address && node.port === description.port) return 'no';
    const where = `${description.address}:${description.port}`;
    if (!allowed.allows(description.address)) {
      refuse(this.#context, 'not_allowed', `the move of ${node.name} to ${where}`);
      return 'refused';
    }
    const goneMs = clock.now() - member.stateChangedMs;
    const { deadNodeReclaimTimeMs } = config;
    const reclaimable = deadNodeReclaimTimeMs > 0 && goneMs > deadNodeReclaimTimeMs;
    if (member.state === 'left' || (member.state === 'dead' && reclaimable)) {
      log?.info(`${node.name}, which is gone, comes back at ${where}`);
      return 'taken_over';
    }
    log?.error(`${where} claims the name ${node.name} of ${node.address}:${node.port}`);
    delegates.conflict?.notifyConflict(node, memberNode(description));
    return 'refused';
  }

  /**
   * A node that restarts with other metadata may meet its former self under the same incarnation; only what equals the
   * present is its own word.
   */
  #isOwnWord(member: Member, message: Alive): boolean {
    const { local } = this.#context;
    return (
      message.incarnation === member.incarnation &&
      equalBytes(message.meta, member.node.meta) &&
      equalBytes(message.versions, encodeVersions(local.versions))
    );
  }

  #refute(member: Member, accusedIncarnation: number): void {
    const { local, awareness, counters } = this.#context;
    member.incarnation = local.incarnationAbove(accusedIncarnation);
    awareness.applyDelta(1);
    counters.refutations++;
    this.#announcements.alive({
      incarnation: member.incarnation,
      node: local.name,
      address: member.node.addressBytes,
      port: member.node.port,
      meta: member.node.meta,
      versions: encodeVersions(local.versions),
    });
  }

  #isIrrefutable({ incarnation, node }: Suspect | Dead): boolean {
    if (!LocalNode.isIrrefutable(incarnation)) return false;
    refuse(this.#context, 'malformed', `an accusation of ${node}`);
    return true;
  }

  #suspicionTimes(): SuspicionTimes {
    const { config, table } = this.#context;
    const nodes = table.size;
    // Two probe intervals are lost on average before others notice the same.
    const wanted = config.suspicionMult - 2;
    const others = nodes - 2;
    const minMs = suspicionTimeoutMs(config.suspicionMult, nodes, config.probeIntervalMs);
    return {
      confirmationsWanted: config.lifeguard && others >= wanted ? wanted : 0,
      minMs,
      maxMs: config.suspicionMaxTimeoutMult * minMs,
    };
  }

  #suspicionTimedOut(member: Member, confirmations: number): void {
    const { local, log } = this.#context;
    const { name } = member.node;
    log?.info(`${name} is failed: suspected by ${confirmations + 1}, and no word from it`);
    this.dead({ incarnation: member.incarnation, node: name, from: local.name });
  }

  #clearSuspicion(member: Member): void {
    member.suspicion?.stop();
    member.suspicion = undefined;
  }
}
