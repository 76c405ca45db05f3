/**
 * What travels on the link between a sidecar and its datacenter, as text WebSocket messages.
 *
 * A request frame is JSON. A reply or push is one line of JSON that says how long each answer is, a newline, and the
 * answers' own JSON texts one after the other: nobody on the way to the client parses an answer. Lengths count UTF-16
 * code units, so a receiver slices the message and copies nothing.
 */
import type { ErrorCode } from './errors.ts';
import { MAX_FRAME_CHARS } from './limits.ts';
import type { MethodName } from './methods.ts';
import { type Push, type PushHead, decodePush } from './pushes.ts';

/** Version of this page. Sidecars up to two minor versions older keep working. */
export const LINK_PROTOCOL = 1;
export const LINK_PATH = '/lictor/link';
/** What a control plane knows of other datacenters, for its agents: a DatacenterList. */
export const DATACENTERS_PATH = '/lictor/datacenters';

/**
 * A path of the control plane's door, for a datacenter that is reached through it.
 *
 * @param datacenter '' for the door's own
 */
export function doorPath(path: string, datacenter: string): string {
  return datacenter === '' ? path : `${path}?dc=${encodeURIComponent(datacenter)}`;
}
/** Answered by the platform without waking the object. */
export const KEEPALIVE_REQUEST = 'ping';
export const KEEPALIVE_REPLY = 'pong';

/**
 * The sidecar applies changed rows to the lists that it holds, and asks whether what it holds is current in place of
 * reading it again.
 */
export const FEATURE_CHANGES = 'changes';
/** Replies may carry notes. */
export const FEATURE_NOTES = 'notes';
/** The datacenter compares a node with its agent by digests. */
export const FEATURE_DIGESTS = 'digests';
/** The datacenter tells an agent that its node was written to. */
export const FEATURE_NODE_CHANGES = 'node-changes';
/** What this version of either end can do beyond the protocol's first version. */
export const LINK_FEATURES: readonly string[] = [
  FEATURE_CHANGES,
  FEATURE_NOTES,
  FEATURE_DIGESTS,
  FEATURE_NODE_CHANGES,
];

export interface Hello {
  protocolMin: number;
  protocolMax: number;
  features: string[];
  nodeId: string;
  nodeName: string;
  /** Random for each start of a sidecar; with nodeId and seq it names a frame once and for all. */
  epoch: string;
  /** What the sidecar was attached to before; '' at first. */
  datacenterUUID: string;
  incarnation: string;
}

export interface HelloReply {
  protocol: number;
  features: string[];
  datacenter: string;
  datacenterUUID: string;
  incarnation: string;
  /** Set instead of everything else when the datacenter will not take this sidecar. */
  refused?: string;
}

/** A subscription asks for pushes of a query under a number that the sidecar chose; its reply is the query's answer. */
export interface SubscribeArgs {
  id: number;
  method: MethodName;
  args: unknown;
  /** The index of the answer that the sidecar holds: if that is still the answer, it does not travel again. */
  known?: number;
}

/**
 * Asks for the index of a subscription's answer. All that led to it was pushed before the reply, so whoever holds that
 * index then holds what a linearizable read would give, for a few bytes.
 */
export interface ConfirmArgs {
  id: number;
}

export type LinkMethod = MethodName | 'link.subscribe' | 'link.unsubscribe' | 'link.confirm';

/** Method, arguments, and the token where it differs from the link's own. */
export type Op = [method: LinkMethod, args: unknown, token?: string];

export interface RequestFrame {
  seq: number;
  ops: Op[];
}

/**
 * Facts beside an answer, which Consul's JSON has no place for: strict clients refuse a field that they do not know. Each
 * becomes a header, `X-Lictor-` before its name.
 */
export type Notes = Readonly<Partial<Record<NoteName, string>>>;
/** `Expires`: when the key is deleted, RFC 3339. `Lock-*`: who holds a key that was not given, and for how long nobody gets it. `Next`: the last
 * name of a page that has a successor, percent-encoded. `Filtered`: the token may not see all of it; a header of Consul's own. */
export type NoteName = 'Expires' | 'Lock-Holder' | 'Lock-Delay' | 'Next' | 'Filtered';

export interface Reply {
  index: number;
  body: string;
  notes?: Notes | undefined;
  /** With a code the body is the error's text. */
  code?: ErrorCode;
  /** What the sidecar holds under this index is the answer; the body is empty. */
  unchanged?: true;
}

export interface ReplyFrame {
  seq: number;
  replies: Reply[];
}

export type ServerMessage =
  | { type: 'hello'; hello: HelloReply }
  | { type: 'reply'; frame: ReplyFrame }
  | { type: 'push'; pushes: Push[] };

export type ClientMessage =
  | { type: 'hello'; hello: Hello }
  | { type: 'frame'; frame: RequestFrame };

/** @param withNotes false for a sidecar of a version that does not know them */
export function encodeReplyFrame(frame: ReplyFrame, withNotes: boolean): string {
  const heads = frame.replies.map(({ index, body, code, unchanged, notes }) => {
    if (unchanged) return [index, -1];
    if (withNotes && notes !== undefined) return [index, body.length, code ?? '', notes];
    return code === undefined ? [index, body.length] : [index, body.length, code];
  });
  return `${JSON.stringify({ seq: frame.seq, r: heads })}\n${frame.replies.map((r) => r.body).join('')}`;
}

export function encodeHelloReply(hello: HelloReply): string {
  return `${JSON.stringify({ hello })}\n`;
}

interface ServerHead {
  hello?: HelloReply;
  seq?: number;
  r?: [number, number, (ErrorCode | '')?, Notes?][];
  p?: PushHead[];
}

/** @throws SyntaxError or RangeError for a message that no datacenter of this protocol sends. */
export function decodeServerMessage(text: string): ServerMessage {
  const newline = text.indexOf('\n');
  if (newline < 0) throw new SyntaxError('link message without a header line');
  const head = JSON.parse(text.slice(0, newline)) as ServerHead;
  if (head.hello !== undefined) return { type: 'hello', hello: head.hello };
  let at = newline + 1;
  const take = (length: number): string => {
    if (at + length > text.length)
      throw new RangeError('link message shorter than its header says');
    at += length;
    return text.slice(at - length, at);
  };
  if (head.p !== undefined)
    return { type: 'push', pushes: head.p.map((each) => decodePush(each, take)) };
  if (head.seq === undefined || head.r === undefined) throw new SyntaxError('unknown link message');
  const replies = head.r.map(([index, length, code, notes]): Reply => {
    if (length < 0) return { index, body: '', unchanged: true };
    const reply: Reply = { index, body: take(length) };
    if (code) reply.code = code;
    if (notes !== undefined) reply.notes = notes;
    return reply;
  });
  return { type: 'reply', frame: { seq: head.seq, replies } };
}

/**
 * Reads a message of a sidecar, which is not trusted: its shape is checked, the arguments of its calls are not.
 *
 * @throws SyntaxError for anything that is neither a hello nor a frame
 */
export function decodeClientMessage(text: string): ClientMessage {
  const message = JSON.parse(text) as (Partial<RequestFrame> & { hello?: Hello }) | null;
  if (message?.hello !== undefined) {
    if (isHello(message.hello)) return { type: 'hello', hello: message.hello };
    throw new SyntaxError('the hello lacks a field');
  }
  const { seq, ops } = message ?? {};
  if (!Number.isSafeInteger(seq) || seq! < 0 || !Array.isArray(ops) || !ops.every(isOp)) {
    throw new SyntaxError('neither a hello nor a frame');
  }
  return { type: 'frame', frame: message as RequestFrame };
}

function isHello(hello: Hello | null): boolean {
  if (hello === null || typeof hello !== 'object') return false;
  const { protocolMin, protocolMax, nodeId, nodeName, epoch, datacenterUUID } = hello;
  return (
    [protocolMin, protocolMax].every((version) => Number.isSafeInteger(version)) &&
    [nodeId, nodeName, epoch, datacenterUUID].every((text) => typeof text === 'string')
  );
}

function isOp(op: unknown): boolean {
  if (!Array.isArray(op)) return false;
  const [method, , token] = op as unknown[];
  return typeof method === 'string' && (token === undefined || typeof token === 'string');
}

/**
 * Cuts a long message into parts that let others pass in between. A part starts with `+`, the message's number, and
 * how many parts are still to come.
 */
export function* splitMessage(text: string, messageId: number): Generator<string> {
  if (text.length <= MAX_FRAME_CHARS) {
    yield text;
    return;
  }
  const parts = Math.ceil(text.length / MAX_FRAME_CHARS);
  for (let part = 0; part < parts; part++) {
    const piece = text.slice(part * MAX_FRAME_CHARS, (part + 1) * MAX_FRAME_CHARS);
    yield `+${messageId} ${parts - part - 1}\n${piece}`;
  }
}

/** Puts the parts of long messages together again; one for each socket. */
export class MessageJoiner {
  readonly #open = new Map<number, string[]>();

  /** The whole message, or null while parts are missing. */
  accept(text: string): string | null {
    if (!text.startsWith('+')) return text;
    const newline = text.indexOf('\n');
    const [id, left] = text.slice(1, newline).split(' ').map(Number);
    if (newline < 0 || id === undefined || left === undefined)
      throw new SyntaxError('malformed part');
    const pieces = this.#open.get(id) ?? [];
    pieces.push(text.slice(newline + 1));
    if (left > 0) {
      this.#open.set(id, pieces);
      return null;
    }
    this.#open.delete(id);
    return pieces.join('');
  }
}
