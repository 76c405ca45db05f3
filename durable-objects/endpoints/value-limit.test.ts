import { describe, expect, it } from 'vitest';
import type { KVWriteArgs } from '../../protocol/methods.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';

const LIMIT = 1_000;
const value = (bytes: number): string => Buffer.alloc(bytes, 'v').toString('base64');

function datacenter(): DatacenterFixture {
  const made = new DatacenterFixture({ kvMaxValueBytes: LIMIT });
  made.write('kv.apply', { verb: 'set', key: 'k', value: value(1) });
  return made;
}

const refusal = /^Value for key "k" is too large \(1001 > 1000 bytes\)$/;

describe('a value over the limit, sent past the HTTP layer', () => {
  it.each<Omit<KVWriteArgs, 'key' | 'value'>>([
    { verb: 'set' },
    { verb: 'cas', index: 2 },
    { verb: 'lock', session: 's' },
    { verb: 'unlock', session: 's' },
  ])('is refused by %j, and the state is untouched', (args) => {
    const own = datacenter();
    const before = own.readRaw('kv.get', { key: 'k' });
    const call = { method: 'kv.apply', token: '', actor: 'n' };
    const reply = own.state.callAlone({
      ...call,
      args: { ...args, key: 'k', value: value(1_001) },
    });
    expect([reply.code, reply.body]).toEqual(['too-large', expect.stringMatching(refusal)]);
    expect(own.readRaw('kv.get', { key: 'k' })).toEqual(before);
  });

  it('is refused in a transaction as a whole', () => {
    const own = datacenter();
    const set = (Key: string, bytes: number) => ({
      KV: { Verb: 'set' as const, Key, Value: value(bytes) },
    });
    const before = own.lastIndex;
    const apply = () => own.write('txn.apply', { ops: [set('other', 1), set('k', 1_001)] });
    expect(apply).toThrow(refusal);
    expect(own.lastIndex).toBe(before);
    expect(own.read('kv.get', { key: 'other' })).toBeUndefined();
  });

  it.each([
    ['just the limit', value(LIMIT)],
    ['nothing', ''],
  ])('is none with %s', (_name, text) => {
    const own = datacenter();
    expect(own.write('kv.apply', { verb: 'set', key: 'k', value: text })).toBe(true);
  });

  it.each([7, {}, ['x']])('that is no text is refused: %j', (wrong) => {
    const args = { verb: 'set', key: 'k', value: wrong };
    const reply = datacenter().state.callAlone({ method: 'kv.apply', args, token: '', actor: 'n' });
    expect(reply.code).toBe('bad-request');
  });
});
