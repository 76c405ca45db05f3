/**
 * Bytes between two ends, both ways, until both are done.
 *
 * A reader that is slow makes the other side wait: nothing is held beyond the sockets' own buffers. An end in one direction is
 * handed on, and the other direction goes on (half-close). What is cut on one side is cut on the other.
 */
import type { Duplex } from 'node:stream';
import type { Counters } from './counters.ts';
import type { End } from './end.ts';

/** @param caller whoever connected: bytes are counted from its side */
export function relay(caller: End, service: End, counters: Counters): void {
  pump(caller.stream, service.stream, (bytes) => (counters.bytesIn += bytes));
  pump(service.stream, caller.stream, (bytes) => (counters.bytesOut += bytes));
  closeTogether(caller.stream, service);
  closeTogether(service.stream, caller);
}

function pump(from: Duplex, to: Duplex, count: (bytes: number) => void): void {
  let flush: NodeJS.Immediate | undefined;
  const uncork = (): void => {
    clearImmediate(flush);
    flush = undefined;
    to.uncork();
  };
  from.on('data', (chunk: Buffer) => {
    count(chunk.length);
    // TLS gives records of sixteen kilobytes, many in a turn: they leave together, by one call of the system.
    if (flush === undefined) {
      flush = setImmediate(uncork);
      to.cork();
    }
    if (to.write(chunk)) return;
    from.pause();
    uncork();
  });
  to.on('drain', () => from.resume());
  // It uncorks by itself.
  from.once('end', () => to.end());
}

function closeTogether(stream: Duplex, other: End): void {
  const closed = (): void => {
    // One that came to its end in both directions has handed on all that it had, which the other may still have to send.
    const isComplete = stream.readableEnded && stream.writableFinished;
    if (!isComplete && !other.stream.destroyed) other.reset();
  };
  // TLS tells of an alert by an error, and then ends as if all were well.
  stream.on('error', () => {
    stream.destroy();
    if (!other.stream.destroyed) other.reset();
  });
  if (stream.closed) closed();
  else stream.once('close', closed);
}
