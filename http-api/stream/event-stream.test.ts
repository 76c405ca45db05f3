import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  STREAM_BUFFER_BYTES,
  STREAM_FAREWELL_MS,
  STREAM_HEARTBEAT_MS,
  STREAM_STALL_MS,
} from '../../protocol/limits.ts';
import { EventStream, renderEvent } from './event-stream.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const decoder = new TextDecoder();
const BIG = 'x'.repeat(STREAM_BUFFER_BYTES);

async function readAll(stream: EventStream): Promise<string> {
  let text = '';
  for await (const chunk of stream.body) text += decoder.decode(chunk);
  return text;
}

describe('events', () => {
  it.each([
    [{ data: '{}' }, 'data: {}\n\n'],
    [{ id: 'a:1', data: '{}' }, 'id: a:1\ndata: {}\n\n'],
    [{ id: 'a:1', event: 'resync', data: '1' }, 'id: a:1\nevent: resync\ndata: 1\n\n'],
    [{ id: 'a:1' }, 'id: a:1\n\n'],
  ])('%j', (event, text) => {
    expect(renderEvent(event)).toBe(text);
  });
});

describe('a stream', () => {
  it('gives what was written, and the reason of its end', async () => {
    const stream = new EventStream(undefined);
    await stream.write('one\n\n');
    await stream.end('over');
    expect(stream.closed.aborted).toBe(true);
    expect(await readAll(stream)).toBe('one\n\nevent: end\ndata: {"Reason":"over"}\n\n');
    await stream.write('late');
    await stream.end('twice');
  });

  it('lets comments pass while nothing happens', async () => {
    const stream = new EventStream(undefined);
    await vi.advanceTimersByTimeAsync(2 * STREAM_HEARTBEAT_MS + 1);
    await stream.end('over');
    expect((await readAll(stream)).split(':\n\n')).toHaveLength(3);
  });

  it('takes nothing more until the client has taken enough', async () => {
    const stream = new EventStream(undefined);
    let isTaken = false;
    const written = stream.write(BIG).then(() => (isTaken = true));
    await vi.advanceTimersByTimeAsync(STREAM_HEARTBEAT_MS * 1.5);
    expect(isTaken).toBe(false);
    const reader = stream.body.getReader();
    expect((await reader.read()).value).toHaveLength(BIG.length);
    await written;
    await reader.cancel();
    expect(stream.closed.aborted).toBe(true);
  });

  it('tells a client that was too slow why it is cut, if it reads on', async () => {
    const stream = new EventStream(undefined);
    const written = stream.write(BIG);
    await vi.advanceTimersByTimeAsync(STREAM_STALL_MS);
    const text = readAll(stream);
    await vi.advanceTimersByTimeAsync(1);
    await written;
    expect((await text).slice(BIG.length)).toMatch(/^event: end\ndata: {"Reason":"slow consumer: /);
  });

  it('cuts one that never reads, and holds nothing for it', async () => {
    const stream = new EventStream(undefined);
    const written = stream.write(BIG);
    await vi.advanceTimersByTimeAsync(STREAM_STALL_MS + STREAM_FAREWELL_MS);
    await written;
    expect(stream.closed.aborted).toBe(true);
    await expect(readAll(stream)).rejects.toThrow('slow consumer');
  });

  it('ends when the client goes, also in the middle of a write', async () => {
    const client = new AbortController();
    const stream = new EventStream(client.signal);
    const written = stream.write(BIG);
    client.abort();
    await written;
    expect(stream.closed.aborted).toBe(true);
    await expect(readAll(stream)).rejects.toThrow('the client has gone');
  });

  it('is closed from the start for a client that has gone already', () => {
    const stream = new EventStream(AbortSignal.abort());
    expect(stream.closed.aborted).toBe(true);
  });
});
