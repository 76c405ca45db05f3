import { describe, expect, it } from 'vitest';
import { MAX_META_BYTES } from '../memberlist.ts';
import { shuffle } from '../random.ts';
import type { GossipStream } from '../transport.ts';
import { MockNetwork } from './mock-network.ts';
import { RecordingDelegate } from './recording-delegate.ts';
import { SeededRandom } from './seeded-random.ts';
import { VirtualClock } from './virtual-clock.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

describe('VirtualClock', () => {
  it('fires in order of time, then of setting, and only what is due', () => {
    const clock = new VirtualClock();
    const fired: string[] = [];
    for (const [delay, name] of [
      [30, 'late'],
      [10, 'first'],
      [10, 'second'],
      [20, 'cancelled'],
      [-5, 'soon'],
    ] as const) {
      const timer = clock.after(delay, () => fired.push(`${name}@${clock.now()}`));
      if (name === 'cancelled') timer.cancel();
    }
    expect(fired).toEqual([]);
    clock.advance(20);
    expect(fired).toEqual(['soon@0', 'first@10', 'second@10']);
    expect([clock.now(), clock.pending]).toEqual([20, 1]);
  });

  it('fires what a fired timer sets, if it is due too', () => {
    const clock = new VirtualClock();
    let ticks = 0;
    const tick = (): void => {
      ticks++;
      clock.after(10, tick);
    };
    tick();
    clock.advance(100);
    expect(ticks).toBe(11);
  });

  it('lets promises settle between moments', async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    const wait = (ms: number): Promise<void> =>
      new Promise((resolve) => {
        clock.after(ms, resolve);
      });
    const run = async (): Promise<void> => {
      for (let round = 0; round < 3; round++) {
        await wait(10);
        seen.push(clock.now());
      }
    };
    const running = run();
    await clock.advanceAsync(100);
    await running;
    expect(seen).toEqual([10, 20, 30]);
  });
});

describe('SeededRandom', () => {
  it('repeats itself, and neighbouring seeds differ', () => {
    const draw = (seed: number): number[] => {
      const random = new SeededRandom(seed);
      return Array.from({ length: 5 }, () => random.below(1000));
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('is even enough', () => {
    const random = new SeededRandom(7);
    const counts = Array.from({ length: 10 }, () => 0);
    for (let round = 0; round < 10_000; round++) counts[random.below(10)]! += 1;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
    expect(random.below(0)).toBe(0);
  });

  it('shuffles without losing anything', () => {
    const list = Array.from({ length: 20 }, (_, index) => index);
    shuffle(list, new SeededRandom(3));
    expect(list).not.toEqual(list.toSorted((a, b) => a - b));
    expect(new Set(list).size).toBe(20);
  });
});

describe('MockNetwork', () => {
  const near = { address: '10.0.0.1', port: 7946 };
  const far = { address: '10.0.0.2', port: 7946 };

  async function twoEnds(delayMs: number | undefined) {
    const clock = new VirtualClock();
    const network = new MockNetwork(clock, {
      packetDelayMs: () => delayMs,
      streamDelayMs: () => delayMs,
    });
    const log: string[] = [];
    const listen = (stream: GossipStream, name: string): void =>
      stream.listen({
        onData: (chunk) => log.push(`${name} got ${Buffer.from(chunk)}@${clock.now()}`),
        onEnd: (error) => log.push(`${name} ended ${error?.message ?? 'well'}@${clock.now()}`),
      });
    const [a, b] = [network.transport(near), network.transport(far)];
    await a.start({ onPacket: () => {}, onStream: () => {} });
    await b.start({
      onPacket: (packet, from, at) => log.push(`${from.address} ${Buffer.from(packet)}@${at}`),
      onStream: (stream) => {
        listen(stream, 'server');
        stream.write(bytes('hello'));
      },
    });
    return { clock, network, a, b, log, listen };
  }

  it('carries packets, late or never', async () => {
    for (const [delay, expected] of [
      [5, ['10.0.0.1 ping@5']],
      [undefined, []],
    ] as const) {
      const { clock, a, log } = await twoEnds(delay);
      a.sendPacket({ ...far, name: '' }, bytes('ping'));
      clock.advance(100);
      expect(log).toEqual(expected);
    }
  });

  it('carries streams in both directions and tells their end', async () => {
    const { clock, a, log, listen } = await twoEnds(5);
    a.dial({ ...far, name: '' }, 100, (_error, stream) => {
      if (stream === undefined) return;
      listen(stream, 'client');
      stream.write(bytes('state'));
      stream.end();
    });
    clock.advance(100);
    expect(log).toEqual(['client got hello@10', 'server got state@10', 'server ended well@10']);
  });

  it.each([
    { why: 'refused', delayMs: 5, port: 1, expected: 'dial tcp 10.0.0.2:1: connection refused@5' },
    {
      why: 'lost',
      delayMs: undefined,
      port: 7946,
      expected: 'dial tcp 10.0.0.2:7946: i/o timeout@50',
    },
    { why: 'slow', delayMs: 60, port: 7946, expected: 'dial tcp 10.0.0.2:7946: i/o timeout@50' },
  ])('fails a dial that is $why', async ({ delayMs, port, expected }) => {
    const { clock, a } = await twoEnds(delayMs);
    let failure = '';
    a.dial({ ...far, port, name: '' }, 50, (error) => {
      failure = `${error?.message}@${clock.now()}`;
    });
    clock.advance(1000);
    expect(failure).toBe(expected);
  });

  it('resets streams when an end stops', async () => {
    const { clock, a, b, log, listen } = await twoEnds(1);
    a.dial({ ...far, name: '' }, 100, (_error, stream) => {
      if (stream !== undefined) listen(stream, 'client');
    });
    clock.advance(10);
    await b.stop();
    clock.advance(10);
    expect(log.at(-1)).toBe('client ended connection reset by peer@11');
    await b.start({ onPacket: () => {}, onStream: () => {} });
  });
});

describe('RecordingDelegate', () => {
  it('hands out broadcasts that fit', () => {
    const delegate = new RecordingDelegate();
    delegate.broadcasts = [bytes('12345'), bytes('123')];
    expect(delegate.getBroadcasts(2, 6).length).toBe(1);
    expect(delegate.broadcasts.length).toBe(1);
    expect(delegate.nodeMeta().length).toBeLessThanOrEqual(MAX_META_BYTES);
  });
});
