/**
 * The replica on disk: what this host's clients asked for outlives a restart, so that DNS and `?stale` reads go on while
 * the datacenter is away.
 *
 * Answers are looked up one by one when somebody asks, never loaded as a whole. Tokens stand in it as digests only: an
 * answer is found by whoever shows the same token again. A file that cannot be used is dropped: it is a copy.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** One query, and what the datacenter answered. */
export interface StoredAnswer {
  readonly index: number;
  readonly body: string;
  /** Milliseconds since 1970 at which the answer became known. */
  readonly changedAt: number;
}

export interface ReplicaStore {
  /** Milliseconds since 1970 of the last sign of life that was noted; null when there never was one. */
  readonly contactAt: number | null;
  /** Of the state that the answers are from; '' when there are none. */
  readonly incarnation: string;
  find(identity: string): StoredAnswer | undefined;
  /** All or none of them. @throws Error, a full disk for one */
  save(answers: ReadonlyMap<string, StoredAnswer>): void;
  remove(identity: string): void;
  /** Drops every answer that is not among these. */
  retain(identities: Iterable<string>): void;
  /** Drops everything that is from another state of the datacenter. */
  attach(incarnation: string): void;
  noteContact(at: number): void;
  close(): void;
}

interface Log {
  warn(text: string): void;
}

/** Pages are written and hardly ever read: SQLite need not keep two megabytes of them in memory. */
const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA cache_size = -256;
  CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS answers
    (identity TEXT PRIMARY KEY, idx INTEGER NOT NULL, body TEXT NOT NULL, changed_at INTEGER NOT NULL) WITHOUT ROWID;
`;
/** Names the tables' layout; a store of another layout is dropped. */
const VERSION = 1;

export class SQLiteReplicaStore implements ReplicaStore {
  readonly #database: DatabaseSync;
  readonly #find: StatementSync;
  readonly #save: StatementSync;
  readonly #remove: StatementSync;
  readonly #note: StatementSync;
  #incarnation: string;

  private constructor(database: DatabaseSync) {
    this.#database = database;
    this.#find = database.prepare('SELECT idx, body, changed_at FROM answers WHERE identity = ?');
    this.#save = database.prepare('INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)');
    this.#remove = database.prepare('DELETE FROM answers WHERE identity = ?');
    this.#note = database.prepare('INSERT OR REPLACE INTO facts VALUES (?, ?)');
    this.#incarnation = this.#fact('incarnation') ?? '';
  }

  /**
   * @param datacenter answers of another one are dropped
   * @returns null, with a warning, when the disk takes no store at all
   */
  static open(directory: string, datacenter: string, log: Log): SQLiteReplicaStore | null {
    try {
      return openStore(directory, datacenter);
    } catch (error) {
      log.warn(`the replica on disk cannot be used and starts anew: ${(error as Error).message}`);
    }
    try {
      fs.rmSync(directory, { recursive: true, force: true });
      return openStore(directory, datacenter);
    } catch (error) {
      log.warn(`no replica is kept on disk: ${(error as Error).message}`);
      return null;
    }
  }

  static create(database: DatabaseSync, datacenter: string): SQLiteReplicaStore {
    database.exec(SCHEMA);
    const store = new SQLiteReplicaStore(database);
    const layout = `${VERSION} ${datacenter}`;
    if (store.#fact('layout') !== layout) {
      store.attach('');
      store.#note.run('layout', layout);
    }
    return store;
  }

  get incarnation(): string {
    return this.#incarnation;
  }

  get contactAt(): number | null {
    const at = this.#fact('contact_at');
    return at === undefined ? null : Number(at);
  }

  find(identity: string): StoredAnswer | undefined {
    const row = this.#find.get(identity) as
      | { idx: number; body: string; changed_at: number }
      | undefined;
    return row && { index: row.idx, body: row.body, changedAt: row.changed_at };
  }

  save(answers: ReadonlyMap<string, StoredAnswer>): void {
    this.#transaction(() => {
      for (const [identity, { index, body, changedAt }] of answers)
        this.#save.run(identity, index, body, changedAt);
    });
  }

  remove(identity: string): void {
    this.#remove.run(identity);
  }

  retain(identities: Iterable<string>): void {
    const kept = JSON.stringify([...identities]);
    this.#database
      .prepare('DELETE FROM answers WHERE identity NOT IN (SELECT value FROM json_each(?))')
      .run(kept);
  }

  attach(incarnation: string): void {
    if (incarnation === this.#incarnation && incarnation !== '') return;
    this.#transaction(() => {
      this.#database.exec('DELETE FROM answers');
      this.#note.run('incarnation', incarnation);
    });
    this.#incarnation = incarnation;
  }

  noteContact(at: number): void {
    this.#note.run('contact_at', String(at));
  }

  close(): void {
    this.#database.close();
  }

  #fact(name: string): string | undefined {
    const row = this.#database.prepare('SELECT value FROM facts WHERE name = ?').get(name);
    return (row as { value: string } | undefined)?.value;
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

function openStore(directory: string, datacenter: string): SQLiteReplicaStore {
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(path.join(directory, 'replica.sqlite'));
  try {
    return SQLiteReplicaStore.create(database, datacenter);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The name of a query on disk: a token must not be read off it. */
export function storedIdentity(method: string, args: unknown, token: string): string {
  const digest = token === '' ? '' : createHash('sha256').update(token).digest('base64url');
  return `${method} ${JSON.stringify(args)} ${digest}`;
}
