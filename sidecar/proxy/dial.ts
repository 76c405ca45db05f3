/** One attempt to connect, with an end. */
import type { Socket } from 'node:net';

/** @param ready the event of a socket that may be used. @throws Error with the reason; the socket is then gone */
export function dial<S extends Socket>(
  open: () => S,
  ready: 'connect' | 'secureConnect',
  timeoutMs: number,
): Promise<S> {
  return new Promise((resolve, reject) => {
    const socket = open();
    const timer = setTimeout(() => socket.destroy(new Error('i/o timeout')), timeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      socket.off('close', closed);
    };
    const fail = (error: Error): void => {
      settle();
      reject(error);
    };
    const closed = (): void => fail(new Error('connection closed'));
    socket.once('error', fail);
    // Later errors are told by the close that follows them.
    socket.on('error', () => socket.destroy());
    socket.once('close', closed);
    socket.once(ready, () => {
      settle();
      resolve(socket);
    });
  });
}
