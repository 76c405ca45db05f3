/**
 * Bytes between two sockets, both ways, until both are done.
 *
 * A reader that is slow makes the other side wait: nothing is held beyond the sockets' own buffers. An end in one direction is
 * handed on, and the other direction goes on (half-close).
 */
import type { Duplex } from 'node:stream';
import type { Counters } from './counters.ts';

/** @param done called once, when both sockets are closed */
export function relay(a: Duplex, b: Duplex, counters: Counters, done: () => void): void {
  let open = 2;
  const closed = (socket: Duplex, other: Duplex) => (): void => {
    // One that came to its end in both directions has handed on all that it had, which the other may still have to send.
    // Any other close leaves the other side nothing to do.
    if (!(socket.readableEnded && socket.writableFinished)) other.destroy();
    if (--open === 0) done();
  };
  pump(a, b, (bytes) => (counters.bytesIn += bytes));
  pump(b, a, (bytes) => (counters.bytesOut += bytes));
  a.once('close', closed(a, b));
  b.once('close', closed(b, a));
}

function pump(from: Duplex, to: Duplex, count: (bytes: number) => void): void {
  from.on('data', (chunk: Buffer) => {
    count(chunk.length);
    if (!to.write(chunk)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.once('end', () => to.end());
  // What broke is told by the close that follows.
  from.on('error', () => {});
}
