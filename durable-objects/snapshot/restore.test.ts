import { beforeEach, describe, expect, it } from 'vitest';
import { renderBump } from '../../protocol/pushes.ts';
import { LINK_GRACE_MS, RESTORE_INDEX_JUMP } from '../../protocol/limits.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';
import { createNodeStorage, readSchemaHistory } from '../testing/node-storage.ts';
import {
  AFTER,
  RESTORED_AT,
  callState,
  createFilledDatacenter,
  restoreState,
  saveState,
  setKey,
} from '../testing/restored.ts';
import { dumpTables } from '../testing/snapshots.ts';
import { SnapshotRestore } from './restore.ts';
import { dropTemporaryTxn } from './temporary-names.ts';

let datacenter: DatacenterFixture;

beforeEach(() => {
  datacenter = createFilledDatacenter();
});

describe('a restore', () => {
  it('brings back what was saved and removes what came later', () => {
    const before = dumpTables(datacenter.storage.sql, ['nodes', 'services', 'checks', 'kv']);
    const lines = saveState(datacenter);
    setKey(datacenter, 'app/a', 'eA==');
    setKey(datacenter, 'app/c', 'eA==');
    datacenter.write('catalog.deregister', { Node: 'n1' });
    datacenter.write('catalog.register', { Node: 'n2', Address: '10.0.0.2' });
    const { state } = restoreState(lines, datacenter);
    expect(dumpTables(state.storage.sql, ['nodes', 'services', 'checks', 'kv'])).toEqual(before);
    expect(JSON.parse(callState(state, 'kv.keys', { prefix: '' }).body)).toEqual([
      'app/a',
      'app/b',
    ]);
  });

  it('into another datacenter keeps that one its own', () => {
    const other = new DatacenterFixture();
    setKey(other, 'mine', 'MQ==');
    const { uuid } = other.state;
    const { state } = restoreState(saveState(datacenter), other);
    expect(state.uuid).toBe(uuid);
    expect(callState(state, 'kv.get', { key: 'mine' }).body).toBe('');
    expect(callState(state, 'kv.get', { key: 'app/a' }).body).toContain('"MQ=="');
  });

  it('brings the certificate authority along', () => {
    const roots = datacenter.read('connect.roots', {})!;
    const { state } = restoreState(saveState(datacenter), new DatacenterFixture());
    const restored = JSON.parse(callState(state, 'connect.roots', {}).body) as typeof roots;
    expect(restored).toEqual(roots);
  });

  it('of a snapshot without an authority leaves the present one', () => {
    const isOfAuthority = (line: string): boolean => line.startsWith('{"Type":"ConnectCA');
    const lines = saveState(datacenter);
    const kept = lines.filter((line) => !isOfAuthority(line));
    const end = JSON.parse(kept.pop()!) as { Data: { Records: number } };
    end.Data.Records -= lines.length - 1 - kept.length;
    const other = new DatacenterFixture();
    const roots = other.read('connect.roots', {})!;
    const { state } = restoreState([...kept, JSON.stringify(end)], other);
    const after = JSON.parse(callState(state, 'connect.roots', {}).body) as typeof roots;
    expect(after).toEqual(roots);
  });

  it('moves every index ahead of all that anybody saw, and ModifyIndex not at all', () => {
    const lines = saveState(datacenter);
    const modifyIndex = datacenter.indexOf('kv.get', { key: 'app/a' });
    for (let i = 0; i < 5; i++) setKey(datacenter, 'app/a', `${i}AAA`);
    const last = datacenter.lastIndex;
    const { state, index } = restoreState(lines, datacenter);
    expect(index).toBe(last + RESTORE_INDEX_JUMP);
    expect(state.writer.lastIndex).toBe(index);
    for (const [method, args] of [
      ['kv.get', { key: 'app/a' }],
      ['kv.get', { key: 'absent' }],
      ['kv.list', { prefix: 'nothing/' }],
      ['catalog.nodes', {}],
      ['health.service', { service: 'absent' }],
      ['session.list', {}],
    ] as const) {
      expect(callState(state, method, args).index, method).toBe(index);
    }
    const pair = callState(state, 'kv.get', { key: 'app/a' }).body;
    expect(JSON.parse(pair)).toMatchObject([{ ModifyIndex: modifyIndex }]);
    const write = { verb: 'cas', key: 'app/a', value: 'Mw==', index: modifyIndex };
    expect(callState(state, 'kv.apply', write)).toMatchObject({ body: 'true', index: index + 1 });
    expect(callState(state, 'kv.get', { key: 'app/a' }).index).toBe(index + 1);
    expect(callState(state, 'kv.get', { key: 'app/b' }).index).toBe(index);
  });

  it('of a datacenter that went further starts behind its last index', () => {
    const lines = saveState(datacenter);
    const { index } = restoreState(lines, new DatacenterFixture());
    expect(index).toBe(datacenter.lastIndex + RESTORE_INDEX_JUMP);
  });

  it('changes the incarnation, is an entry of the log, and forgets de-duplication', () => {
    datacenter.storage.sql.exec("INSERT INTO frames VALUES ('n', 0, 'e', 1, '[]', 1)");
    const { incarnation } = datacenter.state;
    const lines = saveState(datacenter);
    const { state, index } = restoreState(lines, datacenter);
    expect(state.incarnation).toBe(AFTER);
    expect(state.incarnation).not.toBe(incarnation);
    const { sql } = state.storage;
    expect(sql.exec('SELECT * FROM frames').toArray()).toEqual([]);
    const [entry] = sql.exec('SELECT * FROM changes ORDER BY idx DESC LIMIT 1').toArray();
    expect(entry).toMatchObject({
      idx: index,
      kind: 'snapshot.restore',
      actor: 'test',
      key: 'dc1',
    });
    // What was logged before is still there.
    expect(sql.exec("SELECT * FROM changes WHERE kind = 'kv.set'").toArray()).toHaveLength(2);
  });

  it('wakes whoever watches, and nobody before', () => {
    const before = datacenter.watch('kv.get', { key: 'app/a' });
    const lines = saveState(datacenter);
    const job = new SnapshotRestore(datacenter.storage, readSchemaHistory());
    job.accept(lines);
    expect(before.take()).toEqual([]);
    const { index } = job.commit(datacenter.state.writer, {
      actor: 't',
      incarnation: 'i',
      now: 0,
    });
    datacenter.evict();
    const after = datacenter.watch('kv.get', { key: 'app/a' });
    datacenter.state.subscriptions.publishAll(index);
    expect(after.take()).toEqual([{ id: 1, push: renderBump(index) }]);
    expect(datacenter.state.standsFor(index - 1)).toBe(false);
  });

  it('brings sessions and their locks back, with their time to live anew', () => {
    const { ID } = datacenter.write('session.create', {
      Node: 'n1',
      LockDelayMs: 0,
      TTL: '30s',
      NodeChecks: [],
    });
    datacenter.write('kv.apply', { verb: 'lock', key: 'lock', value: '', session: ID });
    const lines = saveState(datacenter);
    datacenter.write('session.destroy', { id: ID });
    const { state } = restoreState(lines, datacenter);
    expect(JSON.parse(callState(state, 'session.get', { id: ID }).body)).toHaveLength(1);
    expect(JSON.parse(callState(state, 'kv.get', { key: 'lock' }).body)).toMatchObject([
      { Session: ID },
    ]);
    expect(dumpTables(state.storage.sql, ['timers']).timers).toContain(
      JSON.stringify({ kind: 'session-ttl', id: ID, due_at: RESTORED_AT + 60_000 }),
    );
    const other = JSON.parse(
      callState(state, 'session.create', { Node: 'n1', LockDelayMs: 0, NodeChecks: [] }).body,
    ) as { ID: string };
    const steal = { verb: 'lock', key: 'lock', value: '', session: other.ID };
    expect(callState(state, 'kv.apply', steal).body).toBe('false');
  });

  it('every agent has to prove its life again', () => {
    const { state } = restoreState(saveState(datacenter), datacenter);
    expect(dumpTables(state.storage.sql, ['timers']).timers).toContain(
      JSON.stringify({ kind: 'link-grace', id: 'n1', due_at: RESTORED_AT + LINK_GRACE_MS }),
    );
  });

  it('deadlines of keys are those of the snapshot', () => {
    const { sql } = datacenter.storage;
    sql.exec("INSERT INTO timers VALUES ('kv-ttl', 'app/a', 123), ('link-grace', 'gone', 5)");
    const lines = saveState(datacenter);
    sql.exec('DELETE FROM timers');
    const { state } = restoreState(lines, datacenter);
    const { timers } = dumpTables(state.storage.sql, ['timers']);
    expect(timers).toContain('{"kind":"kv-ttl","id":"app/a","due_at":123}');
    expect(timers?.join()).not.toContain('gone');
  });

  it('does not mind a statement that somebody left open', () => {
    const lines = saveState(datacenter);
    const before = dumpTables(datacenter.storage.sql, ['nodes', 'services', 'checks', 'kv']);
    setKey(datacenter, 'app/c', 'eA==');
    const open = datacenter.storage.database.prepare('SELECT * FROM services, kv').iterate();
    open.next();
    const { state } = restoreState(lines, datacenter);
    expect(dumpTables(state.storage.sql, ['nodes', 'services', 'checks', 'kv'])).toEqual(before);
    // It left its tables behind, and they are in nobody's way.
    const again = restoreState(saveState(datacenter), datacenter);
    open.return?.();
    expect(dumpTables(again.state.storage.sql, ['kv']).kv).toEqual(before.kv);
    datacenter.storage.transactionSync(() => dropTemporaryTxn(state.storage.sql));
    const left = "SELECT name FROM sqlite_master WHERE name LIKE 'tmp%'";
    expect(state.storage.sql.exec(left).toArray()).toEqual([]);
  });

  it('long values come back, and those of the log stay', () => {
    const long = (byte: number) => Buffer.alloc(1_500_000, byte).toString('base64');
    setKey(datacenter, 'long', long(1));
    const lines = saveState(datacenter);
    setKey(datacenter, 'long', long(2));
    const logged = dumpTables(datacenter.storage.sql, ['kv_chunks']).kv_chunks!.length;
    const { state } = restoreState(lines, datacenter);
    const [pair] = JSON.parse(callState(state, 'kv.get', { key: 'long' }).body) as {
      Value: string;
    }[];
    expect(pair!.Value === long(1)).toBe(true);
    expect(dumpTables(state.storage.sql, ['kv_chunks']).kv_chunks).toHaveLength(logged);
  });

  it('the past before it is gone, its own state is the first', () => {
    const lines = saveState(datacenter);
    setKey(datacenter, 'app/a', 'eA==');
    const undone = datacenter.lastIndex;
    const { state, index } = restoreState(lines, datacenter);
    expect(callState(state, 'kv.at', { key: 'app/a', form: 'get', at: String(undone) }).code).toBe(
      'gone',
    );
    const history_ = JSON.parse(callState(state, 'kv.history', { key: 'app/a' }).body) as {
      Entries: unknown[];
    };
    expect(history_.Entries).toEqual([]);
    callState(state, 'kv.apply', { verb: 'set', key: 'app/a', value: 'eQ==' });
    expect(
      callState(state, 'kv.at', { key: 'app/b', form: 'get', at: String(index + 1) }).body,
    ).toContain('"Mg=="');
  });
});

describe('a snapshot of an older schema', () => {
  it.each(readSchemaHistory().map(({ tag }, at) => [at + 1, tag]))(
    '%i (%s) is migrated',
    (version, Tag) => {
      const old = createNodeStorage(readSchemaHistory().slice(0, version));
      old.sql.exec(
        `INSERT INTO kv (key, value, flags, session, lock_index, create_index, modify_index)
       VALUES ('old/key', 'MQ==', '7', '', 0, 3, 9)`,
      );
      const { kv } = dumpTables(old.sql, ['kv']);
      const header = {
        Format: 1,
        Datacenter: 'dc1',
        UUID: 'u',
        Index: 9,
        SavedAt: 1,
        Schema: { Version: version, Tag },
        Tables: { KVS: 'kv' },
      };
      const lines = [
        JSON.stringify({ Type: 'SnapshotHeader', Data: header }),
        `{"Type":"KVS","Data":${kv![0]}}`,
        '{"Type":"SnapshotEnd","Data":{"Records":1}}',
      ];
      const { state } = restoreState(lines, datacenter);
      expect(JSON.parse(callState(state, 'kv.list', { prefix: '' }).body)).toEqual([
        {
          LockIndex: 0,
          Key: 'old/key',
          Flags: 7,
          Value: 'MQ==',
          CreateIndex: 3,
          ModifyIndex: 9,
        },
      ]);
      expect(callState(state, 'catalog.nodes', {}).body).toBe('[]');
    },
  );
});
