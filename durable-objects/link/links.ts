/**
 * The sidecars' links: hello, frames, close, and what is left of them after hibernation.
 *
 * A new hello closes its node's older socket, so a half-open connection never holds a place.
 */
import { RPCError, badRequest, toRPCError } from '../../protocol/errors.ts';
import {
  type ConfirmArgs,
  type Hello,
  LINK_FEATURES,
  LINK_PROTOCOL,
  type Op,
  type Reply,
  type RequestFrame,
  type SubscribeArgs,
  decodeClientMessage,
  encodeHelloReply,
  encodeReplyFrame,
} from '../../protocol/frames.ts';
import {
  LINK_SILENT_MS,
  MAX_FRAME_OPS,
  MAX_SUBSCRIPTIONS_PER_LINK,
} from '../../protocol/limits.ts';
import { NOBODY, NODE_TOKEN, isReserved, nodeTokenOf } from '../../protocol/reserved-tokens.ts';
import { type DatacenterState, isWrite, renderFailure } from '../datacenter-state.ts';
import { type FrameName, findStoredReplies, storeRepliesTxn } from './frame-log.ts';
import { Link, type LinkAttachment, type LinkSocket } from './link.ts';
import type { LinkState } from '../state/node-health.ts';
import {
  deleteStoredSubscriptions,
  restoreSubscriptions,
  storeSubscriptions,
} from './stored-subscriptions.ts';

export interface LinkEvents {
  /** When the socket's last keepalive came, in milliseconds since 1970; undefined before the first. */
  keepaliveAt(socket: LinkSocket): number | undefined;
  /** A node's link opened; called outside of any batch. */
  opened(nodeName: string): void;
  /** A node has no link any more. */
  closed(nodeName: string): void;
  /** Something is to be written within a second; a later call with the same key replaces the earlier one. */
  saveSoon(key: string, save: () => void): void;
}

export class Links {
  readonly #state: DatacenterState;
  readonly #events: LinkEvents;
  readonly #links = new Map<LinkSocket, Link>();

  constructor(state: DatacenterState, events: LinkEvents) {
    this.#state = state;
    this.#events = events;
  }

  get size(): number {
    return this.#links.size;
  }

  /** Of all open links. */
  ids(): Set<string> {
    return new Set([...this.#links.values()].map(({ attachment }) => attachment.linkId));
  }

  /** How the node's link stands; of several the best. */
  stateOf(nodeName: string): LinkState {
    const name = nodeName.toLowerCase();
    const now = this.#state.context.now();
    const own = [...this.#links.values()].filter(
      ({ attachment }) => attachment.nodeName.toLowerCase() === name,
    );
    if (own.length === 0) return 'none';
    const heardAt = own.map(({ socket, attachment }) =>
      Math.max(this.#events.keepaliveAt(socket) ?? 0, attachment.openedAt ?? 0),
    );
    return now - Math.max(...heardAt) > LINK_SILENT_MS ? 'silent' : 'live';
  }

  /** True while the node has an open link. */
  has(nodeName: string): boolean {
    const name = nodeName.toLowerCase();
    return this.#links.values().some((link) => link.attachment.nodeName.toLowerCase() === name);
  }

  /** Finds a socket again that outlived the object's memory. */
  restore(socket: LinkSocket): void {
    const attachment = socket.deserializeAttachment() as LinkAttachment | null;
    if (attachment === null) return;
    const link = new Link(socket, attachment);
    this.#links.set(socket, link);
    restoreSubscriptions(this.#state, attachment.linkId, link);
  }

  /** @param text a whole message; malformed ones close the socket, as nothing after them could be trusted */
  receive(socket: LinkSocket, text: string): void {
    let message;
    try {
      message = decodeClientMessage(text);
    } catch (error) {
      socket.close(1007, `malformed message: ${(error as Error).message}`.slice(0, 120));
      return;
    }
    if (message.type === 'hello') this.#hello(socket, message.hello);
    else this.#frame(socket, message.frame);
  }

  close(socket: LinkSocket): void {
    const link = this.#links.get(socket);
    if (link === undefined) return;
    this.#links.delete(socket);
    this.#state.subscriptions.removeWatcher(link);
    deleteStoredSubscriptions(this.#state.storage.sql, link.attachment.linkId);
    if (!this.has(link.attachment.nodeName)) this.#events.closed(link.attachment.nodeName);
  }

  /** Ends every link without a word about its node: for a state that is replaced as a whole. */
  closeAll(reason: string): void {
    for (const [socket, link] of this.#links) {
      deleteStoredSubscriptions(this.#state.storage.sql, link.attachment.linkId);
      socket.close(RESTARTED, reason);
    }
    this.#links.clear();
  }

  #hello(socket: LinkSocket, hello: Hello): void {
    const refused = this.#refusal(hello);
    const { uuid, incarnation, context } = this.#state;
    const reply = {
      protocol: LINK_PROTOCOL,
      features: [...LINK_FEATURES],
      datacenter: context.datacenter,
      datacenterUUID: uuid,
      incarnation,
    };
    if (refused !== null) {
      socket.send(encodeHelloReply({ ...reply, refused }));
      socket.close(1008, 'refused');
      return;
    }
    for (const [other, link] of this.#links) {
      if (other !== socket && link.attachment.nodeId === hello.nodeId) {
        this.close(other);
        other.close(1001, 'the node opened a newer link');
      }
    }
    const attachment: LinkAttachment = {
      linkId: this.#state.context.newUUID(),
      nodeId: hello.nodeId,
      nodeName: hello.nodeName,
      epoch: hello.epoch,
      features: LINK_FEATURES.filter((feature) => (hello.features ?? []).includes(feature)),
      openedAt: this.#state.context.now(),
    };
    socket.serializeAttachment(attachment);
    this.#links.set(socket, new Link(socket, attachment));
    this.#events.opened(hello.nodeName);
    socket.send(encodeHelloReply(reply));
  }

  #refusal(hello: Hello): string | null {
    if (hello.protocolMin > LINK_PROTOCOL || hello.protocolMax < LINK_PROTOCOL) {
      return (
        `the datacenter speaks link protocol ${LINK_PROTOCOL}, the sidecar ${hello.protocolMin} to ` +
        `${hello.protocolMax}: upgrade the older of the two`
      );
    }
    if (hello.datacenterUUID !== '' && hello.datacenterUUID !== this.#state.uuid) {
      return (
        `this sidecar belongs to datacenter ${hello.datacenterUUID}, not to ${this.#state.uuid}: ` +
        'point it to its own control plane, or remove its data_dir to join this one'
      );
    }
    return null;
  }

  #frame(socket: LinkSocket, frame: RequestFrame): void {
    const link = this.#links.get(socket);
    if (link === undefined) {
      socket.close(1008, 'a hello must come first');
      return;
    }
    const replies =
      frame.ops.length > MAX_FRAME_OPS
        ? frame.ops.map(() =>
            renderFailure(badRequest(`a frame holds at most ${MAX_FRAME_OPS} operations`)),
          )
        : this.#run(link, frame);
    link.send(encodeReplyFrame({ seq: frame.seq, replies }, link.takesNotes));
  }

  #run(link: Link, frame: RequestFrame): Reply[] {
    const mayComeAgain = link.mayComeAgain(frame.seq);
    const calls = frame.ops.filter(([method]) => !isControl(method));
    let replies: Reply[];
    try {
      replies = this.#runCalls(link, frame, calls, mayComeAgain);
    } catch (error) {
      // The transaction is undone as a whole: a full disk, say. Nothing was applied, and the client is told so.
      const failure = unavailable(toRPCError(error));
      return frame.ops.map(() => renderFailure(failure));
    }
    // Subscriptions come after the writes of their own frame: those were published to whoever watched before, so a
    // subscription that was read earlier would miss them.
    return frame.ops.map((op) => (isControl(op[0]) ? this.#control(link, op) : replies.shift()!));
  }

  /** @throws what made the whole transaction fail */
  #runCalls(link: Link, frame: RequestFrame, calls: readonly Op[], mayComeAgain: boolean): Reply[] {
    const run = ([method, args, token = '']: Op): Reply =>
      this.#state.call({
        method,
        args,
        token: tokenOn(link, token),
        actor: `node:${link.attachment.nodeName}`,
      });
    if (!calls.some(([method]) => isWrite(method))) return calls.map(run);
    const { sql } = this.#state.storage;
    const name: FrameName = { ...link.attachment, seq: frame.seq };
    const stored = mayComeAgain ? findStoredReplies(sql, name) : null;
    if (stored !== null) return calls.map((op, at) => stored[at] ?? run(op));
    const { writer, subscriptions } = this.#state;
    const write = (): Reply[] => {
      const fresh = calls.map(run);
      // Nothing changed: run again it would be as if it came later, so a renewal or an equal write costs no row.
      if (writer.openIndex === writer.lastIndex) return fresh;
      const replies = fresh.map((reply, at) => (isWrite(calls[at]![0]) ? reply : null));
      storeRepliesTxn(sql, name, replies, this.#state.context.now());
      return fresh;
    };
    return subscriptions.tellingLast(link, () => this.#state.batch(write));
  }

  #control(link: Link, [method, args, token = '']: Op): Reply {
    try {
      if (method === 'link.subscribe') return this.#subscribe(link, args as SubscribeArgs, token);
      if (method === 'link.confirm') return this.#confirm(link, args as ConfirmArgs);
      return this.#unsubscribe(link, args as { ids: number[] });
    } catch (error) {
      return renderFailure(toRPCError(error));
    }
  }

  #subscribe(link: Link, { id, method, args, known }: SubscribeArgs, token: string): Reply {
    if (this.#state.subscriptions.countOf(link) >= MAX_SUBSCRIPTIONS_PER_LINK) {
      throw new RPCError(
        'overloaded',
        `a link watches at most ${MAX_SUBSCRIPTIONS_PER_LINK} queries`,
      );
    }
    const actor = `node:${link.attachment.nodeName}`;
    const call = { method, args, token: tokenOn(link, token), actor };
    const { reading, query } = this.#state.openQuery(call);
    this.#state.subscriptions.add(link, id, query, reading.index);
    this.#saveSoon(link);
    return known === reading.index && this.#state.standsFor(known)
      ? { index: known, body: '', unchanged: true }
      : reading;
  }

  #confirm(link: Link, { id }: ConfirmArgs): Reply {
    const index = this.#state.subscriptions.indexOf(link, id);
    if (index === undefined) throw badRequest(`no subscription has the number ${id}`);
    return { index, body: '', unchanged: true };
  }

  #unsubscribe(link: Link, { ids }: { ids: number[] }): Reply {
    for (const id of ids) this.#state.subscriptions.remove(link, id);
    this.#saveSoon(link);
    return { index: 0, body: 'true' };
  }

  #saveSoon(link: Link): void {
    this.#events.saveSoon(link.attachment.linkId, () => {
      if (this.#links.get(link.socket) !== link) return;
      storeSubscriptions(this.#state, link.attachment.linkId, link.attachment.nodeId, link);
    });
  }
}

/** RFC 6455's registry: Service Restart. */
const RESTARTED = 1012;

/** What an agent does as the agent of its node is bound to the node that its link is of. */
function tokenOn({ attachment }: Link, token: string): string {
  if (token === NODE_TOKEN) return nodeTokenOf(attachment.nodeName);
  return isReserved(token) ? NOBODY : token;
}

function isControl(method: string): boolean {
  return method.startsWith('link.');
}

function unavailable(cause: RPCError): RPCError {
  return new RPCError('unavailable', `nothing was written: ${cause.message}`);
}
