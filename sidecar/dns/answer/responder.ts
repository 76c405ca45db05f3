/**
 * From a packet to the packet that answers it, independent of the transport's sockets.
 *
 * A responder belongs to one set of options; a reload makes a new one with an empty cache, while queries under way
 * finish in the old one.
 */
import type { DNSMetrics } from '../metrics.ts';
import type { DNSOptions } from '../options.ts';
import { Resolver } from '../resolve/resolver.ts';
import type { AnswerTiming } from '../timings.ts';
import { TrackedSource } from '../resolve/tracked-source.ts';
import type { DNSLog, DNSSource } from '../source.ts';
import { HEADER_BYTES, ResponseCode } from '../wire/codes.ts';
import type { EncodedMessage } from '../wire/message.ts';
import { echoedFlags, parseQuery } from '../wire/query.ts';
import type { ParsedQuery, Query } from '../wire/query.ts';
import type { ResourceRecord } from '../wire/record.ts';
import { AnswerCache } from './answer-cache.ts';
import { assemble, encodeFailure } from './assemble.ts';
import { CachedAnswer, stampAnswer } from './cached-answer.ts';
import type { Transport } from './fit.ts';
import { packGroups, weightOfGroups } from './packed-groups.ts';

/** Forwards to the configured recursors; what the transport's Recursor does. */
export interface Forwarder {
  /** The recursor's answer to `packet`, or undefined when all of them failed. */
  forward(packet: Buffer, transport: Transport, options: DNSOptions): Promise<Buffer | undefined>;
  /** The aliases and addresses of `name`; empty on failure. */
  resolveName(name: string, options: DNSOptions): Promise<ResourceRecord[]>;
}

export interface Client {
  /** Canonical text of the IP address. */
  readonly address: string;
  readonly transport: Transport;
}

export interface ResponderDependencies {
  readonly source: DNSSource;
  readonly forwarder: Forwarder;
  readonly metrics: DNSMetrics;
  readonly log: DNSLog;
}

/** Shorter than the 5 s after which dig and most stub resolvers give up, so that they see SERVFAIL and not silence. */
const LOOKUP_TIMEOUT_MS = 4500;
/** Queries that may wait for a lookup or a recursor at the same time; each holds its packet and a few closures. */
const MAX_PENDING = 10_000;
/**
 * All hits take the same way, a microsecond or two, and reading the clock twice takes another (on a virtual machine): so each counts, but
 * its time is that of the last one that was measured.
 */
const HITS_PER_MEASUREMENT = 16;
/** Consul counts as stale what is older (staleCounterThreshold). */
const STALE_AFTER_MS = 5000;

export class Responder {
  readonly #options: DNSOptions;
  readonly #dependencies: ResponderDependencies;
  readonly #resolver: Resolver;
  readonly #caches = { udp: new AnswerCache(), tcp: new AnswerCache() };
  #pending = 0;
  #hits = 0;
  /** What the last measured hit took. */
  #hitMs = 0;

  constructor(options: DNSOptions, dependencies: ResponderDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
    this.#resolver = new Resolver(options, (name) =>
      dependencies.forwarder.resolveName(name, options),
    );
  }

  /** The hot path: an answer that was given before and still holds. Never throws. */
  fromCache(packet: Buffer, transport: Transport): Buffer | undefined {
    const key = AnswerCache.keyOf(packet);
    if (key === undefined) return undefined;
    const isMeasured = this.#hits++ % HITS_PER_MEASUREMENT === 0;
    const startedAt = isMeasured ? performance.now() : 0;
    try {
      const cached = this.#caches[transport].get(key);
      if (cached === undefined) return undefined;
      const answer = stampAnswer(cached.next(), packet[0]!, packet[1]!);
      if (isMeasured) this.#hitMs = performance.now() - startedAt;
      this.#answered(cached.timing, this.#hitMs);
      return answer;
    } catch (error) {
      // A socket's event must not throw. `respond` asks the source again and reports what it says then.
      this.#dependencies.log.error('DNS cache lookup failed', { error: String(error) });
      return undefined;
    }
  }

  /** Undefined when the packet deserves no answer. Never rejects. */
  async respond(packet: Buffer, client: Client): Promise<Buffer | undefined> {
    const { metrics, log } = this.#dependencies;
    const parsed = parseQuery(packet);
    if (parsed.kind === 'ignore') {
      metrics.ignored++;
      return undefined;
    }
    if (parsed.kind === 'reject') return renderRejection(packet, parsed);
    const { query } = parsed;
    if (this.#pending >= MAX_PENDING) {
      metrics.overloaded++;
      return this.#fail(packet, query, ResponseCode.SERVFAIL);
    }
    this.#pending++;
    try {
      return await this.#answer(packet, query, client);
    } catch (error) {
      metrics.failedLookups++;
      log.warn('DNS lookup failed', { name: query.question.name, error: String(error) });
      return this.#fail(packet, query, ResponseCode.SERVFAIL);
    } finally {
      this.#pending--;
    }
  }

  async #answer(packet: Buffer, query: Query, client: Client): Promise<Buffer | undefined> {
    const startedAt = performance.now();
    const source = new TrackedSource(this.#dependencies.source);
    const resolved = await withTimeout(this.#resolver.resolve(query, source, client.address));
    if (resolved === 'foreign') return this.#answerForeign(packet, query, client.transport);
    const timing = this.#dependencies.metrics.timings?.of(query.question) ?? null;
    if (resolved.isReverseMiss && this.#canForward) {
      const answer = await this.#forward(packet, query, client.transport);
      this.#answered(timing, performance.now() - startedAt);
      return answer;
    }
    const parts = { ...resolved, groups: packGroups(resolved.groups) };
    const encode = (): EncodedMessage => {
      const answer = assemble(query, parts, client.transport, this.#options);
      if (answer.truncated) this.#dependencies.metrics.truncated++;
      return answer;
    };
    const encoded = encode();
    const key = AnswerCache.keyOf(packet);
    if (source.checks && key !== undefined) {
      const records = parts.shuffled ? parts.groups.length : 1;
      const keptBytes = weightOfGroups(parts.groups);
      const { checks } = source;
      const answer = new CachedAnswer(encoded, { encode, checks, records, keptBytes, timing });
      this.#caches[client.transport].set(key, answer);
    }
    this.#answered(timing, performance.now() - startedAt);
    return stampAnswer(encoded, packet[0]!, packet[1]!);
  }

  #answered(timing: AnswerTiming | null, ms: number): void {
    timing?.observe(ms);
    const { metrics, source } = this.#dependencies;
    if (source.lastContactMs > STALE_AFTER_MS) metrics.stale++;
  }

  /** Names of other zones are the recursors', and so are reverse names that nobody here has. */
  get #canForward(): boolean {
    return this.#options.recursors.length > 0;
  }

  #answerForeign(packet: Buffer, query: Query, transport: Transport): Buffer | Promise<Buffer> {
    return this.#canForward
      ? this.#forward(packet, query, transport)
      : this.#fail(packet, query, ResponseCode.REFUSED);
  }

  async #forward(packet: Buffer, query: Query, transport: Transport): Promise<Buffer> {
    const { forwarder, metrics } = this.#dependencies;
    metrics.recursions++;
    const answer = await forwarder.forward(packet, transport, this.#options);
    if (answer) return answer;
    metrics.failedRecursions++;
    return this.#fail(packet, query, ResponseCode.SERVFAIL);
  }

  #fail(packet: Buffer, query: Query, code: ResponseCode): Buffer {
    return stampAnswer(encodeFailure(query, code, this.#options), packet[0]!, packet[1]!);
  }
}

/** The header alone, with the question when it could be read (RFC 1035 section 4.1.1: FORMERR, NOTIMP). */
function renderRejection(
  packet: Buffer,
  { code, questionBytes }: Extract<ParsedQuery, { kind: 'reject' }>,
): Buffer {
  const answer = Buffer.alloc(HEADER_BYTES + (questionBytes?.length ?? 0));
  answer.set(packet.subarray(0, 2));
  answer.writeUInt16BE(echoedFlags(packet.readUInt16BE(2)) | code, 2);
  answer.writeUInt16BE(questionBytes ? 1 : 0, 4);
  if (questionBytes) answer.set(questionBytes, HEADER_BYTES);
  return answer;
}

/** The lookup itself goes on: the next query for the same name profits from it. */
async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no answer within ${LOOKUP_TIMEOUT_MS} ms`)),
      LOOKUP_TIMEOUT_MS,
    );
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
