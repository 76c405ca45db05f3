import { once } from 'node:events';
import { type Duplex, duplexPair } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Counters, newCounters } from './counters.ts';
import type { End } from './end.ts';
import { relay } from './relay.ts';

let counters: Counters;
let client: Duplex;
let server: Duplex;
/** The proxy's ends. */
let inner: Duplex;
let outer: Duplex;

beforeEach(() => {
  counters = newCounters();
  [client, inner] = duplexPair();
  [outer, server] = duplexPair();
  relay(endOf(inner), endOf(outer), counters);
});

/** A stream in memory cannot be reset, only destroyed. */
const endOf = (stream: Duplex): End => ({ stream, reset: () => stream.destroy() });

async function all(from: Duplex): Promise<string> {
  let text = '';
  for await (const chunk of from) text += String(chunk);
  return text;
}

describe('bytes', () => {
  it('go both ways and are counted', async () => {
    client.end('question');
    expect(await all(server)).toBe('question');
    server.end('answer');
    expect(await all(client)).toBe('answer');
    expect(counters).toMatchObject({ bytesIn: 8, bytesOut: 6 });
  });

  it('of one direction go on after the end of the other', async () => {
    client.end();
    expect(await all(server)).toBe('');
    server.write('late ');
    await turn();
    server.end('answer');
    expect(await all(client)).toBe('late answer');
  });

  it('that nobody reads make the sender wait', async () => {
    const chunk = Buffer.alloc(16 * 1024);
    let sent = 0;
    while (sent < 1000 && client.write(chunk)) sent++;
    for (let i = 0; i < 100; i++) {
      await turn();
      while (sent < 1000 && client.writableLength === 0 && client.write(chunk)) sent++;
    }
    // A thousand chunks are sixteen megabytes; what stands between the two is the buffers of four streams.
    expect(sent).toBeLessThan(40);
    server.resume();
    client.end();
    await once(server, 'end');
  });
});

describe('a side that breaks', () => {
  it.each([
    ['the caller', () => inner, () => outer],
    ['the service', () => outer, () => inner],
  ])('cuts the other: %s', async (_who, breaking, other) => {
    const closed = once(other(), 'close');
    breaking().destroy(new Error('reset'));
    await closed;
  });

  it('after its end cuts the other too, which has nobody to send to', async () => {
    const closed = once(outer, 'close');
    client.end();
    await all(server);
    inner.destroy(new Error('reset'));
    await closed;
  });

  it('by an error that destroys nothing is cut all the same', async () => {
    const closed = once(outer, 'close');
    inner.emit('error', new Error('alert'));
    await closed;
    expect(inner.destroyed).toBe(true);
  });

  it('before the relay began cuts the other', async () => {
    const [, early] = duplexPair();
    const [late] = duplexPair();
    early.destroy();
    await once(early, 'close');
    relay(endOf(early), endOf(late), counters);
    expect(late.destroyed).toBe(true);
  });
});
