/** Key rotation over whole pools, and one node's side of it. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Keyring } from '../../keyring/keyring.ts';
import { decodeKeyResponse, encodeKeyRequest } from '../messages/keys.ts';
import { SerfPool, view } from '../testing/serf-pool.ts';
import { KeyQueries } from './key-queries.ts';
import { loadKeyring, storeKeys } from './keyring-file.ts';

const pools: SerfPool[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.stop();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

function newPool(): SerfPool {
  const pool = new SerfPool();
  pools.push(pool);
  return pool;
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'keyring-'));
  folders.push(folder);
  return folder;
}

const keyOf = (byte: number, length = 16): Uint8Array => new Uint8Array(length).fill(byte);
const base64 = (key: Uint8Array): string => Buffer.from(key).toString('base64');
const [first, second] = [keyOf(1), keyOf(2, 32)];

describe('a rotation', () => {
  it('takes a pool from one key to another', async () => {
    const pool = newPool();
    const members = await pool.grow(4, { key: first });
    const { keyManager } = members[1]!.pool;
    expect(await pool.after(5000, keyManager.install(second))).toEqual({
      messages: {},
      nodes: 4,
      responses: 4,
      errors: 0,
      keys: {},
      primaryKeys: { '': 4 },
    });
    expect(await pool.after(5000, keyManager.list())).toMatchObject({
      keys: { [base64(first)]: 4, [base64(second)]: 4 },
      primaryKeys: { [base64(first)]: 4 },
    });
    expect(await pool.after(5000, keyManager.use(second))).not.toHaveProperty('error');
    expect(await pool.after(5000, keyManager.remove(first))).not.toHaveProperty('error');
    expect(await pool.after(5000, keyManager.list())).toMatchObject({
      keys: { [base64(second)]: 4 },
      primaryKeys: { [base64(second)]: 4 },
    });
    for (const { keyring } of members) expect(keyring.keys()).toEqual([second]);
    await pool.clock.advanceAsync(60_000);
    expect(view(members[3]!)).toEqual(['n1 alive', 'n2 alive', 'n3 alive', 'n4 alive']);
  });

  it('waits its turn', async () => {
    const pool = newPool();
    const [n1, n2] = await pool.grow(2, { key: first });
    const done: string[] = [];
    const { keyManager } = n1!.pool;
    void keyManager.install(second).then(() => done.push('install'));
    void keyManager.use(second).then(() => done.push('use'));
    void keyManager.remove(first).then(() => done.push('remove'));
    await pool.clock.advanceAsync(10_000);
    expect(done).toEqual(['install', 'use', 'remove']);
    expect(n2!.keyring.keys()).toEqual([second]);
  });

  it('says who refuses, and why', async () => {
    const pool = newPool();
    const [n1] = await pool.grow(2, { key: first });
    expect(await pool.after(5000, n1!.pool.keyManager.use(second))).toMatchObject({
      errors: 2,
      error: '2/2 nodes reported failure',
      messages: {
        n1: 'Requested key is not in the keyring',
        n2: 'Requested key is not in the keyring',
      },
    });
    const removal = await pool.after(5000, n1!.pool.keyManager.remove(first));
    expect(removal.messages.n2).toMatch(/removing the primary key is not allowed/i);
    const short = await pool.after(5000, n1!.pool.keyManager.install(keyOf(1, 5)));
    expect(short.messages.n2).toMatch(/key size must be 16, 24 or 32 bytes/);
  });

  it('says that somebody did not answer', async () => {
    const pool = newPool();
    const [n1, n2] = await pool.grow(3, { key: first });
    pool.cut(n1!, n2!);
    expect(await pool.after(5000, n1!.pool.keyManager.list())).toMatchObject({
      responses: 2,
      error: '2/3 nodes reported success',
    });
  });

  it('of a pool without encryption is refused', async () => {
    const pool = newPool();
    const [n1] = await pool.grow(2);
    const { keyManager } = n1!.pool;
    expect((await pool.after(5000, keyManager.install(first))).messages.n2).toBe(
      'No keyring to modify (encryption not enabled)',
    );
    expect((await pool.after(5000, keyManager.list())).messages.n2).toBe(
      'Keyring is empty (encryption not enabled)',
    );
  });
});

describe("one node's side", () => {
  const never = (): Promise<void> => Promise.resolve();

  it('stores the keys that it changes', async () => {
    const stored: string[][] = [];
    const queries = new KeyQueries(new Keyring(first), (keys) => {
      stored.push(keys.map(base64));
      return Promise.resolve();
    });
    const request = encodeKeyRequest({ key: second });
    await queries.change(request, (ring, key) => ring.install(key));
    await queries.change(request, (ring, key) => ring.use(key));
    expect(stored).toEqual([
      [base64(first), base64(second)],
      [base64(second), base64(first)],
    ]);
  });

  it('says that it could not store them', async () => {
    const queries = new KeyQueries(new Keyring(first), () => Promise.reject(new Error('ENOSPC')));
    const answer = await queries.change(encodeKeyRequest({ key: second }), (ring, key) =>
      ring.install(key),
    );
    expect(decodeKeyResponse(answer)).toMatchObject({ result: false, message: 'ENOSPC' });
  });

  it('refuses what is no request', async () => {
    const queries = new KeyQueries(new Keyring(first), never);
    for (const payload of [new Uint8Array(0), new Uint8Array([7, 1])]) {
      const answer = await queries.change(payload, () => expect.unreachable());
      expect(decodeKeyResponse(answer)).toMatchObject({ result: false });
    }
  });

  it('lists as many keys as fit, and says so', () => {
    const others = Array.from({ length: 50 }, (_, i) => keyOf(i + 10));
    const queries = new KeyQueries(new Keyring(first, others), never);
    const answer = decodeKeyResponse(queries.list((payload) => payload.length <= 1000));
    expect(answer?.keys.length).toBeGreaterThan(20);
    expect(answer?.keys.length).toBeLessThan(51);
    expect(answer?.primaryKey).toBe(base64(first));
    expect(answer?.message).toBe(
      `truncated key list response, showing first ${answer?.keys.length} of 51 keys`,
    );
    expect(() => queries.list(() => false)).toThrow(/does not fit/);
  });
});

describe('keyring file', () => {
  it('is read again as it was stored, by nobody else', async () => {
    const file = path.join(await newFolder(), 'local.keyring');
    await storeKeys(file, [second, first]);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual([base64(second), base64(first)]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await loadKeyring(file)).keys()).toEqual([second, first]);
  });

  it.each([
    ['no JSON', '{', /not JSON/],
    ['no list', '{"a":1}', /not a list/],
    ['no keys', '[]', /no keys/],
    ['a key too short', '["YQ=="]', /key size/],
  ])('with %s is refused', async (_, text, words) => {
    const file = path.join(await newFolder(), 'bad');
    await writeFile(file, text);
    await expect(loadKeyring(file)).rejects.toThrow(words);
  });

  it('that is not there is an error of the system', async () => {
    await expect(loadKeyring(path.join(await newFolder(), 'none'))).rejects.toThrow(/ENOENT/);
  });
});
