/** One query that somebody watches, whatever the number of watchers. */
import type { MethodArgs, ReadMethod } from '../../protocol/methods.ts';
import type { RenderedPush } from '../../protocol/pushes.ts';
import type { Topic } from './topics.ts';

/** Where pushes go: a link to a sidecar, or a relay. Watchers are told apart by their identity. */
export interface Watcher {
  /** False for one that holds no answer which changes could be applied to. */
  readonly takesChanges: boolean;
  /** Called at most once a turn, after the writes of the turn succeeded. */
  deliver(pushes: readonly QueryPush[]): void;
}

export interface QueryPush {
  /** The number that the watcher gave its subscription. */
  readonly id: number;
  /** The same object for every watcher of the query. */
  readonly push: RenderedPush;
}

/** What was told before an eviction was told to everybody, but which index that had is forgotten. */
export const UNKNOWN_INDEX = -1;

export interface WatchedQuery {
  /** Method, arguments and token identity: answers are never shared across what two tokens may see. */
  readonly identity: string;
  readonly method: ReadMethod;
  readonly args: MethodArgs<ReadMethod>;
  readonly token: string;
  /** What the token could see when it was looked at last (`Evaluation.rightsOf`); undefined while that is not known. */
  rights?: string | null | undefined;
  /** What wakes it; replaced when a reading brings others along. */
  topics: readonly Topic[];
  /** The index of the last answer that the watchers know; UNKNOWN_INDEX after the object was evicted. */
  lastIndex: number;
  /** The watcher's number for it. */
  readonly watchers: Map<Watcher, number>;
}

export function queryIdentity(method: string, args: unknown, token: string): string {
  return `${method} ${JSON.stringify(args)} ${token}`;
}
