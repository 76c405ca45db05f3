/**
 * Asking other DNS servers, for names outside our zones.
 *
 * Each exchange has a socket and an id of its own, both random, and takes only an answer from the server that was asked,
 * with that id and the same question (RFC 5452). A recursor that answers anything but NOERROR or NXDOMAIN, or nothing
 * in time, passes the question on to the next. A client's TCP query goes on over TCP; a truncated answer is handed on
 * as it is, upon which the client asks over TCP. Nothing is cached here.
 */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import type { Forwarder } from '../answer/responder.ts';
import type { Transport } from '../answer/fit.ts';
import type { DNSOptions } from '../options.ts';
import { randomSelection } from '../resolve/resolution.ts';
import type { DNSLog } from '../source.ts';
import { HeaderFlag, RecordType, ResponseCode } from '../wire/codes.ts';
import { encodeMessage } from '../wire/message.ts';
import { lowerCase } from '../wire/name.ts';
import type { ResourceRecord } from '../wire/record.ts';
import { answersQuery, isTruncated, readAnswers, responseCode } from '../wire/response.ts';
import { FrameReader, frame } from './frames.ts';
import { parseRecursorAddress } from './recursor-address.ts';
import type { RecursorAddress } from './recursor-address.ts';

/** Each exchange holds a descriptor; more at a time are answered SERVFAIL at once. */
const MAX_EXCHANGES = 1000;

export type RecursorOptions = Pick<
  DNSOptions,
  'recursors' | 'recursorStrategy' | 'recursorTimeoutMs'
>;

type Exchange = (query: Buffer, address: RecursorAddress, timeoutMs: number) => Promise<Buffer>;

export class Recursor implements Forwarder {
  readonly #log: DNSLog;
  /** Cancels each exchange under way. */
  readonly #cancels = new Set<() => void>();

  constructor(log: DNSLog) {
    this.#log = log;
  }

  async forward(
    packet: Buffer,
    transport: Transport,
    options: RecursorOptions,
  ): Promise<Buffer | undefined> {
    const answer = await this.#ask(packet, transport, options, isUsable);
    if (!answer) return undefined;
    const copy = Buffer.from(answer);
    copy.set(packet.subarray(0, 2));
    return copy;
  }

  async resolveName(name: string, options: RecursorOptions): Promise<ResourceRecord[]> {
    const query = encodeAddressQuery(name);
    if (!query) return [];
    const answer = await this.#ask(query, 'udp', options, () => true);
    try {
      return answer ? readAnswers(answer) : [];
    } catch (error) {
      this.#log.warn('recursor sent a malformed answer', { name, error: String(error) });
      return [];
    }
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel();
  }

  async #ask(
    packet: Buffer,
    transport: Transport,
    { recursors, recursorStrategy, recursorTimeoutMs }: RecursorOptions,
    isAnswer: (answer: Buffer) => boolean,
  ): Promise<Buffer | undefined> {
    const order =
      recursorStrategy === 'random' ? randomSelection(recursors, recursors.length) : recursors;
    for (const recursor of order) {
      if (this.#cancels.size >= MAX_EXCHANGES) return undefined;
      const query = Buffer.from(packet);
      query.writeUInt16BE(randomInt(0x10000), 0);
      try {
        const exchange = transport === 'udp' ? this.#exchangeUDP : this.#exchangeTCP;
        const answer = await exchange(query, parseRecursorAddress(recursor), recursorTimeoutMs);
        if (isAnswer(answer)) return answer;
        this.#log.debug('recursor refused', { recursor, code: responseCode(answer) });
      } catch (error) {
        this.#log.warn('recursor failed', { recursor, error: String(error) });
      }
    }
    return undefined;
  }

  readonly #exchangeUDP: Exchange = (query, { host, port }, timeoutMs) =>
    this.#timed(timeoutMs, (resolve, reject) => {
      const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
      socket.on('error', reject);
      // Others may guess the port: what does not answer the query is passed over, and the wait goes on.
      socket.on('message', (answer) => {
        if (answersQuery(answer, query)) resolve(answer);
      });
      // Connected, so the kernel drops what comes from anyone else.
      socket.connect(port, host, () => socket.send(query));
      return () => socket.close();
    });

  readonly #exchangeTCP: Exchange = (query, { host, port }, timeoutMs) =>
    this.#timed(timeoutMs, (resolve, reject) => {
      const socket = connect(port, host);
      const frames = new FrameReader();
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('connection closed')));
      socket.on('data', (chunk) => {
        for (const answer of frames.push(chunk)) {
          if (answersQuery(answer, query)) resolve(answer);
        }
      });
      socket.end(frame(query));
      return () => socket.destroy();
    });

  /** Runs `start` until it settles, the time is up or the recursor stops; then closes what it opened, once. */
  #timed(
    timeoutMs: number,
    start: (resolve: (answer: Buffer) => void, reject: (error: Error) => void) => () => void,
  ): Promise<Buffer> {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    const close = start(resolve, reject);
    const timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
    const cancel = (): void => reject(new Error('server stopped'));
    this.#cancels.add(cancel);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#cancels.delete(cancel);
      close();
    });
  }
}

function isUsable(answer: Buffer): boolean {
  const code = responseCode(answer);
  return code === ResponseCode.NOERROR || code === ResponseCode.NXDOMAIN || isTruncated(answer);
}

function encodeAddressQuery(name: string): Buffer | undefined {
  const labels = lowerCase(name).slice(0, -1).split('.');
  const question = { name, labels, type: RecordType.A, class: 1, bytes: new Uint8Array() };
  const empty = { answer: [], authority: [], additional: [] };
  return encodeMessage({ question, flags: HeaderFlag.RD, code: 0, ...empty })?.bytes;
}
