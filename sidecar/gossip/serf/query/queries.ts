import { TransmitLimitedQueue } from '../../broadcast/transmit-limited-queue.ts';
import type { Clock, Timer } from '../../clock.ts';
import { GossipError } from '../../errors.ts';
import type { Random } from '../../random.ts';
import type { PeerAddress } from '../../transport.ts';
import { parseIP, renderIP } from '../../wire/ip-address.ts';
import { QUERY_PROTOCOL_VERSION } from '../config.ts';
import type { SerfConfig } from '../config.ts';
import type { SerfCounters } from '../counters.ts';
import { LamportClock } from '../lamport-clock.ts';
import type { LamportTime } from '../lamport-clock.ts';
import { MAX_EVENTS_PER_TIME, MAX_QUERY_TIMEOUT_MS, MAX_RUNNING_QUERIES } from '../limits.ts';
import { encodeFilter } from '../messages/filters.ts';
import { encodeQuery, QUERY_FLAG_ACK, QUERY_FLAG_NO_BROADCAST } from '../messages/query.ts';
import type { QueryMessage, QueryResponseMessage } from '../messages/query.ts';
import { ReceivedQuery } from '../received-query.ts';
import { RecentBuffer } from '../recent-buffer.ts';
import { matchesFilters } from './query-filter.ts';
import type { FilteredNode } from './query-filter.ts';
import type { Responder } from './responder.ts';
import { RunningQuery } from './running-query.ts';
import type { QueryListener } from './running-query.ts';

export interface QueryParams extends QueryListener {
  /** Only these nodes. */
  readonly filterNodes?: readonly string[];
  /** Only nodes whose tag of this name matches the expression (RE2's syntax, anywhere in the value). */
  readonly filterTags?: Readonly<Record<string, string>>;
  readonly requestAck?: boolean;
  /** Through how many others each answer is sent besides, 0 to 255. */
  readonly relayFactor?: number;
  /** Absent or 0: by the size of the pool. */
  readonly timeoutMs?: number;
}

export interface QueriesOptions {
  readonly config: SerfConfig;
  readonly queue: TransmitLimitedQueue;
  readonly clock: Clock;
  readonly random: Random;
  readonly counters: SerfCounters;
  readonly responder: Responder;
  /** Where answers are to be sent. */
  readonly self: () => PeerAddress;
  /** This node, as filters see it. */
  readonly filtered: () => FilteredNode;
  readonly defaultTimeoutMs: () => number;
  readonly memberCount: () => number;
  readonly onQuery: (query: ReceivedQuery) => void;
  /** The query clock of an earlier run. */
  readonly previousTime: LamportTime;
}

const NS_PER_MS = 1_000_000;
const MAX_ID = 2 ** 31;

/** Asks the pool, and receives what others ask, each query once. */
export class Queries {
  readonly #options: QueriesOptions;
  readonly #clock = new LamportClock();
  readonly #recent: RecentBuffer<number>;
  readonly #running = new Map<LamportTime, { query: RunningQuery; timer: Timer }>();

  constructor(options: QueriesOptions) {
    this.#options = options;
    this.#recent = new RecentBuffer<number>({
      times: options.config.queryBuffer,
      maxItemsPerTime: MAX_EVENTS_PER_TIME,
      maxBytes: Number.POSITIVE_INFINITY,
      sizeOf: () => 0,
      equal: (a, b) => a === b,
    });
    this.#clock.increment();
    this.#clock.witness(options.previousTime);
    if (options.previousTime > 0) this.#recent.raiseMinTime(options.previousTime + 1);
  }

  get time(): LamportTime {
    return this.#clock.time;
  }

  /** @throws GossipError `refused` before protocol 4 or with too many queries running, `too_large` */
  send(name: string, payload: Uint8Array, params: QueryParams = {}): RunningQuery {
    const { config, queue } = this.#options;
    if (config.protocolVersion < QUERY_PROTOCOL_VERSION) {
      throw new GossipError('refused', 'Feature not supported');
    }
    if (this.#running.size >= MAX_RUNNING_QUERIES) {
      throw new GossipError('refused', `${MAX_RUNNING_QUERIES} queries are running`);
    }
    const query = this.#build(name, payload, params);
    const message = encodeQuery(query);
    if (message.length > config.querySizeLimit) {
      throw new GossipError('too_large', `query exceeds limit of ${config.querySizeLimit} bytes`);
    }
    const running = this.#run(query, params);
    this.receive(query);
    queue.queue({ message });
    return running;
  }

  /** @returns whether it was news, to be passed on */
  receive(query: QueryMessage): boolean {
    const { counters, clock, responder, onQuery, filtered } = this.#options;
    const now = this.#clock.witness(query.lTime);
    const verdict = this.#recent.add(query.lTime, query.id, now);
    if (verdict === 'too_old' || verdict === 'full') counters.tooOld++;
    if (verdict !== 'new') return false;
    counters.queries++;
    const passOn = (query.flags & QUERY_FLAG_NO_BROADCAST) === 0;
    // Who is not meant passes it on all the same.
    if (!matchesFilters(query.filters, filtered())) return passOn;
    const address = renderIP(query.address);
    if (address === undefined) return passOn;
    const source: PeerAddress = { name: query.sourceNode, address, port: query.port };
    if ((query.flags & QUERY_FLAG_ACK) !== 0) this.#acknowledge(query, source);
    const timeoutMs = Math.min(query.timeoutNs / NS_PER_MS, MAX_QUERY_TIMEOUT_MS);
    onQuery(new ReceivedQuery(query, source, clock.now() + timeoutMs, responder));
    return passOn;
  }

  receiveResponse(response: QueryResponseMessage): void {
    const { counters } = this.#options;
    const running = this.#running.get(response.lTime)?.query;
    if (running === undefined || running.id !== response.id) {
      counters.queryUnrequested++;
    } else if (!running.receive(response)) {
      counters.queryDuplicates++;
    } else if ((response.flags & QUERY_FLAG_ACK) !== 0) {
      counters.queryAcks++;
    } else {
      counters.queryResponses++;
    }
  }

  /** What a peer's clock shows. */
  merge(peerTime: LamportTime): void {
    if (peerTime > 0) this.#clock.witness(peerTime - 1);
  }

  /** Closes what runs. */
  stop(): void {
    for (const { query } of this.#running.values()) query.close();
  }

  #build(name: string, payload: Uint8Array, params: QueryParams): QueryMessage {
    const { self, random, defaultTimeoutMs } = this.#options;
    const { address, port, name: sourceNode } = self();
    const timeoutMs = params.timeoutMs || defaultTimeoutMs();
    return {
      lTime: this.#clock.time,
      id: random.below(MAX_ID),
      address: parseIP(address) ?? new Uint8Array(0),
      port,
      sourceNode,
      filters: encodeFilters(params),
      flags: params.requestAck === true ? QUERY_FLAG_ACK : 0,
      relayFactor: params.relayFactor ?? 0,
      timeoutNs: Math.round(Math.min(timeoutMs, MAX_QUERY_TIMEOUT_MS) * NS_PER_MS),
      name,
      payload,
    };
  }

  #run({ id, lTime, timeoutNs }: QueryMessage, params: QueryParams): RunningQuery {
    const { clock, memberCount } = this.#options;
    const timeoutMs = timeoutNs / NS_PER_MS;
    const query = new RunningQuery({
      id,
      lTime,
      deadlineMs: clock.now() + timeoutMs,
      wantsAcks: params.requestAck === true,
      maxAnswers: 2 * memberCount(),
      listener: params,
      onClose: () => {
        this.#running.get(lTime)?.timer.cancel();
        this.#running.delete(lTime);
      },
    });
    this.#running.set(lTime, { query, timer: clock.after(timeoutMs, () => query.close()) });
    return query;
  }

  #acknowledge({ lTime, id, relayFactor }: QueryMessage, source: PeerAddress): void {
    const { responder } = this.#options;
    const from = responder.nodeName;
    const ack = { lTime, id, from, flags: QUERY_FLAG_ACK, payload: new Uint8Array(0) };
    try {
      responder.respond(source, responder.encode(ack), relayFactor);
    } catch (error) {
      // Best effort, like the network: the asker sees one acknowledgement fewer.
      if (!(error instanceof GossipError)) throw error;
    }
  }
}

function encodeFilters({ filterNodes = [], filterTags = {} }: QueryParams): Uint8Array[] {
  const nodes =
    filterNodes.length === 0 ? [] : [encodeFilter({ kind: 'nodes', nodes: filterNodes })];
  const tags = Object.entries(filterTags).map(([tag, expression]) =>
    encodeFilter({ kind: 'tag', tag, expression }),
  );
  return [...nodes, ...tags];
}
