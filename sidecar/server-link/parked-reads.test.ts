/** A parked read is never lost, whatever happens to its subscription while it waits. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallOptions } from '../../http-api/server-rpc.ts';
import type { HelloReply, Op, Reply } from '../../protocol/frames.ts';
import { Batcher } from './batcher.ts';
import { LinkRPC } from './link-rpc.ts';
import { Replica } from './replica.ts';

const DEFAULT: CallOptions = {
  token: '',
  datacenter: '',
  consistency: 'default',
  cached: false,
};
const HELLO = { features: [] as string[] } as HelloReply;
const LOST: Reply = { index: 0, body: 'nothing was written: disk full', code: 'unavailable' };
const FORBIDDEN: Reply = { index: 0, body: 'Permission denied', code: 'forbidden' };
const WAIT_MS = 60_000;

/** A sidecar's link without a socket: what it sends is answered by `answer`, or stays unanswered. */
class Sidecar {
  readonly batcher: Batcher;
  readonly replica: Replica;
  readonly rpc: LinkRPC;
  readonly ops: string[] = [];
  /** Undefined leaves the whole frame without an answer. */
  answer: (op: Op) => Reply | undefined = () => ({ index: 1, body: '' });

  constructor() {
    const now = (): number => Date.now();
    this.batcher = new Batcher({ now, send: (text) => this.#sent(text) });
    this.replica = new Replica(this.batcher, now);
    this.rpc = new LinkRPC(this.batcher, this.replica, 'dc1', now);
    this.connect();
  }

  connect(): void {
    this.batcher.connected(true);
    this.replica.connected(HELLO, true);
  }

  disconnect(): void {
    this.batcher.disconnected();
    this.replica.disconnected();
  }

  stop(): void {
    this.batcher.stop();
    this.replica.stop();
  }

  /** Parks at index 1, where `answer` says that nothing is there. */
  async park(): Promise<{ answer: Promise<{ index: number }>; state(): string }> {
    let state = 'parked';
    const answer = this.rpc.watch('kv.get', { key: 'k' }, DEFAULT, 1, WAIT_MS, undefined);
    answer.then(
      () => (state = 'answered'),
      () => (state = 'failed'),
    );
    await settle();
    return { answer, state: () => state };
  }

  #sent(text: string): void {
    const { seq, ops } = JSON.parse(text) as { seq: number; ops: Op[] };
    this.ops.push(...ops.map(([method]) => method));
    const replies = ops.map((op) => this.answer(op));
    if (replies.includes(undefined)) return;
    queueMicrotask(() => this.batcher.receive({ seq, replies: replies as Reply[] }));
  }
}

/** Lets everything happen that needs no time. */
async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

let sidecar: Sidecar;

beforeEach(() => {
  vi.useFakeTimers();
  sidecar = new Sidecar();
});

afterEach(() => {
  sidecar.stop();
  vi.useRealTimers();
});

describe('a parked read', () => {
  it('sleeps while nothing is pushed, and is answered unchanged at its deadline', async () => {
    const parked = await sidecar.park();
    await vi.advanceTimersByTimeAsync(WAIT_MS - 1);
    expect(parked.state()).toBe('parked');
    await vi.advanceTimersByTimeAsync(1);
    expect(await parked.answer).toMatchObject({ index: 1 });
  });

  it('is answered by a push', async () => {
    const parked = await sidecar.park();
    sidecar.replica.receive([{ id: 1, index: 7, body: '[7]' }]);
    expect(await parked.answer).toEqual({ index: 7, body: '[7]' });
  });

  it('learns of what was missed while the link was down from the subscription that is sent again', async () => {
    const parked = await sidecar.park();
    sidecar.disconnect();
    sidecar.answer = () => ({ index: 9, body: '[9]' });
    sidecar.connect();
    expect(await parked.answer).toEqual({ index: 9, body: '[9]' });
  });

  it('outlives a second break before the subscription was answered', async () => {
    const parked = await sidecar.park();
    sidecar.disconnect();
    sidecar.answer = () => undefined;
    sidecar.connect();
    sidecar.disconnect();
    // Longer than calls are held: the unanswered subscription is given up, the read that waits for it is not.
    await vi.advanceTimersByTimeAsync(20_000);
    expect(parked.state()).toBe('parked');
    sidecar.answer = () => ({ index: 9, body: '[9]' });
    sidecar.connect();
    expect(await parked.answer).toEqual({ index: 9, body: '[9]' });
  });

  it('subscribes anew when the datacenter could not take the subscription', async () => {
    const parked = await sidecar.park();
    sidecar.disconnect();
    let refusals = 0;
    sidecar.answer = () => (refusals++ === 0 ? LOST : { index: 9, body: '[9]' });
    sidecar.connect();
    expect(await parked.answer).toEqual({ index: 9, body: '[9]' });
  });

  it('gets the error of a query that may not be read any more', async () => {
    const parked = await sidecar.park();
    sidecar.answer = () => FORBIDDEN;
    sidecar.replica.receive([{ id: 1, index: 1, body: null }]);
    await expect(parked.answer).rejects.toThrow('Permission denied');
  });

  it('reads a large answer, whose push carries no body', async () => {
    const parked = await sidecar.park();
    sidecar.answer = () => ({ index: 9, body: '[9]' });
    sidecar.replica.receive([{ id: 1, index: 9, body: null }]);
    expect(await parked.answer).toEqual({ index: 9, body: '[9]' });
  });

  it('waits on when the link breaks before the large answer was read', async () => {
    const parked = await sidecar.park();
    sidecar.answer = () => undefined;
    sidecar.replica.receive([{ id: 1, index: 9, body: null }]);
    sidecar.disconnect();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(parked.state()).toBe('parked');
    sidecar.answer = () => ({ index: 9, body: '[9]' });
    sidecar.connect();
    expect(await parked.answer).toEqual({ index: 9, body: '[9]' });
  });

  it('shares one subscription with its equals, each with a read of its own', async () => {
    const first = await sidecar.park();
    const second = await sidecar.park();
    expect(sidecar.ops).toEqual(['link.subscribe', 'kv.get']);
    sidecar.replica.receive([{ id: 1, index: 7, body: '[7]' }]);
    expect((await Promise.all([first.answer, second.answer])).map(({ index }) => index)).toEqual([
      7, 7,
    ]);
  });
});

it('the end of the link ends it, with a word', async () => {
  const parked = await sidecar.park();
  expect(parked.state()).toBe('parked');
  sidecar.stop();
  await settle();
  expect(parked.state()).toBe('failed');
  await expect(parked.answer).rejects.toThrow('shutting down');
  expect(vi.getTimerCount()).toBe(0);
});
