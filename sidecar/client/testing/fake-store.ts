/** KV pairs and sessions in memory behind a FakeAgent, with blocking queries: enough for locks and watches. */
import type { FakeAgent, FakeAnswer, FakeRequest } from './fake-agent.ts';

interface StoredPair {
  Key: string;
  CreateIndex: number;
  ModifyIndex: number;
  LockIndex: number;
  Flags: number | string;
  Value: string | null;
  Session?: string;
}

export class FakeStore {
  readonly pairs = new Map<string, StoredPair>();
  readonly sessions = new Map<string, { Name: string; TTL: string; Behavior?: string }>();
  #index = 10;
  #nextSession = 1;
  #waiters = new Set<() => void>();

  constructor(agent: FakeAgent) {
    agent.on('GET /v1/agent/self', { body: { Config: { NodeName: 'n1', Datacenter: 'dc1' } } });
    agent.on('GET /v1/kv/*', (request) => this.#get(request));
    agent.on('PUT /v1/kv/*', (request) => this.#put(request));
    agent.on('DELETE /v1/kv/*', (request) => this.#delete(request));
    agent.on('PUT /v1/session/create', (request) => this.#createSession(request));
    agent.on('PUT /v1/session/renew/*', (request) => ({
      status: this.sessions.has(lastPart(request)) ? 200 : 404,
    }));
    agent.on('PUT /v1/session/destroy/*', (request) => {
      this.endSession(lastPart(request));
      return { body: true };
    });
  }

  set(key: string, value: string, flags: number | string = 0): void {
    this.#write(key, { Value: Buffer.from(value).toString('base64'), Flags: flags });
  }

  /** Ends a session and lets its keys go, as its expiry would. */
  endSession(id: string): void {
    const behavior = this.sessions.get(id)?.Behavior;
    this.sessions.delete(id);
    for (const pair of this.pairs.values()) {
      if (pair.Session !== id) continue;
      if (behavior === 'delete') this.#remove(pair.Key);
      else this.#write(pair.Key, { Session: undefined });
    }
  }

  async #get(request: FakeRequest): Promise<FakeAnswer> {
    const index = Number(request.query.get('index') ?? 0);
    if (index >= this.#index) await this.#wait(parseWaitMs(request.query.get('wait')));
    const key = keyOf(request);
    const found = ['recurse', 'keys'].some((name) => request.query.has(name))
      ? [...this.pairs.values()].filter(({ Key }) => Key.startsWith(key))
      : [...this.pairs.values()].filter(({ Key }) => Key === key);
    const headers = { 'X-Consul-Index': String(this.#index) };
    if (request.query.has('keys') && found.length > 0) {
      return { headers, body: found.map(({ Key }) => Key).toSorted() };
    }
    // Flags go out as plain digits, as a real agent's do.
    const body = JSON.stringify(found).replace(/"Flags":"(\d+)"/g, '"Flags":$1');
    return found.length === 0 ? { status: 404, headers } : { headers, body };
  }

  #put(request: FakeRequest): FakeAnswer {
    const key = keyOf(request);
    const held = this.pairs.get(key);
    const { query, body } = request;
    const fields = { Value: body.toString('base64'), Flags: query.get('flags') ?? 0 };
    const cas = query.get('cas');
    if (cas !== null && Number(cas) !== (held?.ModifyIndex ?? 0)) return { body: 'false' };
    const acquire = query.get('acquire');
    if (acquire !== null) {
      if (!this.sessions.has(acquire)) {
        return { status: 500, body: `raft apply failed: invalid session "${acquire}"` };
      }
      if (held?.Session !== undefined && held.Session !== acquire) return { body: 'false' };
      this.#write(key, { ...fields, Session: acquire, LockIndex: (held?.LockIndex ?? 0) + 1 });
      return { body: 'true' };
    }
    const release = query.get('release');
    if (release !== null) {
      if (held?.Session !== release) return { body: 'false' };
      this.#write(key, { ...fields, Session: undefined });
      return { body: 'true' };
    }
    this.#write(key, fields);
    return { body: 'true' };
  }

  #delete(request: FakeRequest): FakeAnswer {
    const key = keyOf(request);
    const cas = request.query.get('cas');
    const held = this.pairs.get(key);
    if (cas !== null && Number(cas) !== (held?.ModifyIndex ?? 0)) return { body: 'false' };
    if (request.query.has('recurse')) {
      for (const name of this.pairs.keys()) if (name.startsWith(key)) this.#remove(name);
    } else if (held !== undefined) this.#remove(key);
    return { body: 'true' };
  }

  #createSession(request: FakeRequest): FakeAnswer {
    const ID = `session-${this.#nextSession++}`;
    this.sessions.set(ID, JSON.parse(request.body.toString('utf8')));
    return { body: { ID } };
  }

  #write(key: string, fields: Partial<StoredPair>): void {
    const held = this.pairs.get(key);
    this.#index++;
    const initial = { Key: key, CreateIndex: this.#index, LockIndex: 0, Flags: 0, Value: null };
    this.pairs.set(key, { ...initial, ...held, ...fields, ModifyIndex: this.#index });
    this.#wake();
  }

  #remove(key: string): void {
    this.#index++;
    this.pairs.delete(key);
    this.#wake();
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = new Set();
    for (const wake of waiters) wake();
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref();
      this.#waiters.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

function keyOf(request: FakeRequest): string {
  return decodeURIComponent(request.path.slice('/v1/kv/'.length));
}

function lastPart(request: FakeRequest): string {
  return request.path.split('/').at(-1) ?? '';
}

function parseWaitMs(wait: string | null): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(wait ?? '');
  if (match === null) return 60_000;
  return Number(match[1]) * { ms: 1, s: 1000, m: 60_000 }[match[2] as 'ms' | 's' | 'm'];
}
