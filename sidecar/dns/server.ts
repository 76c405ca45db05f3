/**
 * The sidecar's DNS server: UDP and TCP on the same addresses, answered from a DNSSource.
 *
 * A query whose answer is cached is answered within its socket event; nothing on that path waits.
 */
import type { Transport } from './answer/fit.ts';
import { Responder } from './answer/responder.ts';
import { DNSMetrics } from './metrics.ts';
import type { DNSOptions } from './options.ts';
import type { DNSLog, DNSSource } from './source.ts';
import { DNSListenError } from './transport/listener.ts';
import type { AnswerPacket, ListenAddress } from './transport/listener.ts';
import { ResponseRateLimiter } from './transport/rate-limit.ts';
import { parseRecursorAddress } from './transport/recursor-address.ts';
import { Recursor } from './transport/recursor.ts';
import { TCPListener } from './transport/tcp-listener.ts';
import { UDPListener } from './transport/udp-listener.ts';
import { HeaderFlag } from './wire/codes.ts';
import { encodeMessage } from './wire/message.ts';
import { echoedFlags, parseQuery } from './wire/query.ts';

/** With port 0 the system picks a UDP port whose TCP twin may be taken; then another pair is tried. */
const PORT_ATTEMPTS = 5;

interface Listener {
  readonly port: number;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export class DNSServer {
  readonly metrics = new DNSMetrics();
  readonly #source: DNSSource;
  readonly #log: DNSLog;
  readonly #recursor: Recursor;
  #responder: Responder;
  #limiter: ResponseRateLimiter;
  #listeners: Listener[] = [];

  readonly #createLimiter: (perSecond: number) => ResponseRateLimiter;

  /** @throws Error when a recursor's address cannot be read. */
  constructor(
    source: DNSSource,
    options: DNSOptions,
    log: DNSLog,
    createLimiter = (perSecond: number): ResponseRateLimiter => new ResponseRateLimiter(perSecond),
  ) {
    this.#createLimiter = createLimiter;
    this.#source = source;
    this.#log = log;
    this.#recursor = new Recursor(log);
    this.#responder = this.#makeResponder(options);
    this.#limiter = this.#createLimiter(options.udpResponsesPerSecond);
  }

  /**
   * Listens on every address, or on none.
   *
   * @throws DNSListenError with the host and port that could not be had.
   */
  async start(addresses: readonly ListenAddress[]): Promise<void> {
    // The IPv6 wildcard would take the IPv4 one's port as well.
    const ipv6Only = addresses.some(({ host }) => !host.includes(':'));
    try {
      for (const address of addresses) await this.#listen(address, ipv6Only);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Where it listens, for callers that asked for port 0; in the order of `start`. */
  get ports(): number[] {
    return this.#listeners.filter((l) => l instanceof UDPListener).map((l) => l.port);
  }

  /**
   * Queries under way finish with the options they began with.
   *
   * @throws Error when a recursor's address cannot be read; the old options then stay.
   */
  reload(options: DNSOptions): void {
    this.#responder = this.#makeResponder(options);
    this.#limiter = this.#createLimiter(options.udpResponsesPerSecond);
  }

  async stop(): Promise<void> {
    const listeners = this.#listeners;
    this.#listeners = [];
    this.#recursor.stop();
    await Promise.all(listeners.map((listener) => listener.stop()));
  }

  #makeResponder(options: DNSOptions): Responder {
    options.recursors.forEach(parseRecursorAddress);
    return new Responder(options, {
      source: this.#source,
      forwarder: this.#recursor,
      metrics: this.metrics,
      log: this.#log,
    });
  }

  async #listen(address: ListenAddress, ipv6Only: boolean): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const udp = new UDPListener(
        address,
        this.#answerUDP,
        { metrics: this.metrics, log: this.#log },
        ipv6Only,
      );
      await udp.start();
      const port = udp.port;
      const tcp = new TCPListener({ ...address, port }, this.#answerTCP, this.metrics, {
        ipv6Only,
      });
      try {
        await tcp.start();
        this.#listeners.push(udp, tcp);
        return;
      } catch (error) {
        await udp.stop();
        const mayRetry = error instanceof DNSListenError && address.port === 0;
        if (!mayRetry || attempt === PORT_ATTEMPTS) throw error;
      }
    }
  }

  readonly #answerUDP: AnswerPacket = (packet, address) => {
    this.metrics.udpQueries++;
    const decision = this.#limiter.decide(address);
    if (decision === 'answer') return this.#answer(packet, address, 'udp');
    this.metrics.rateLimited++;
    return decision === 'drop' ? undefined : askOverTCP(packet);
  };

  readonly #answerTCP: AnswerPacket = (packet, address) => {
    this.metrics.tcpQueries++;
    return this.#answer(packet, address, 'tcp');
  };

  #answer(
    packet: Buffer,
    address: string,
    transport: Transport,
  ): Buffer | Promise<Buffer | undefined> {
    const cached = this.#responder.fromCache(packet, transport);
    if (!cached) return this.#answerAnew(packet, address, transport);
    this.metrics.cacheHits++;
    this.#count(cached);
    return cached;
  }

  async #answerAnew(
    packet: Buffer,
    address: string,
    transport: Transport,
  ): Promise<Buffer | undefined> {
    const answer = await this.#responder.respond(packet, { address, transport });
    if (answer) this.#count(answer);
    return answer;
  }

  #count(answer: Buffer): void {
    this.metrics.responses[answer[3]! & 0x0f]!++;
  }
}

/** The query's header and question with QR and TC set: no larger than what came in. */
function askOverTCP(packet: Buffer): Buffer | undefined {
  const parsed = parseQuery(packet);
  if (parsed.kind !== 'query') return undefined;
  const { bytes } = encodeMessage({
    question: parsed.query.question,
    flags: echoedFlags(parsed.query.flags) | HeaderFlag.TC,
    code: 0,
    answer: [],
    authority: [],
    additional: [],
  })!;
  bytes.set(packet.subarray(0, 2));
  return bytes;
}
