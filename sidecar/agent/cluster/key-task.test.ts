import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type KeyTask,
  decodeKeyResult,
  decodeKeyTask,
  encodeKeyResult,
  encodeKeyTask,
} from './key-task.ts';

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const RESULT = {
  messages: { n1: 'Removing the primary key is not allowed' },
  nodes: 2,
  keys: { 'AQE=': 2 },
  primaryKeys: { 'AQE=': 1 },
  error: '1/2 nodes reported failure',
};

describe('a task', () => {
  it.each<KeyTask>([
    { verb: 'list', key: '', relayFactor: 0 },
    { verb: 'install', key: 'AQE=', relayFactor: 5 },
  ])('%o comes as it went', (task) => {
    expect(decodeKeyTask(encodeKeyTask(task))).toEqual(task);
  });

  it.each([
    [{ verb: 'persist', key: '', relayFactor: 0 }],
    [{ verb: 'list', key: 1, relayFactor: 0 }],
    [{ verb: 'list', key: '', relayFactor: 6 }],
    [{ verb: 'list', key: '', relayFactor: -1 }],
    [['list']],
    [null],
  ])('%o is none', (value) => {
    expect(decodeKeyTask(bytes(value))).toBeUndefined();
  });
});

describe('an answer', () => {
  it('comes as it went', () => {
    expect(decodeKeyResult(encodeKeyResult(RESULT, () => true))).toEqual(RESULT);
  });

  it('leaves out what nodes said, then everything, where it is too long', () => {
    const short = decodeKeyResult(encodeKeyResult(RESULT, ({ length }) => length < 130));
    expect(short).toEqual({ ...RESULT, messages: {} });
    const none = decodeKeyResult(encodeKeyResult(RESULT, ({ length }) => length < 20));
    expect(none).toMatchObject({ nodes: 2, keys: {}, error: expect.stringContaining('ask in') });
  });

  it.each([
    [{ ...RESULT, nodes: -1 }],
    [{ ...RESULT, keys: { a: 'b' } }],
    [{ ...RESULT, messages: [] }],
    [{ ...RESULT, primaryKeys: null }],
    [{ ...RESULT, error: 1 }],
    ['text'],
  ])('%o is none', (value) => {
    expect(decodeKeyResult(bytes(value))).toBeUndefined();
  });
});

it('whatever comes from the network is a task or none, an answer or none', () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.json().map((text) => new TextEncoder().encode(text)),
  );
  fc.assert(
    fc.property(anything, (payload) => {
      expect(decodeKeyTask(payload)?.verb).not.toBe('');
      expect(decodeKeyResult(payload)?.nodes).not.toBeNaN();
    }),
  );
});
