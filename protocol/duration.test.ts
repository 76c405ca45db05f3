import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration, renderDuration } from './duration.ts';

describe('durations', () => {
  // Each as Go's time.ParseDuration and Duration.String have it.
  it.each([
    ['0', 0, '0s'],
    ['1s', 1000, '1s'],
    ['1.5h', 5_400_000, '1h30m0s'],
    ['1h1m1s', 3_661_000, '1h1m1s'],
    ['100ms', 100, '100ms'],
    ['-2m', -120_000, '-2m0s'],
    ['+5s', 5000, '5s'],
    ['1us', 0.001, '1\u00b5s'],
    ['.5s', 500, '500ms'],
    ['1.s', 1000, '1s'],
    ['90m', 5_400_000, '1h30m0s'],
  ])('%j is %d ms, and is written %j', (text, ms, written) => {
    expect(parseDuration(text)).toBeCloseTo(ms, 6);
    expect(renderDuration(ms)).toBe(written);
  });

  it.each([
    '',
    '1',
    's',
    '1x',
    '--1s',
    '1s 2s',
    '1e3s',
    'Infinitys',
    '9999999999h',
    '\u0661s',
    '1S',
  ])('%j is none', (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  it('that were written are read again', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), (ms) => {
        expect(parseDuration(renderDuration(ms))).toBeCloseTo(ms, 3);
      }),
    );
  });

  it('of a stranger are a finite number or none', () => {
    const text = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[-+]?(?:[0-9]{0,30}\.?[0-9]{0,10}(?:ns|us|ms|s|m|h)?){0,4}$/),
    );
    fc.assert(
      fc.property(text, (given) => {
        const ms = parseDuration(given);
        if (ms !== null) expect(Number.isFinite(ms)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
