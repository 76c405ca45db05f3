/**
 * Server-sent events (WHATWG HTML, section 9.2) that are not lost with a connection: the stream is opened again with the
 * id of the last event, until the caller has enough or the server refuses.
 */
import type { IncomingMessage } from 'node:http';
import { AbortedError, StatusError, TransportError } from './errors.ts';
import type { ConsulClient, QueryParameters } from './http-client.ts';
import { pause } from '../../http-api/pause.ts';

export interface StreamEvent {
  /** `message` unless the server names another. */
  readonly type: string;
  readonly data: string;
}

export interface EventSourceOptions {
  readonly path: string;
  readonly query: QueryParameters;
  readonly signal: AbortSignal;
  /** Told of each reconnect, with the reason. */
  onReconnect?(reason: string): void;
}

/** The first wait before a reconnect, doubled at each failure in a row. */
const FIRST_RETRY_MS = 200;
const MAX_RETRY_MS = 10_000;
/** The server comments four times in this time: a connection that is silent for longer is dead. */
const SILENCE_MS = 60_000;
/** An event is a change with one value, of 8 MiB at most, in base64. */
const MAX_EVENT_CHARS = 16 * 1024 * 1024;

/** @throws StatusError for a refusal, TransportError if not even the first connection comes about */
export async function* readEvents(
  client: ConsulClient,
  options: EventSourceOptions,
): AsyncGenerator<StreamEvent> {
  const { signal } = options;
  const parser = new EventParser();
  let failures = 0;
  let isFirst = true;
  while (!signal.aborted) {
    try {
      const message = await open(client, options, parser.lastID);
      isFirst = false;
      for await (const chunk of withoutSilence(message)) {
        for (const event of parser.accept(chunk)) {
          failures = 0;
          yield event;
        }
      }
      options.onReconnect?.('the stream has ended');
    } catch (error) {
      if (signal.aborted) return;
      if (isFirst || isRefusal(error)) throw error;
      options.onReconnect?.((error as Error).message);
    }
    parser.reset();
    await pause(Math.min(FIRST_RETRY_MS * 2 ** failures++, MAX_RETRY_MS), signal);
  }
}

function open(
  client: ConsulClient,
  { path, query, signal }: EventSourceOptions,
  lastID: string,
): Promise<IncomingMessage> {
  const resumed = lastID === '' ? query : { ...query, 'last-event-id': lastID };
  return client.stream({ path, query: resumed, signal });
}

/** A datacenter that is away is no refusal. */
function isRefusal(error: unknown): boolean {
  if (error instanceof AbortedError) return true;
  return error instanceof StatusError && error.status < 500 && error.status !== 429;
}

async function* withoutSilence(message: IncomingMessage): AsyncGenerator<string> {
  const fail = (): void => {
    const silence = new Error(`nothing came for ${SILENCE_MS / 1000} seconds`);
    message.destroy(new TransportError('GET', '/v1/stream', silence));
  };
  let timer = setTimeout(fail, SILENCE_MS);
  try {
    message.setEncoding('utf8');
    for await (const chunk of message as AsyncIterable<string>) {
      clearTimeout(timer);
      timer = setTimeout(fail, SILENCE_MS);
      yield chunk;
    }
  } finally {
    clearTimeout(timer);
    message.destroy();
  }
}

/** Lines to events. Of the fields those that this product's streams use. */
export class EventParser {
  /** Of the last event that came whole. */
  lastID = '';
  #id = '';
  #rest = '';
  #type = '';
  #data: string[] = [];

  /** @throws Error for an event that has no end */
  *accept(chunk: string): Generator<StreamEvent> {
    this.#rest += chunk;
    for (let end = this.#rest.indexOf('\n'); end >= 0; end = this.#rest.indexOf('\n')) {
      const line = this.#rest.slice(0, end).replace(/\r$/, '');
      this.#rest = this.#rest.slice(end + 1);
      const event = this.#line(line);
      if (event !== undefined) yield event;
    }
    if (this.#rest.length > MAX_EVENT_CHARS) throw new Error('an event of the stream has no end');
  }

  /** What came of an event whose connection broke is no event. */
  reset(): void {
    this.#id = this.lastID;
    this.#rest = '';
    this.#type = '';
    this.#data = [];
  }

  #line(line: string): StreamEvent | undefined {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'id') this.#id = value;
    else if (name === 'event') this.#type = value;
    else if (name === 'data') this.#data.push(value);
    return undefined;
  }

  #dispatch(): StreamEvent | undefined {
    const [type, data] = [this.#type || 'message', this.#data];
    this.lastID = this.#id;
    this.#type = '';
    this.#data = [];
    return data.length === 0 ? undefined : { type, data: data.join('\n') };
  }
}
