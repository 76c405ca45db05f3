import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RPCError } from '../../protocol/errors.ts';
import { MAX_STREAMS } from '../../protocol/limits.ts';
import type { MethodName } from '../../protocol/methods.ts';
import { createAPI } from '../fetch-adapter.ts';
import type { StreamSettings } from '../route.ts';
import type { Answer, CallOptions, ServerRPC } from '../server-rpc.ts';
import { renderChangePage } from '../stream/change-page.ts';
import { NO_SNAPSHOTS } from '../testing/recording-rpc.ts';
import { auditRoutes } from './audit.ts';
import { streamRoutes } from './stream.ts';

/** A datacenter with a log of keys, and watches that end when it grows. */
class FakeLog implements ServerRPC {
  readonly calls: { method: string; args: unknown; options: CallOptions }[] = [];
  readonly log: string[] = [];
  incarnation = 'abc';
  trimmed = 0;
  error: RPCError | null = null;
  /** Changes that one page carries. */
  pageSize = 2;
  readonly #waiters = new Set<() => void>();

  append(...keys: string[]): void {
    this.log.push(...keys);
    for (const wake of this.#waiters) wake();
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  call<M extends MethodName>(method: M, args: unknown, options: CallOptions): Promise<Answer> {
    this.calls.push({ method, args, options });
    if (this.error !== null) return Promise.reject(this.error);
    return Promise.resolve({ index: this.log.length, body: this.#page(args as PageArgs) });
  }

  watch<M extends MethodName>(
    method: M,
    args: unknown,
    options: CallOptions,
    minIndex: number,
    _waitMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    this.calls.push({ method, args, options });
    return new Promise((resolve) => {
      const finish = (): void => {
        if (this.log.length + 1 <= minIndex && signal?.aborted !== true) return;
        this.#waiters.delete(finish);
        resolve({ index: this.log.length + 1, body: '' });
      };
      this.#waiters.add(finish);
      signal?.addEventListener('abort', finish);
      finish();
    });
  }

  #page({ after, from, incarnation }: PageArgs): string {
    const end = this.log.length + 1;
    const start = Number(after ?? from ?? end);
    const isLost = start < this.trimmed || (incarnation ?? this.incarnation) !== this.incarnation;
    const resync = start < this.trimmed ? 'trimmed' : isLost ? 'restored' : '';
    const keys = isLost ? [] : this.log.slice(start - 1, start - 1 + this.pageSize);
    const position = isLost ? end : start + keys.length;
    const changes = keys.map((Key, i) => ({
      position: String(start + i + 1),
      text: `{"Key":"${Key}","Flags":18446744073709551615}`,
    }));
    return renderChangePage(
      {
        Incarnation: this.incarnation,
        Resync: resync,
        Position: String(position),
        More: position < end,
      },
      changes,
    );
  }
}

interface PageArgs {
  after?: string;
  from?: string;
  incarnation?: string;
}

let rpc: FakeLog;
let closers: (() => void)[];

beforeEach(() => {
  rpc = new FakeLog();
  closers = [];
});
afterEach(() => closers.forEach((close) => close()));

function serve(streams?: StreamSettings) {
  const limits = {
    kvMaxValueBytes: 1,
    txnMaxBytes: 1,
    defaultQueryTimeMs: 1,
    maxQueryTimeMs: 1,
  };
  const snapshots = NO_SNAPSHOTS;
  const names = { datacenter: 'dc1', nodeName: '' };
  const context = { rpc, snapshots, limits, ...names, ...(streams && { streams }) };
  const app = createAPI([...streamRoutes, ...auditRoutes], { context });
  return (path: string, headers: Record<string, string> = {}, hasLeft = false) => {
    const client = new AbortController();
    if (hasLeft) client.abort();
    closers.push(() => client.abort());
    return app.request(`http://agent${path}`, { headers, signal: client.signal });
  };
}

/** Reads events as they come. */
class Events {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #text = '';
  lastID = '';

  constructor(response: Response) {
    this.#reader = response.body!.getReader();
  }

  /** The next event, as [type, data]; those that only move the id are passed over. Null at the end. */
  async next(): Promise<[string, string] | null> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end < 0) {
        const { value, done } = await this.#reader.read();
        if (done) return null;
        this.#text += new TextDecoder().decode(value);
        continue;
      }
      const fields = Object.fromEntries(
        this.#text
          .slice(0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      ) as Record<string, string>;
      this.#text = this.#text.slice(end + 2);
      this.lastID = fields['id'] ?? this.lastID;
      if (fields['data'] !== undefined) return [fields['event'] ?? 'message', fields['data']];
    }
  }

  async keys(count: number): Promise<string[]> {
    const keys: string[] = [];
    while (keys.length < count) {
      const event = await this.next();
      if (event === null) throw new Error(`the stream ended after ${keys.join()}`);
      keys.push((JSON.parse(event[1]) as { Key: string }).Key);
    }
    return keys;
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}

describe.each<[string, StreamSettings | undefined]>([
  ['by subscription', undefined],
  ['by one wait each', { isOneShot: true, maxPages: 100 }],
])('a stream that waits %s', (_name, streams) => {
  it('tells what comes, whole and in order, with flags of 64 bits', async () => {
    rpc.append('old');
    const response = await serve(streams)('/v1/stream?topics=kv/');
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const events = new Events(response);
    rpc.append('a', 'b', 'c');
    expect(await events.next()).toEqual(['message', '{"Key":"a","Flags":18446744073709551615}']);
    expect(await events.keys(2)).toEqual(['b', 'c']);
    rpc.append('d');
    expect(await events.keys(1)).toEqual(['d']);
  });

  it('loses and doubles nothing over any number of reconnects', async () => {
    const get = serve(streams);
    rpc.append('k0', 'k1', 'k2');
    let events = new Events(await get('/v1/stream?topics=kv/&from=1'));
    const seen: string[] = [];
    for (let round = 0; round < 20; round++) {
      seen.push(...(await events.keys(1 + (round % 2))));
      await events.cancel();
      rpc.append(`k${rpc.log.length}`, `k${rpc.log.length + 1}`);
      // The parameters of the first request come along, as a browser sends them.
      events = new Events(
        await get('/v1/stream?topics=kv/&from=1', { 'last-event-id': events.lastID }),
      );
    }
    seen.push(...(await events.keys(rpc.log.length - seen.length)));
    expect(seen).toEqual(rpc.log);
  });

  it.each([
    ['trimmed', () => (rpc.trimmed = 3)],
    ['restored', () => (rpc.incarnation = 'xyz')],
  ])('says that it was %s, and goes on from there', async (reason, happen) => {
    const get = serve(streams);
    rpc.append('a', 'b', 'c');
    const first = new Events(await get('/v1/stream?topics=kv/&from=1'));
    await first.keys(1);
    await first.cancel();
    happen();
    const events = new Events(
      await get('/v1/stream?topics=kv/', { 'last-event-id': first.lastID }),
    );
    expect(await events.next()).toEqual(['resync', `{"Reason":"${reason}","Index":4}`]);
    rpc.append('d');
    expect(await events.keys(1)).toEqual(['d']);
  });

  it('ends with the reason when the datacenter refuses to go on', async () => {
    const events = new Events(await serve(streams)('/v1/stream?topics=kv/'));
    rpc.error = new RPCError('forbidden', 'Permission denied');
    rpc.append('a');
    expect(await events.next()).toEqual(['end', '{"Reason":"Permission denied"}']);
    expect(await events.next()).toBe(null);
  });

  it('waits while the datacenter cannot be reached, and misses nothing', async () => {
    const events = new Events(await serve(streams)('/v1/stream?topics=kv/'));
    rpc.error = new RPCError('unavailable', 'No cluster leader');
    rpc.append('a');
    await expect
      .poll(() => rpc.calls.filter(({ method }) => method === 'changes.list').length)
      .toBe(2);
    rpc.error = null;
    expect(await events.keys(1)).toEqual(['a']);
  });

  it('stops waiting when its client goes', async () => {
    const events = new Events(await serve(streams)('/v1/stream?topics=kv/'));
    rpc.append('a');
    await events.keys(1);
    await events.cancel();
    await Promise.resolve();
    expect(rpc.waiting).toBe(0);
  });
});

describe('what is asked', () => {
  it('topics that are equal are one subscription, whatever their order', async () => {
    const get = serve();
    await get('/v1/stream?topics=service/web,kv/a&topic=kv/with,comma');
    await get('/v1/stream?topic=kv/with,comma&topics=kv/a,service/web,kv/a');
    const watched = rpc.calls.filter(({ method }) => method === 'changes.head');
    expect(new Set(watched.map(({ args }) => JSON.stringify(args)))).toEqual(
      new Set(['{"topics":["kv/a","kv/with,comma","service/web"]}']),
    );
    expect(watched.every(({ options }) => options.consistency === 'stale')).toBe(true);
  });

  it('where calls are counted, the client is asked to come back', async () => {
    const get = serve({ isOneShot: true, maxPages: 2 });
    const events = new Events(await get('/v1/stream?topics=kv/'));
    rpc.append('a');
    expect(await events.keys(1)).toEqual(['a']);
    expect((await events.next())?.[0]).toBe('end');
  });

  it.each([
    ['/v1/stream', {}, 400, /^Missing topics/],
    ['/v1/stream?topics=,', {}, 400, /^Missing topics/],
    ['/v1/stream?topics=kv', { 'last-event-id': 'x y' }, 400, /^Invalid Last-Event-ID/],
  ])('%s %j: %i', async (path, headers, status, message) => {
    const response = await serve()(path, headers as Record<string, string>);
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(message);
  });

  it('an error of the first page is an ordinary one', async () => {
    rpc.error = new RPCError('bad-request', 'no such topic');
    expect((await serve()('/v1/stream?topics=x')).status).toBe(400);
  });

  it('there is an end to the number of streams, and a closed one makes room', async () => {
    const get = serve();
    const first = await get('/v1/stream?topics=kv');
    for (let i = 1; i < MAX_STREAMS; i++) await get('/v1/stream?topics=kv');
    expect((await get('/v1/stream?topics=kv')).status).toBe(429);
    await first.body!.cancel();
    expect((await get('/v1/stream?topics=kv')).status).toBe(200);
  });

  it('a client that left while its first page was listed takes no place', async () => {
    const get = serve();
    for (let i = 0; i <= MAX_STREAMS; i++) await get('/v1/stream?topics=kv', {}, true);
    expect((await get('/v1/stream?topics=kv')).status).toBe(200);
  });
});

describe('GET /v1/audit', () => {
  it('passes its parameters on, and never makes a subscription', async () => {
    await serve()(
      '/v1/audit?kind=kv&prefix=app/&actor=worker&from=3&to=9&filter=Key+==+x&before=7.1&limit=5&values&stale&cached',
    );
    expect(rpc.calls).toMatchObject([
      {
        method: 'audit.list',
        args: {
          kind: 'kv',
          prefix: 'app/',
          actor: 'worker',
          from: '3',
          to: '9',
          filter: 'Key == x',
          before: '7.1',
          limit: 5,
          values: true,
        },
        options: { consistency: 'default', cached: false },
      },
    ]);
  });

  it.each(['0', '-1', 'x', '1e3'])('limit=%s is refused', async (limit) => {
    expect((await serve()(`/v1/audit?limit=${limit}`)).status).toBe(400);
  });
});
