/** Makes the follower equal to the source by comparing all of both, behind a guard against a source that lost what it had. */
import type { ReplicationState } from '../../protocol/types/replication.ts';
import type { BoundRPC } from './bound-rpc.ts';
import type { BatchWriter } from './batch-writer.ts';
import { SuspiciousSourceError } from './errors.ts';
import type { ReplicatedStream } from './stream.ts';

export interface Comparison {
  readonly stream: ReplicatedStream;
  readonly source: BoundRPC;
  readonly follower: BoundRPC;
  readonly state: ReplicationState | undefined;
  /** The source is the database that was followed before, and has not lost anything since. */
  readonly isKnownSource: boolean;
}

/** A source that lacks more than this part of what the follower has looks as if it had lost it. */
const MAX_MISSING_PART = 0.5;

/** @throws SuspiciousSourceError before anything is changed */
export async function copyAll(comparison: Comparison, writer: BatchWriter): Promise<void> {
  const { stream, source, follower } = comparison;
  // One after the other: what comes to the source in between is not deleted here, and its log tells of it.
  const here = await stream.followerKeys(follower);
  const there = await stream.sourceKeys(source);
  const gone = [...here].filter((key) => !there.has(key));
  guard(comparison, here.size, there.size, gone.length);
  for await (const change of stream.readAll(source)) await writer.add(change);
  for (const key of gone) await writer.add({ Key: key, Value: null });
}

function guard(
  { stream, state, isKnownSource }: Comparison,
  here: number,
  there: number,
  gone: number,
): void {
  if (gone === 0 || isKnownSource || state?.Forced === true) return;
  if (there > 0 && gone <= here * MAX_MISSING_PART) return;
  const { datacenter, plural, name } = stream;
  throw new SuspiciousSourceError(
    `${datacenter} is not the database that was followed before and has ${there} ${plural}, of the ${here} here it lacks ${gone}: nothing is deleted. If ${datacenter} is right: lictor replication force ${name}`,
  );
}
