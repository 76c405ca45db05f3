/**
 * Snapshots of a real control plane: with sidecars attached and readers blocked, amid writes, through kills, and from
 * archives that are damaged in every way.
 */
import { readFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { KVPair } from '../../protocol/types/kv.ts';
import type { ServerLink } from '../../sidecar/server-link/server-link.ts';
import { ControlPlanes, DEFAULT_CALL, fetchWorker } from '../support/control-planes.ts';

const planes = new ControlPlanes();
afterEach(() => planes.stopAll());

const encode = (value: string): string => Buffer.from(value).toString('base64');

async function put(link: ServerLink, key: string, value: string): Promise<number> {
  const write = { verb: 'set', key, value: encode(value) } as const;
  return (await link.rpc.call('kv.apply', write, DEFAULT_CALL)).index;
}

async function get(link: ServerLink, key: string, options = DEFAULT_CALL): Promise<string | null> {
  const { body } = await link.rpc.call('kv.get', { key }, options);
  if (body === '') return null;
  return Buffer.from((JSON.parse(body) as KVPair[])[0]!.Value ?? '', 'base64').toString();
}

async function save(link: ServerLink): Promise<Buffer> {
  const { archive } = await link.snapshots.save(DEFAULT_CALL);
  return Buffer.from(await new Response(archive).arrayBuffer());
}

const restore = (link: ServerLink, archive: Uint8Array): Promise<void> =>
  link.snapshots.restore(new Blob([new Uint8Array(archive)]).stream(), DEFAULT_CALL);

describe('a restore with sidecars attached', () => {
  it('wakes blocked readers everywhere, drops replicas, and is seen by the one who asked for it', async () => {
    const plane = await planes.start();
    const link = await planes.link(plane, 'n1');
    const other = await planes.link(plane, 'n2');
    await put(link, 'a', 'saved');
    const archive = await save(link);
    const index = await put(link, 'a', 'later');
    await put(link, 'b', 'later');
    const stale = { ...DEFAULT_CALL, consistency: 'stale' } as const;
    expect([await get(other, 'a', stale), await get(other, 'b', stale)]).toEqual([
      'later',
      'later',
    ]);
    const watch = (key: string) =>
      other.rpc.watch('kv.get', { key }, DEFAULT_CALL, index, 30_000, undefined);
    const [parked, absent] = [watch('a'), watch('nothing')];
    const polled = fetchWorker(plane, `/v1/kv/a?index=${index}&wait=30s`);
    const untouched = other.rpc.watch(
      'kv.get',
      { key: 'a' },
      DEFAULT_CALL,
      2 ** 52,
      300,
      undefined,
    );
    // The long poll has to stand in its relay first.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await untouched).body).toContain(encode('later'));

    const startedAt = Date.now();
    await restore(link, archive);
    // No error and no old value for the one who restored, though its link was ended.
    expect([await get(link, 'a'), await get(link, 'b')]).toEqual(['saved', null]);
    const woken = await parked;
    expect(woken.index).toBeGreaterThan(index);
    expect(woken.body).toContain(encode('saved'));
    expect((await absent).index).toBeGreaterThan(index);
    const poll = await polled;
    expect(Number(poll.headers.get('x-consul-index'))).toBeGreaterThan(index);
    expect(await poll.text()).toContain(encode('saved'));
    expect(Date.now() - startedAt).toBeLessThan(10_000);
    await expect.poll(() => get(other, 'a', stale)).toBe('saved');
    await expect.poll(() => get(other, 'b', stale)).toBe(null);
    expect(await put(other, 'a', 'goes on')).toBeGreaterThan(woken.index);
  });

  it('ends no datacenter: its identity stays, its incarnation does not', async () => {
    const plane = await planes.start();
    const link = await planes.link(plane, 'n1');
    const info = async () =>
      JSON.parse((await link.rpc.call('status.datacenter', {}, DEFAULT_CALL)).body) as {
        UUID: string;
        Incarnation: string;
      };
    const before = await info();
    await restore(link, await save(link));
    const after = await info();
    expect(after.UUID).toBe(before.UUID);
    expect(after.Incarnation).not.toBe(before.Incarnation);
    expect(link.connects).toBe(2);
  });
});

describe('an archive of an older version', () => {
  it('of the first format is restored', async () => {
    const plane = await planes.start();
    const link = await planes.link(plane, 'n1');
    await put(link, 'later', 'later');
    const file = new URL('../vectors/snapshot/first-format.snap', import.meta.url);
    await restore(link, await readFile(file));
    expect(await get(link, 'later')).toBe(null);
    expect(await get(link, 'q"u\\o')).toBe('value q"u\\o');
    const { body } = await link.rpc.call('catalog.node-services', { node: 'ext' }, DEFAULT_CALL);
    expect(body).toContain('"Port":5432');
  });
});

describe('amid writes', () => {
  /** Every write goes to two keys at once, so a state that was torn shows. */
  async function writePairs(link: ServerLink, until: () => boolean): Promise<void> {
    for (let round = 0; !until(); round++) {
      const ops = ['left', 'right'].map((Key) => ({
        KV: { Verb: 'set' as const, Key: `${Key}/${round % 50}`, Value: encode(String(round)) },
      }));
      // A restore in between leaves the writer without a word on its last write: that is no failure of this test.
      await link.rpc.call('txn.apply', { ops }, DEFAULT_CALL).catch(() => {});
    }
  }

  async function tornPairs(link: ServerLink): Promise<string[]> {
    const { body } = await link.rpc.call('kv.list', { prefix: '' }, DEFAULT_CALL);
    const values = new Map(
      (JSON.parse(body || '[]') as KVPair[]).map(({ Key, Value }) => [Key, Value]),
    );
    return [...values.keys()].filter((key) => {
      const twin = key.startsWith('left/')
        ? key.replace('left', 'right')
        : key.replace('right', 'left');
      return values.get(twin) !== values.get(key);
    });
  }

  it('snapshots are of one moment, and a restore is all or nothing', async () => {
    const plane = await planes.start();
    const link = await planes.link(plane, 'n1');
    const writer = await planes.link(plane, 'n2');
    let done = false;
    const writing = writePairs(writer, () => done);
    const archives: Buffer[] = [];
    for (let i = 0; i < 5; i++) archives.push(await save(link));
    for (const archive of archives) {
      await restore(link, archive);
      expect(await tornPairs(link)).toEqual([]);
    }
    done = true;
    await writing;
    expect(await tornPairs(link)).toEqual([]);
    await restore(link, archives[0]!);
    expect(await tornPairs(link)).toEqual([]);
  });
});

describe('hostile archives', () => {
  it('whatever is sent, through sidecar or Worker: refused with a reason, the state untouched', async () => {
    const plane = await planes.start();
    const link = await planes.link(plane, 'n1');
    await put(link, 'a', 'saved');
    const archive = await save(link);
    await put(link, 'a', 'later');
    const tar = gunzipSync(archive);
    const flip = (at: number): Buffer => {
      const damaged = Buffer.from(tar);
      damaged[at]! ^= 0xff;
      return gzipSync(damaged);
    };
    const hostile = [
      Buffer.alloc(0),
      Buffer.from('rubbish'),
      Buffer.from('this is no archive at all'),
      gzipSync('compressed rubbish'),
      gzipSync(Buffer.alloc(100_000)),
      archive.subarray(0, 20),
      archive.subarray(0, archive.length - 8),
      archive.subarray(0, archive.length - 1),
      Buffer.concat([archive, archive]),
      ...Array.from({ length: 20 }, (_, i) =>
        flip(Math.floor((tar.indexOf('SHA256SUMS') * i) / 20)),
      ),
    ];
    for (const [at, bytes] of hostile.entries()) {
      const index = (await link.rpc.call('kv.get', { key: 'a' }, DEFAULT_CALL)).index;
      const error = await restore(link, bytes).catch((reason: Error) => reason);
      if (error instanceof Error) expect(error.message.length, String(at)).toBeGreaterThan(20);
      const body = new Uint8Array(bytes);
      const response = await fetchWorker(plane, '/v1/snapshot', { method: 'PUT', body });
      const accepted = error === undefined;
      expect(response.ok, await response.text()).toBe(accepted);
      // Bytes that nothing reads, such as the owner in a tar header, may be anything.
      if (accepted)
        await expect.poll(() => put(link, 'a', 'later').catch(() => 0)).toBeGreaterThan(0);
      else expect((await link.rpc.call('kv.get', { key: 'a' }, DEFAULT_CALL)).index).toBe(index);
      expect(await get(link, 'a')).toBe('later');
    }
    await restore(link, archive);
    expect(await get(link, 'a')).toBe('saved');
  });

  it('a client that breaks off has changed nothing', async () => {
    const plane = await planes.start();
    const link = await planes.link(plane, 'n1');
    await put(link, 'a', 'saved');
    const archive = await save(link);
    await put(link, 'a', 'later');
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(archive.subarray(0, 700))),
      pull: () => Promise.reject(new Error('the client went away')),
    });
    await expect(link.snapshots.restore(broken, DEFAULT_CALL)).rejects.toThrow();
    expect(await get(link, 'a')).toBe('later');
    // The next one does not find it in its way.
    await restore(link, archive);
    expect(await get(link, 'a')).toBe('saved');
  });

  it('one restore at a time, and four snapshots', async () => {
    const plane = await planes.start();
    const link = await planes.link(plane, 'n1');
    await put(
      link,
      'a',
      'x'.repeat(500_000).replaceAll('x', () => String.fromCharCode(97 + Math.random() * 26)),
    );
    const open = await Promise.all(
      Array.from({ length: 4 }, () => link.snapshots.save(DEFAULT_CALL)),
    );
    const fifth = await link.snapshots.save(DEFAULT_CALL).catch((error: Error) => error);
    // Small ones may have been taken whole by the buffers on the way, and then make room.
    if (fifth instanceof Error)
      expect(fifth.message).toMatch(/^4 snapshots are being saved already/);
    for (const { archive } of open) await archive.cancel();
    await expect.poll(async () => (await save(link)).length).toBeGreaterThan(1000);
  });
});
