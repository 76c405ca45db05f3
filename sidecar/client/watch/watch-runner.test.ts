import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConsulClient } from '../http-client.ts';
import { eventIndex } from '../../../protocol/types/event.ts';
import { newerEvents } from './watch-events.ts';
import { WatchRunner } from './watch-runner.ts';
import type { WatchReading } from './watch-source.ts';

/** Plays readings (or failures) one after the other, then waits for the signal. */
async function play(script: readonly (WatchReading | Error)[], skipInitial = false) {
  const controller = new AbortController();
  const asked: (string | undefined)[] = [];
  const told: [unknown, string][] = [];
  const pauses: number[] = [];
  let at = 0;
  const runner = new WatchRunner({
    client: {} as ConsulClient,
    source: {
      type: 'test',
      async read(_client, position) {
        asked.push(position);
        const next = script[at++];
        if (next === undefined) {
          controller.abort();
          throw new Error('aborted');
        }
        if (next instanceof Error) throw next;
        return next;
      },
    },
    skipInitial,
    onChange: (value, position) => void told.push([value, position]),
    onError: () => {},
    pause: async (ms) => void pauses.push(ms),
  });
  await runner.run(controller.signal);
  return { asked, told, pauses };
}

const down = new Error('down');

describe('WatchRunner', () => {
  it('tells the first reading and each that differs', async () => {
    const { asked, told } = await play([
      { value: ['a'], position: '5' },
      { value: ['a'], position: '7' },
      { value: ['b'], position: '8' },
      { value: ['b'], position: '8' },
    ]);
    expect(told).toEqual([
      [['a'], '5'],
      [['b'], '8'],
    ]);
    expect(asked).toEqual([undefined, '5', '7', '8', '8']);
  });

  it('tells nothing of the first reading when it is to be skipped', async () => {
    const script = ['a', 'a', 'b', 'a'].map((value, at) => ({ value, position: String(at + 5) }));
    expect((await play(script, true)).told).toEqual([
      ['b', '7'],
      ['a', '8'],
    ]);
  });

  it('tells an empty first reading too', async () => {
    expect((await play([{ value: null, position: '1' }])).told).toEqual([[null, '1']]);
  });

  it('starts over when the index goes backwards or is zero', async () => {
    const { asked } = await play([
      { value: 1, position: '90' },
      { value: 2, position: '10' },
      { value: 2, position: '10' },
      { value: 3, position: '0' },
    ]);
    expect(asked).toEqual([undefined, '90', undefined, '10', undefined]);
  });

  it('does not compare hashes and 64-bit positions by size', async () => {
    const { asked } = await play([
      { value: 1, position: 'ffff' },
      { value: 2, position: '18446744073709551615' },
      { value: 3, position: '1000000000000000000' },
    ]);
    expect(asked).toEqual([undefined, 'ffff', '18446744073709551615', '1000000000000000000']);
  });

  it('waits longer after each failure in a row, up to a limit, and goes on', async () => {
    const { pauses, told } = await play([
      ...Array.from({ length: 7 }, () => down),
      { value: 'up', position: '3' },
      down,
    ]);
    expect(pauses).toEqual([5000, 20_000, 45_000, 80_000, 125_000, 180_000, 180_000, 5000]);
    expect(told).toEqual([['up', '3']]);
  });
});

describe('event lists', () => {
  const ids = ['7c58575f-5865-8c14-e52a-5f4256b0b255', '00000000-0000-0001-0000-000000000000'];
  const events = ids.map((ID) => ({ ID }));

  it('folds an ID to 64 bits', () => {
    expect(eventIndex(ids[1]!)).toBe(1n);
    expect(eventIndex('no id')).toBe(0n);
  });

  it.each([
    [undefined, events],
    [String(eventIndex(ids[0]!)), events.slice(1)],
    [String(eventIndex(ids[1]!)), []],
    ['12345', events],
  ])('after position %s', (position, expected) => {
    expect(newerEvents(events, position)).toEqual(expected);
  });

  it('takes any text for an ID', () => {
    fc.assert(fc.property(fc.string(), (id) => typeof eventIndex(id) === 'bigint'));
  });
});
