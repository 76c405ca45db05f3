import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_KV_SCHEMAS } from '../../protocol/limits.ts';
import type { KVWriteArgs } from '../../protocol/methods.ts';
import { DatacenterState } from '../datacenter-state.ts';
import { createNodeStorage } from '../testing/node-storage.ts';
import { insertNode } from '../testing/session-fixtures.ts';

let storage: ReturnType<typeof createNodeStorage>;
let state: DatacenterState;

function open(): void {
  let uuids = 0;
  state = new DatacenterState(storage, 'dc1', {
    now: () => 1000,
    newUUID: () => `uuid-${uuids++}`,
  });
}

beforeEach(() => {
  storage = createNodeStorage();
  open();
});

const call = (method: string, args: unknown) =>
  state.callAlone({ method, args, token: '', actor: 'worker' });
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const put = (key: string, value: string, args: Partial<KVWriteArgs> = {}) =>
  call('kv.apply', { verb: 'set', key, value: base64(value), ...args });
const setSchema = (prefix: string, schema: unknown) =>
  call('kv-schema.set', { prefix, schema: JSON.stringify(schema) });
const PORT = { type: 'object', required: ['port'], properties: { port: { type: 'integer' } } };

describe('a schema', () => {
  it('says what a value has to be, and leaves those alone that stand already', () => {
    put('app/old', 'no json');
    expect(setSchema('app/', PORT).body).toBe('true');
    expect(put('app/a', '{"port":80}').body).toBe('true');
    expect(put('other', 'no json').body).toBe('true');
    const { index } = call('kv.get', { key: 'app/a' });
    expect(put('app/a', '{"port":"80"}')).toEqual({
      index: 0,
      code: 'unprocessable',
      body: 'the value of "app/a" does not fit the schema of "app/": /port must be an integer',
    });
    expect(call('kv.get', { key: 'app/a' }).index).toBe(index);
    expect(call('kv.get', { key: 'app/old' }).body).toContain(base64('no json'));
  });

  it.each([
    ['{}', 'it must have "port"'],
    ['', 'it is no JSON'],
    ['{"port":80', 'it is no JSON'],
    ['[]', 'it must be an object'],
  ])('refuses %j: %s', (value, reason) => {
    setSchema('', PORT);
    expect(put('a', value).body).toBe(`the value of "a" does not fit the schema of "": ${reason}`);
  });

  it('bytes that are no UTF-8 are no JSON', () => {
    setSchema('', true);
    expect(put('a', '', { value: Buffer.from([0x22, 0xff, 0x22]).toString('base64') }).code).toBe(
      'unprocessable',
    );
  });

  it('of the longest prefix counts, and no other', () => {
    setSchema('', PORT);
    setSchema('app/', { type: 'string' });
    setSchema('app/free/', true);
    expect(put('app/a', '"x"').body).toBe('true');
    expect(put('app/a', '{"port":1}').code).toBe('unprocessable');
    expect(put('app/free/a', '{"port":"x"}').body).toBe('true');
    expect(put('b', '"x"').code).toBe('unprocessable');
    call('kv-schema.delete', { prefix: 'app/' });
    expect(put('app/a', '"x"').code).toBe('unprocessable');
  });

  it('holds after an eviction', () => {
    setSchema('app/', PORT);
    open();
    expect(put('app/a', '1').code).toBe('unprocessable');
  });

  it('that was undone with its batch holds no more', () => {
    const failing = (): unknown =>
      state.batch(() => {
        const args = { prefix: 'app/', schema: 'false' };
        state.call({ method: 'kv-schema.set', args, token: '', actor: 'worker' });
        const write = { verb: 'set', key: 'app/a', value: '' };
        expect(state.call({ method: 'kv.apply', args: write, token: '', actor: '' }).code).toBe(
          'unprocessable',
        );
        throw new Error('disk full');
      });
    expect(failing).toThrow('disk full');
    expect(put('app/a', 'x').body).toBe('true');
  });
});

describe('every kind of write is held to it', () => {
  beforeEach(() => {
    insertNode(storage.sql, 'n1');
    setSchema('app/', PORT);
  });

  it('check-and-set: a mismatch of the index comes first', () => {
    expect(put('app/a', 'x', { verb: 'cas', index: 7 }).body).toBe('false');
    expect(put('app/a', 'x', { verb: 'cas', index: 0 }).code).toBe('unprocessable');
  });

  it('locks: one that is refused for its value is not taken, nor given back', () => {
    const { ID } = JSON.parse(call('session.create', { Node: 'n1', LockDelayMs: 0 }).body) as {
      ID: string;
    };
    const lock = (verb: 'lock' | 'unlock', value: string) =>
      put('app/l', value, { verb, session: ID });
    const holders = () => storage.sql.exec('SELECT key FROM session_locks').toArray().length;
    expect(lock('lock', 'x').code).toBe('unprocessable');
    expect(holders()).toBe(0);
    expect(lock('lock', '{"port":1}').body).toBe('true');
    expect(lock('unlock', 'x').code).toBe('unprocessable');
    expect(holders()).toBe(1);
    // A session that ends writes no value of its own.
    call('session.destroy', { id: ID });
    expect(holders()).toBe(0);
  });

  it('transactions: refused as a whole, with the place of the operation', () => {
    const kv = (Verb: string, Key: string, value: string) => ({
      KV: { Verb, Key, Value: base64(value) },
    });
    const ops = [kv('set', 'x', '1'), kv('set', 'app/a', 'x'), kv('cas', 'app/b', '{}')];
    const { code, body } = call('txn.apply', { ops });
    expect(code).toBe('conflict');
    expect((JSON.parse(body) as { Errors: unknown }).Errors).toEqual([
      { OpIndex: 1, What: 'the value of "app/a" does not fit the schema of "app/": it is no JSON' },
      {
        OpIndex: 2,
        What: 'the value of "app/b" does not fit the schema of "app/": it must have "port"',
      },
    ]);
    expect(call('kv.get', { key: 'x' }).body).toBe('');
  });

  it('rollbacks: nothing of one that brings back what does not fit', () => {
    call('kv-schema.delete', { prefix: 'app/' });
    put('app/a', '1');
    const { index } = put('app/b', '{"port":1}');
    put('app/a', '{"port":2}');
    put('app/b', '{"port":2}');
    setSchema('app/', PORT);
    expect(call('kv.rollback', { key: 'app/', to: String(index), recurse: true }).code).toBe(
      'unprocessable',
    );
    expect(call('kv.get', { key: 'app/b' }).body).toContain(base64('{"port":2}'));
    expect(call('kv.rollback', { key: 'app/b', to: String(index) }).code).toBe(undefined);
  });

  it('deletions are free', () => {
    put('app/a', '{"port":1}');
    expect(call('kv.apply', { verb: 'delete-tree', key: 'app/' }).body).toBe('true');
  });
});

describe('reading and writing schemas', () => {
  it('a schema is read as it was written, on one line', () => {
    call('kv-schema.set', { prefix: 'a/', schema: '{\n  "type": "string"\n}' });
    const { index, body } = call('kv-schema.get', { prefix: 'a/' });
    expect(body).toBe(
      `{"Prefix":"a/","Schema":{"type":"string"},"CreateIndex":${index},"ModifyIndex":${index}}`,
    );
    expect(call('kv-schema.list', {}).body).toBe(`[${body}]`);
    expect(call('kv-schema.get', { prefix: 'b/' }).body).toBe('');
  });

  it('an equal schema takes no index, and its deletion is told to whom it concerns', () => {
    const { index } = setSchema('a/', true);
    expect(setSchema('a/', true).index).toBe(index);
    expect(call('kv-schema.delete', { prefix: 'b/' })).toMatchObject({ index, body: 'false' });
    expect(call('kv-schema.delete', { prefix: 'a/' })).toMatchObject({
      index: index + 1,
      body: 'true',
    });
  });

  it.each([
    ['{', 'Invalid schema: the schema is no JSON'],
    ['{"typ":1}', 'Invalid schema: /typ is no keyword that is known here'],
  ])('%s is refused', (schema, message) => {
    const reply = call('kv-schema.set', { prefix: 'a/', schema });
    expect(reply.code).toBe('bad-request');
    expect(reply.body).toContain(message);
  });

  it('there is an end to their number', () => {
    for (let i = 0; i < MAX_KV_SCHEMAS; i++) setSchema(`p${i}/`, true);
    expect(setSchema('one/more/', true).code).toBe('too-large');
    expect(setSchema('p0/', false).body).toBe('true');
  });
});

describe('rows written', () => {
  it('a write that is held to a schema costs no row more', () => {
    setSchema('app/', PORT);
    put('app/first', '{"port":1}');
    const count = storage.database.prepare('SELECT total_changes() AS n');
    const before = (count.get() as { n: number }).n;
    put('app/a', '{"port":1}');
    expect((count.get() as { n: number }).n - before).toBe(2);
  });
});
