/**
 * What carries packets and streams between members. `UDPTransport` (transport/) is the real one, `MockNetwork` (testing/)
 * the double.
 *
 * Everything is told by callbacks, never by promises: a simulation must be able to finish one event before the next begins.
 */
export interface Endpoint {
  /** An IP address in its canonical text form: no brackets, no zone, IPv4 never as `::ffff:`. */
  readonly address: string;
  readonly port: number;
}

/** A peer to speak to. The name is what the other must answer to; empty when it is not known yet (a join by address). */
export interface PeerAddress extends Endpoint {
  readonly name: string;
}

/**
 * One TCP connection.
 *
 * Its callbacks come in this order: data as often as it likes, then exactly one `onEnd`; nothing after `close()`.
 */
export interface GossipStream {
  readonly remote: Endpoint;
  listen(handler: StreamHandler): void;
  /** The bytes are queued whole; the transport bounds nothing here, the caller does. */
  write(bytes: Uint8Array): void;
  /**
   * Sends what is queued, then the end of the stream; the other half stays open.
   *
   * @param onFlushed called when the system has taken all of it; never, if the stream breaks before
   */
  end(onFlushed?: () => void): void;
  /** Drops the connection at once. Safe to call twice. */
  close(): void;
}

export interface StreamHandler {
  /** The chunk belongs to the receiver from now on. */
  onData(chunk: Uint8Array): void;
  /** @param error undefined when the other side ended properly */
  onEnd(error: Error | undefined): void;
}

export interface TransportHandler {
  /** @param receivedAtMs the clock's time as near to the arrival as can be had: round trips are made of it */
  onPacket(packet: Uint8Array, from: Endpoint, receivedAtMs: number): void;
  /** The receiver closes it. */
  onStream(stream: GossipStream): void;
}

export interface Transport {
  /** Where packets and streams come in; the port is the real one when 0 was asked for. Valid after `start`. */
  readonly bound: Endpoint;
  /** @throws GossipError `listen_failed` */
  start(handler: TransportHandler): Promise<void>;
  /**
   * Best effort: what the network loses is lost.
   *
   * @throws GossipError `send_failed` when this host cannot even try (no route, packet beyond what UDP takes)
   */
  sendPacket(to: PeerAddress, packet: Uint8Array): void;
  /** Calls `done` exactly once: with the stream, or with what went wrong. */
  dial(
    to: PeerAddress,
    timeoutMs: number,
    done: (error: Error | undefined, stream: GossipStream | undefined) => void,
  ): void;
  /** Closes every socket and stream; resolves when the ports are free again. */
  stop(): Promise<void>;
}
