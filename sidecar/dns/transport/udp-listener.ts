/** DNS over UDP on one address. */
import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { DNSMetrics } from '../metrics.ts';
import type { DNSLog } from '../source.ts';
import { DNSListenError } from './listener.ts';
import type { AnswerPacket, ListenAddress } from './listener.ts';

/**
 * Bursts wait in the kernel while JavaScript is busy; 4 MB hold some 5,000 small queries (each costs the kernel about
 * 800 bytes). The system's net.core.rmem_max may grant less.
 */
const RECEIVE_BUFFER_BYTES = 4 << 20;

export class UDPListener {
  readonly #address: ListenAddress;
  readonly #answer: AnswerPacket;
  readonly #metrics: DNSMetrics;
  readonly #log: DNSLog;
  readonly #socket: Socket;

  constructor(
    address: ListenAddress,
    answer: AnswerPacket,
    { metrics, log }: { metrics: DNSMetrics; log: DNSLog },
    ipv6Only = false,
  ) {
    this.#address = address;
    this.#answer = answer;
    this.#metrics = metrics;
    this.#log = log;
    const family = isIPv6(address.host) ? 6 : 4;
    this.#socket = createSocket({
      type: `udp${family}`,
      // The system refuses this flag on an IPv4 socket.
      ipv6Only: ipv6Only && family === 6,
      // Answers go to the addresses of datagrams: the default would queue each for a look-up of that "host name".
      lookup: (host, _options, done) => done(null, host, family),
    });
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** @throws DNSListenError */
  async start(): Promise<void> {
    // Before bind: it emits at once, because `lookup` answers at once.
    const listening = once(this.#socket, 'listening');
    try {
      this.#socket.bind({ port: this.#address.port, address: this.#address.host, exclusive: true });
      await listening;
    } catch (error) {
      this.#socket.close();
      throw new DNSListenError(this.#address, 'udp', error as NodeJS.ErrnoException);
    }
    this.#socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
    this.#socket.on('error', this.#onError);
    this.#socket.on('message', this.#onMessage);
  }

  async stop(): Promise<void> {
    this.#socket.off('message', this.#onMessage);
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  readonly #onMessage = (packet: Buffer, from: RemoteInfo): void => {
    // Nobody can be answered there, and Node throws when asked to.
    if (from.port === 0) return;
    const answer = this.#answer(packet, from.address);
    if (answer instanceof Promise) void this.#sendLater(answer, from);
    else if (answer) this.#send(answer, from);
  };

  async #sendLater(pending: Promise<Buffer | undefined>, from: RemoteInfo): Promise<void> {
    const answer = await pending;
    if (answer) this.#send(answer, from);
  }

  /** Errors of single datagrams (EMSGSIZE, EPERM by a firewall) arrive at #onError. */
  #send(answer: Buffer, { port, address }: RemoteInfo): void {
    try {
      // With an offset and a length, Node would make another view of the buffer first.
      this.#socket.send(answer, port, address);
    } catch (error) {
      // The socket was closed while a lookup was under way.
      this.#onError(error as Error);
    }
  }

  readonly #onError = (error: Error): void => {
    this.#metrics.sendErrors++;
    this.#log.debug('DNS UDP socket error', { error: String(error) });
  };
}
