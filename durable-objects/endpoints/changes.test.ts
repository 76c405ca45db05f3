import { beforeEach, describe, expect, it } from 'vitest';
import { parseChangePage } from '../../http-api/stream/change-page.ts';
import { forbidden } from '../../protocol/errors.ts';
import { STREAM_PAGE_CHANGES, STREAM_SCAN_ROWS } from '../../protocol/limits.ts';
import type { MethodArgs } from '../../protocol/methods.ts';
import type { AuditPage, Change } from '../../protocol/types/history.ts';
import { ALLOW_ALL, type Authorizer } from '../acl/authorizer.ts';
import { DatacenterState } from '../datacenter-state.ts';
import { deleteKeyTxn, deleteTreeTxn, setKeyTxn } from '../state/kv-write.ts';
import { trimLogTxn } from '../state/log-trim.ts';
import { createNodeStorage } from '../testing/node-storage.ts';
import type { QueryPush, Watcher } from '../watch/watched-query.ts';
import type { WriteTxn } from '../writer.ts';
import { auditReads } from './audit.ts';
import { changesReads } from './changes.ts';

let state: DatacenterState;
let storage: ReturnType<typeof createNodeStorage>;
let now: number;

beforeEach(() => {
  storage = createNodeStorage();
  now = Date.UTC(2026, 0, 1);
  state = open();
});

function open(): DatacenterState {
  let uuids = 0;
  return new DatacenterState(storage, 'dc1', { now: () => now, newUUID: () => `abcdef${uuids++}` });
}

const write = (work: (tx: WriteTxn) => unknown, actor = 'node:n1'): number =>
  state.batch(() => state.writer.write(actor, work)).index;
const set = (key: string, value = 'eA=='): number =>
  write((tx) => setKeyTxn(tx, { key, value, flags: '0' }));
const register = (node: string, service: string, id = service): number =>
  state.callAlone({
    method: 'catalog.register',
    args: {
      Node: node,
      Address: '10.0.0.1',
      Service: { ID: id, Service: service, Port: 80 },
      Check: { CheckID: `${id}-alive`, Name: 'alive', Status: 'passing', ServiceID: id },
    },
    token: '',
    actor: 'worker',
  }).index;
const deregister = (node: string, id: string): number =>
  state.callAlone({
    method: 'catalog.deregister',
    args: { Node: node, ServiceID: id },
    token: '',
    actor: 'worker',
  }).index;
const trimTo = (index: number): void => {
  const row = storage.sql
    .exec<{ log_end: number }>('SELECT MAX(log_end) AS log_end FROM changes WHERE idx <= ?', index)
    .toArray()[0]!;
  storage.transactionSync(() => trimLogTxn(storage.sql, 0, row.log_end));
};

function list(args: MethodArgs<'changes.list'>, authorizer: Authorizer = ALLOW_ALL) {
  const { body } = changesReads['changes.list'].read(state.context, args, authorizer);
  const page = parseChangePage(body);
  return { ...page, changes: page.changes.map(({ text }) => JSON.parse(text) as Change) };
}
const kindsAndKeys = (topics: string[]): string[] =>
  list({ topics, from: '1' }).changes.map(({ Kind, Key }) => `${Kind} ${Key}`);

describe('topics', () => {
  it.each([
    [['kv/app/'], ['kv.set app/a', 'kv.delete app/a']],
    [['kv/app/a'], ['kv.set app/a', 'kv.delete app/a']],
    [['kv-prefix/app'], ['kv.set app/a', 'kv.set apple', 'kv.delete app/a']],
    [
      ['kv/apple', 'kv/app/'],
      ['kv.set app/a', 'kv.set apple', 'kv.delete app/a'],
    ],
    [['kv/app'], []],
    [['service/WEB'], ['service.set n1/web', 'check.set n1/web-alive', 'service.delete n1/web']],
    [['services'], ['service.set n1/web', 'service.set n1/db', 'service.delete n1/web']],
    [['nodes'], ['node.set n1']],
    [['service/none'], []],
  ])('%j', (topics, expected) => {
    set('app/a');
    set('apple');
    register('N1', 'web');
    register('N1', 'db');
    write((tx) => deleteKeyTxn(tx, 'app/a'));
    deregister('N1', 'web');
    // Its check goes with an instance; which of the two is told first is not promised.
    const found = kindsAndKeys(topics).filter((text) => text !== 'check.delete n1/web-alive');
    expect(found).toEqual(expected);
  });

  it('a node has its own changes and those of what runs on it', () => {
    register('n1', 'web');
    register('n2', 'web');
    expect(kindsAndKeys(['node/N2'])).toEqual([
      'node.set n2',
      'service.set n2/web',
      'check.set n2/web-alive',
    ]);
  });

  it('an instance under a new name has left the old service', () => {
    register('n1', 'web', 'one');
    register('n1', 'api', 'one');
    const kinds = (name: string): string[] =>
      list({ topics: [`service/${name}`], from: '1' })
        .changes.map(({ Kind }) => Kind)
        .filter((kind) => kind.startsWith('service'));
    expect(kinds('web')).toEqual(['service.set', 'service.delete']);
    expect(kinds('api')).toEqual(['service.set']);
  });

  it.each<[string, string[]]>([
    ['none', []],
    ['an empty one', ['']],
    ['capital letters', ['KV/a']],
    ['a service without a name', ['service/']],
    ['one that is too long', ['kv/'.padEnd(2000, 'x')]],
    ['too many', Array<string>(65).fill('kv/a')],
  ])('%s: refused', (_name, topics) => {
    expect(() => list({ topics })).toThrow();
  });
});

describe('places', () => {
  it('without one only what is to come is told', () => {
    set('a');
    const { changes, Position, Resync } = list({ topics: ['kv'] });
    expect([changes, Position, Resync]).toEqual([[], '2', '']);
    set('b');
    expect(list({ topics: ['kv'], after: Position }).changes.map(({ Key }) => Key)).toEqual(['b']);
  });

  it('a time begins after what was there at that time', () => {
    set('a');
    now += 60_000;
    set('b');
    const { changes } = list({ topics: ['kv'], from: '2026-01-01T00:00:30Z' });
    expect(changes.map(({ Key, Time }) => [Key, Time])).toEqual([
      ['b', '2026-01-01T00:01:00.000Z'],
    ]);
  });

  it('pages meet without a gap and without an overlap, also within one index', () => {
    const count = STREAM_PAGE_CHANGES + STREAM_SCAN_ROWS;
    storage.sql.exec(
      `WITH RECURSIVE numbers (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i < ? - 1)
       INSERT INTO changes (idx, item, at, actor, kind, key, prev_idx)
       SELECT 2, i, 0, '', 'kv.set', iif(i % 3 = 0, 'other/', 'mine/') || i, 0 FROM numbers`,
      count,
    );
    state = open();
    set('mine/last');
    const seen: string[] = [];
    let after = '1';
    for (;;) {
      const page = list({ topics: ['kv/mine/'], after });
      seen.push(...page.changes.map(({ Key }) => Key));
      after = page.Position;
      if (!page.More) break;
    }
    expect(seen).toHaveLength(Math.floor((count * 2) / 3) + 1);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.at(-1)).toBe('mine/last');
  });

  it('every change can be resumed after', () => {
    write((tx) => ['a', 'b', 'c'].forEach((key) => setKeyTxn(tx, { key, value: '', flags: '0' })));
    set('d');
    const { body } = changesReads['changes.list'].read(
      state.context,
      { topics: ['kv'], from: '1' },
      ALLOW_ALL,
    );
    const { changes } = parseChangePage(body);
    const all = ['a', 'b', 'c', 'd'];
    for (const [at, { position }] of changes.entries()) {
      const rest = list({ topics: ['kv'], after: position }).changes.map(({ Key }) => Key);
      expect(rest).toEqual(all.slice(at + 1));
    }
  });

  it('what the log no longer has is told as a resync at the present index', () => {
    set('a');
    set('b');
    const cut = set('c');
    const last = set('d');
    trimTo(cut);
    const page = list({ topics: ['kv'], after: String(cut - 1) });
    expect([page.Resync, page.Position, page.changes]).toEqual(['trimmed', String(last), []]);
    expect(list({ topics: ['kv'], after: String(cut) }).changes).toHaveLength(1);
    expect(list({ topics: ['kv'], from: '0' }).Resync).toBe('trimmed');
    expect(list({ topics: ['kv'], from: '2025-01-01T00:00:00Z' }).Resync).toBe('trimmed');
  });

  it('of an index that is partly trimmed the rest can be told to whoever saw its beginning', () => {
    write((tx) => ['a', 'b', 'c'].forEach((key) => setKeyTxn(tx, { key, value: '', flags: '0' })));
    set('d');
    storage.sql.exec('DELETE FROM changes WHERE idx = 2 AND item = 0');
    expect(list({ topics: ['kv'], after: '2.0' }).changes.map(({ Key }) => Key)).toEqual([
      'b',
      'c',
      'd',
    ]);
    expect(list({ topics: ['kv'], after: '1' }).Resync).toBe('trimmed');
  });

  it('a place of before a restore is told as such', () => {
    set('a');
    expect(list({ topics: ['kv'], after: '2', incarnation: 'abcdef1' }).Resync).toBe('');
    expect(list({ topics: ['kv'], after: '2', incarnation: 'other' }).Resync).toBe('restored');
  });

  it.each([{ after: '99' }, { from: '99' }, { after: 'x' }, { from: 'x' }])(
    '%j is refused',
    (args) => {
      expect(() => list({ topics: ['kv'], ...args })).toThrow();
    },
  );
});

describe('waiting', () => {
  class Recorder implements Watcher {
    readonly takesChanges = false;
    indexes: number[] = [];
    deliver(pushes: readonly QueryPush[]): void {
      this.indexes.push(...pushes.map(({ push }) => push.index));
    }
  }

  function watch(args: MethodArgs<'changes.head'>): Recorder {
    const watcher = new Recorder();
    const call = { method: 'changes.head', args, token: '', actor: 'test' };
    const { reading, query } = state.openQuery(call);
    state.subscriptions.add(watcher, 1, query, reading.index);
    return watcher;
  }

  it('is ended by what matches and by nothing else', () => {
    register('n1', 'web');
    const keys = watch({ topics: ['kv/app/'] });
    const web = watch({ topics: ['service/web'] });
    const nodes = watch({ topics: ['nodes'] });
    set('other');
    register('n1', 'db');
    expect([keys, web, nodes].map(({ indexes }) => indexes)).toEqual([[], [], []]);
    const first = set('app/a');
    const second = write((tx) => deleteTreeTxn(tx, 'app/'));
    expect(keys.indexes).toEqual([first, second]);
    const third = deregister('n1', 'web');
    expect(web.indexes).toEqual([third]);
  });

  it('with a place is ended by what matches after it, whatever else was written', () => {
    const at = (after: string): number =>
      changesReads['changes.head'].read(state.context, { topics: ['kv/app/'], after }, ALLOW_ALL)
        .index;
    set('other');
    const mine = set('app/a');
    set('other');
    expect(at('1')).toBe(mine);
    expect(at(String(mine))).toBe(mine);
    const watcher = watch({ topics: ['kv/app/'], after: String(mine) });
    set('other', 'eQ==');
    expect(watcher.indexes).toEqual([]);
    const next = set('app/b');
    expect(watcher.indexes).toEqual([next]);
  });
});

const DENY: Authorizer = {
  ...ALLOW_ALL,
  keyRead: (key) => {
    if (!key.startsWith('mine/')) throw forbidden('no');
  },
  keyList: (prefix) => {
    if (!prefix.startsWith('mine/')) throw forbidden('no');
  },
  nodeRead: () => false,
  serviceRead: (name) => name === 'web',
  sessionRead: () => false,
  operatorRead: () => {
    throw forbidden('no');
  },
};

describe('rights', () => {
  it('keys that a token may not read are refused as topics, and everything else is left out', () => {
    set('mine/a');
    register('n1', 'web');
    register('n1', 'db');
    expect(() => list({ topics: ['kv/yours'] }, DENY)).toThrow('no');
    expect(() => list({ topics: ['kv/'] }, DENY)).toThrow('no');
    const keys = (topics: string[]) =>
      list({ topics, from: '1' }, DENY).changes.map(({ Key }) => Key);
    expect(keys(['kv/mine/'])).toEqual(['mine/a']);
    expect(keys(['services', 'nodes'])).toEqual(['n1/web']);
  });
});

describe('audit', () => {
  const audit = (args: MethodArgs<'audit.list'> = {}, authorizer = ALLOW_ALL): AuditPage =>
    JSON.parse(auditReads['audit.list'].read(state.context, args, authorizer).body) as AuditPage;
  const keys = (args: MethodArgs<'audit.list'>): string[] =>
    audit(args).Entries.map(({ Key }) => Key);

  beforeEach(() => {
    set('app/a');
    now += 60_000;
    write((tx) => setKeyTxn(tx, { key: 'app/b', value: 'eQ==', flags: '0' }), 'worker');
    now += 60_000;
    write((tx) => deleteKeyTxn(tx, 'app/a'));
    register('n1', 'web');
  });

  it('tells who changed what, newest first', () => {
    const { Entries, Next, Trimmed } = audit({ kind: 'kv' });
    expect(Entries).toEqual([
      entry(4, 2, 'node:n1', 'kv.delete', 'app/a', 2),
      entry(3, 1, 'worker', 'kv.set', 'app/b', 0),
      entry(2, 0, 'node:n1', 'kv.set', 'app/a', 0),
    ]);
    expect([Next, Trimmed]).toEqual(['', false]);
  });

  it.each([
    [{ kind: 'kv.delete' }, ['app/a']],
    [{ kind: 'kv', prefix: 'app/b' }, ['app/b']],
    [{ actor: 'worker', kind: 'kv' }, ['app/b']],
    [{ kind: 'kv', from: '3', to: '3' }, ['app/b']],
    [{ kind: 'kv', to: '2026-01-01T00:01:30Z' }, ['app/b', 'app/a']],
    [{ kind: 'kv', from: '2026-01-01T00:00:30Z' }, ['app/a', 'app/b']],
    [{ filter: 'Kind == "kv.set" and Key matches "b$"' }, ['app/b']],
    [{ filter: 'Service == "web" and Kind == "service.set"' }, ['n1/web']],
    [{ kind: 'session' }, []],
  ])('%j', (args, expected) => {
    expect(keys(args)).toEqual(expected);
  });

  it('gives the values when they are asked for', () => {
    expect(audit({ kind: 'kv', values: true }).Entries.map(({ Value }) => Value)).toMatchObject([
      null,
      { Key: 'app/b', Value: 'eQ==' },
      { Key: 'app/a' },
    ]);
  });

  it('comes in pages that meet', () => {
    const seen: number[] = [];
    let before: string | undefined;
    do {
      const page: AuditPage = audit({ limit: 2, ...(before !== undefined && { before }) });
      seen.push(...page.Entries.map(({ Index }) => Index));
      before = page.Next;
    } while (before !== '');
    expect(seen).toEqual(audit().Entries.map(({ Index }) => Index));
  });

  it('says that the log goes back no further, if that was asked for', () => {
    trimTo(2);
    expect(audit().Trimmed).toBe(true);
    expect(audit({ from: '2026-01-01T00:00:00Z' }).Trimmed).toBe(true);
    expect(audit({ from: '3' }).Trimmed).toBe(false);
  });

  it('shows a token what it may read', () => {
    set('mine/a');
    const seen = audit({}, DENY).Entries.map(({ Key }) => Key);
    expect(new Set(seen)).toEqual(new Set(['mine/a', 'n1/web', 'n1/web-alive']));
  });

  it.each([{ filter: 'Key ==' }, { filter: 'Nope == 1' }, { before: 'x' }, { to: '99' }])(
    '%j is refused',
    (args) => {
      expect(() => audit(args)).toThrow();
    },
  );

  function entry(
    Index: number,
    minute: number,
    Actor: string,
    Kind: string,
    Key: string,
    previous: number,
  ) {
    const Time = `2026-01-01T00:0${minute}:00.000Z`;
    return { Index, Time, Actor, Kind, Key, PreviousIndex: previous };
  }
});
