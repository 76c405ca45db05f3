/** What Worker, relay and datacenter say to one another about a parked query. */
import type { MethodName } from '../../protocol/methods.ts';

export interface RelayQuery {
  readonly method: MethodName;
  readonly args: unknown;
  readonly token: string;
  /** The index of the answer that the waiting client knows. */
  readonly knownIndex: number;
}

/** Body null means: something changed, read it yourself. */
export interface RelayMessage {
  readonly index: number;
  readonly body: string | null;
}

/** One call of the datacenter to a relay; `seq` counts them, and a gap means that one was lost. */
export interface RelayBump {
  readonly seq: number;
  readonly pushes: readonly {
    readonly id: number;
    readonly index: number;
    readonly body: string | null;
  }[];
}

/** Header-safe, whatever the key's letters. */
export function encodeRelayQuery(query: RelayQuery): string {
  return encodeURIComponent(JSON.stringify(query));
}

/** @throws SyntaxError or URIError */
export function decodeRelayQuery(text: string): RelayQuery {
  return JSON.parse(decodeURIComponent(text)) as RelayQuery;
}

export function encodeRelayMessage(message: RelayMessage): string {
  return message.body === null ? `${message.index}` : `${message.index}\n${message.body}`;
}

export function decodeRelayMessage(text: string): RelayMessage {
  const newline = text.indexOf('\n');
  if (newline < 0) return { index: Number(text), body: null };
  return { index: Number(text.slice(0, newline)), body: text.slice(newline + 1) };
}
