/** One end of a relayed connection: the stream that is read and written, and a way to cut it. */
import type net from 'node:net';
import type { Duplex } from 'node:stream';

export interface End {
  readonly stream: Duplex;
  /**
   * Cuts the connection so that the peer sees an error and no end: what it has read so far is not all that there was to
   * read. Node takes a TLS connection that ends without a word for one that ended well, so that must come from TCP.
   */
  reset(): void;
}

/** @param tcp what carries `stream`, when that is TLS */
export function endOf(stream: net.Socket, tcp: net.Socket = stream): End {
  return {
    stream,
    reset() {
      // A socket of the file system has no reset.
      if (tcp.remotePort === undefined) stream.destroy();
      else tcp.resetAndDestroy();
    },
  };
}
