/** What many writes of one frame cost together, and that each of them is still a write of its own. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { MethodArgs, WriteMethod } from '../protocol/methods.ts';
import type { TxnOp } from '../protocol/types/txn.ts';
import { DatacenterState } from './datacenter-state.ts';
import { DeferredStorage } from './db/deferred-storage.ts';
import type { SQLValue, Storage } from './db/storage.ts';
import { createNodeStorage } from './testing/node-storage.ts';

let statements: string[];
let storage: Storage;
let state: DatacenterState;

beforeEach(() => {
  statements = [];
  storage = createNodeStorage();
  const counted: Storage = {
    sql: {
      exec<Row extends Record<string, SQLValue>>(query: string, ...bindings: SQLValue[]) {
        statements.push(query);
        return storage.sql.exec<Row>(query, ...bindings);
      },
    },
    transactionSync: (work) => storage.transactionSync(work),
  };
  const clock = { now: () => 1_000_000, newUUID: () => 'made' };
  state = new DatacenterState(new DeferredStorage(counted), 'dc1', clock);
});

const call = <M extends WriteMethod>(method: M, args: MethodArgs<M>) =>
  state.call({ method, args, token: '', actor: 'test' });

const changes = () =>
  storage.sql
    .exec<{ idx: number; key: string; prev_idx: number }>(
      'SELECT idx, key, prev_idx FROM changes ORDER BY idx, item',
    )
    .toArray();

const INSTANCES = 63;

function registration(node: string): TxnOp[] {
  const instances = Array.from({ length: INSTANCES }, (_, at): TxnOp => {
    const Service = { ID: `s${at}-${node}`, Service: `s${at}`, Port: at + 1, Tags: ['v1'] };
    return { Service: { Verb: 'set', Node: node, Service } };
  });
  return [{ Node: { Verb: 'set', Node: { Node: node, Address: '192.0.2.1' } } }, ...instances];
}

describe('many writes in one transaction', () => {
  it('an instance of a node costs a look, a row, and a share of what all write together', () => {
    state.batch(() => call('txn.apply', { ops: registration('warm') }));
    statements = [];
    state.batch(() => call('txn.apply', { ops: registration('n1') }));
    const own = (part: string): number => statements.filter((text) => text.includes(part)).length;
    expect(own('INSERT INTO services')).toBe(INSTANCES);
    expect(own('FROM services WHERE node = ? AND key = ?')).toBe(INSTANCES);
    expect(own('INSERT INTO topics')).toBe(1);
    // 64 changes, 12 at a time; the node's is of another kind.
    expect(own('INSERT INTO changes')).toBeLessThanOrEqual(9);
    expect(statements.length - 2 * INSTANCES).toBeLessThanOrEqual(20);
  });

  it('a topic that all of them touch is written once', () => {
    statements = [];
    state.batch(() => {
      for (let at = 0; at < 20; at++)
        call('catalog.register', { Node: `n${at}`, Address: '192.0.2.1' });
    });
    expect(statements.filter((text) => text.includes('INTO topics'))).toHaveLength(1);
    const topic = "SELECT idx FROM topics WHERE name = 'nodes'";
    expect(storage.sql.exec<{ idx: number }>(topic).next().value?.idx).toBe(state.writer.lastIndex);
  });

  it('each has an index of its own, and names the change of its key before it in the same frame', () => {
    state.batch(() => {
      call('kv.apply', { verb: 'set', key: 'a', value: 'MQ==' });
      call('kv.apply', { verb: 'set', key: 'b', value: 'MQ==' });
      call('kv.apply', { verb: 'set', key: 'a', value: 'Mg==' });
    });
    expect(changes()).toEqual([
      { idx: 2, key: 'a', prev_idx: 0 },
      { idx: 3, key: 'b', prev_idx: 0 },
      { idx: 4, key: 'a', prev_idx: 2 },
    ]);
  });

  it('one that fails leaves nothing of its own, and takes nothing of those before it', () => {
    const [node, ...instances] = registration('n1');
    const refused: TxnOp = {
      Service: { Verb: 'set', Node: 'absent', Service: { ID: 'x', Service: 'x' } },
    };
    const replies = state.batch(() => [
      call('kv.apply', { verb: 'set', key: 'a', value: 'MQ==' }),
      call('txn.apply', { ops: [node!, instances[0]!, refused] }),
      call('kv.apply', { verb: 'set', key: 'b', value: 'MQ==' }),
    ]);
    expect(replies.map(({ code }) => code)).toEqual([undefined, 'conflict', undefined]);
    expect(changes().map(({ idx, key }) => `${idx} ${key}`)).toEqual(['2 a', '3 b']);
    expect(storage.sql.exec('SELECT name FROM topics').toArray()).toEqual([]);
  });

  it('a read among them sees those before it', () => {
    const [written, read] = state.batch(() => [
      call('catalog.register', { Node: 'n1', Address: '192.0.2.1' }),
      state.call({ method: 'catalog.nodes', args: {}, token: '', actor: 'test' }),
    ]);
    expect(read!.index).toBe(written!.index);
    expect(read!.body).toContain('"Node":"n1"');
  });
});
