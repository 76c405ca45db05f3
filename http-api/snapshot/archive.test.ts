import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { packTar, unpackTar } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import { ArchiveError, type SnapshotMeta, type StreamHash } from './archive-format.ts';
import { readArchive, refuseConsul } from './decode-archive.ts';
import { encodeArchive } from './encode-archive.ts';

const META: SnapshotMeta = {
  Version: 1,
  ID: '0-7-1000',
  Index: 7,
  Term: 0,
  Product: 'lictor',
  Datacenter: 'dc1',
  Schema: '0000_initial',
};

function newHash(): StreamHash {
  const hash = createHash('sha256');
  return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest('hex') };
}

function streamOf(bytes: Uint8Array, chunkBytes = bytes.length || 1): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, (at += chunkBytes)));
      else controller.close();
    },
  });
}

async function encode(state: Uint8Array, chunkBytes?: number): Promise<Buffer> {
  const archive = encodeArchive(META, 1000, streamOf(state, chunkBytes), newHash);
  return Buffer.from(await new Response(archive).arrayBuffer());
}

async function decode(archive: Uint8Array, chunkBytes?: number) {
  const state: Uint8Array[] = [];
  const meta = await readArchive(streamOf(archive, chunkBytes), newHash, {
    state: (chunk) => void state.push(chunk.slice()),
  });
  return { meta, state: Buffer.concat(state) };
}

type File = { name: string; text: string };

/** An archive with these files in this order, whatever they say. */
async function archiveOf(files: readonly File[]): Promise<Buffer> {
  const entries = files.map(({ name, text }) => ({
    header: { name, size: Buffer.byteLength(text), type: 'file' as const },
    body: text,
  }));
  return gzipSync(await packTar(entries));
}

const sumsOf = (files: readonly File[]): string =>
  files
    .map(({ name, text }) => `${createHash('sha256').update(text).digest('hex')}  ${name}\n`)
    .join('');
const withSums = (...files: File[]): File[] => [
  ...files,
  { name: 'SHA256SUMS', text: sumsOf(files) },
];
const meta = { name: 'meta.json', text: JSON.stringify(META) };
const part = (number: number, text = 'x'): File => ({
  name: `state/${String(number).padStart(6, '0')}.jsonl`,
  text,
});

describe('an archive', () => {
  it.each([0, 1, 1000, 3 * 1024 * 1024 + 5])('of a state of %i bytes comes back', async (size) => {
    const state = Buffer.alloc(size, 'line\n');
    const archive = await encode(state, 300_000);
    if (size === 0) {
      await expect(decode(archive)).rejects.toThrow(/000000.jsonl is missing/);
      return;
    }
    const read = await decode(archive, 10_000);
    expect(read.state.equals(state)).toBe(true);
    expect(read.meta).toEqual({ ...META, Size: size });
  });

  it('is a tar that any program unpacks: meta, parts of a megabyte, sums', async () => {
    const files = await unpackTar(gunzipSync(await encode(Buffer.alloc(2_500_000, 'x'), 65_536)));
    expect(files.map(({ header }) => [header.name, header.size, header.mode])).toEqual([
      ['meta.json', JSON.stringify(META).length + 1, 0o600],
      ['state/000000.jsonl', 1024 * 1024, 0o600],
      ['state/000001.jsonl', 1024 * 1024, 0o600],
      ['state/000002.jsonl', 2_500_000 - 2 * 1024 * 1024, 0o600],
      ['SHA256SUMS', expect.any(Number), 0o600],
    ]);
  });

  it('breaks off with its state', async () => {
    const broken = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(Buffer.from('half'));
        controller.error(new Error('the datacenter went away'));
      },
    });
    const archive = encodeArchive(META, 1000, broken, newHash);
    await expect(new Response(archive).arrayBuffer()).rejects.toThrow();
  });

  it('gives its state up when nobody takes it', async () => {
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024)),
      cancel: () => void (cancelled = true),
    });
    const reader = encodeArchive(META, 1000, endless, newHash).getReader();
    await reader.read();
    await reader.cancel();
    await expect.poll(() => cancelled).toBe(true);
  });
});

describe('what is no whole archive is refused with the reason', () => {
  it.each<[string, () => Promise<Uint8Array> | Uint8Array, RegExp]>([
    ['nothing', () => Buffer.alloc(0), /decompress snapshot: EOF$/],
    ['a few bytes', () => Buffer.from('rubbish'), /decompress snapshot: unexpected EOF$/],
    ['rubbish', () => Buffer.from('this is no archive'), /gzip: invalid header$/],
    [
      'something else, compressed',
      () => gzipSync('x'.repeat(2000)),
      /failed to read snapshot file: /,
    ],
    ['no files', async () => gzipSync(await packTar([])), /meta.json is missing/],
    ['no sums', () => archiveOf([meta, part(0)]), /SHA256SUMS is missing/],
    ['no state', () => archiveOf(withSums(meta)), /state\/000000.jsonl is missing/],
    [
      'a missing part',
      () => archiveOf(withSums(meta, part(0), part(2))),
      /000002.jsonl stands where state\/000001.jsonl/,
    ],
    ['the state first', () => archiveOf(withSums(part(0), meta)), /meta.json is missing/],
    [
      'a foreign file',
      () => archiveOf(withSums(meta, part(0), { name: 'x', text: '' })),
      /x stands where/,
    ],
    [
      'something behind the sums',
      () => archiveOf([...withSums(meta, part(0)), part(1)]),
      /does not belong there/,
    ],
    [
      'two metas',
      () => archiveOf(withSums(meta, meta, part(0))),
      /meta.json does not belong there/,
    ],
    [
      'a wrong sum',
      () => archiveOf([meta, part(0, 'y'), { name: 'SHA256SUMS', text: sumsOf([meta, part(0)]) }]),
      /hash check failed for "state/,
    ],
    [
      'a sum too few',
      () => archiveOf([meta, part(0), { name: 'SHA256SUMS', text: sumsOf([meta]) }]),
      /no sum of "state/,
    ],
    [
      'a sum too many',
      () =>
        archiveOf([meta, part(0), { name: 'SHA256SUMS', text: sumsOf([meta, part(0), part(1)]) }]),
      /hash check failed for "state\/000001/,
    ],
    [
      'a meta of rubbish',
      () => archiveOf(withSums({ name: 'meta.json', text: '{' }, part(0))),
      /meta.json is damaged/,
    ],
    [
      'a huge meta',
      () => archiveOf(withSums({ name: 'meta.json', text: ' '.repeat(5_000_000) }, part(0))),
      /meta.json is too large/,
    ],
  ])('%s', async (_name, archive, reason) => {
    const reading = decode(await archive());
    await expect(reading).rejects.toThrow(reason);
    await expect(reading).rejects.toBeInstanceOf(ArchiveError);
  });

  it('wherever it is cut', async () => {
    const whole = await encode(Buffer.alloc(5000, 'line\n'));
    for (let length = 0; length < whole.length; length += 7) {
      await expect(decode(whole.subarray(0, length))).rejects.toBeInstanceOf(ArchiveError);
    }
  });

  it('whatever byte of the unpacked archive is changed, the state is refused or unchanged', async () => {
    const state = Buffer.from('{"Type":"KVS"}\n'.repeat(50));
    const tar = gunzipSync(await encode(state));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(tar.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const damaged = Buffer.from(tar);
          damaged[at]! ^= flip;
          const read = await decode(gzipSync(damaged)).catch((error: unknown) => error);
          if (read instanceof Error) return;
          expect((read as Awaited<ReturnType<typeof decode>>).state.equals(state)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('and any bytes at all end in an error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
        await expect(decode(bytes)).rejects.toBeInstanceOf(ArchiveError);
        await expect(decode(gzipSync(bytes))).rejects.toBeInstanceOf(Error);
      }),
      { numRuns: 60 },
    );
  });
});

describe('an archive of Consul', () => {
  const consul = { Version: 1, ID: '2-23-1795868095956', Index: 23, Term: 2, Size: 9 };
  const files = withSums(
    { name: 'meta.json', text: JSON.stringify(consul) },
    { name: 'state.bin', text: 'msgpacked' },
  );

  it('is verified and measured', async () => {
    const read = await decode(await archiveOf(files));
    expect(read.meta).toEqual(consul);
    expect(String(read.state)).toBe('msgpacked');
  });

  it('is told apart, with what to do, before anything of it is read', async () => {
    const archive = await archiveOf(files);
    let bytes = 0;
    const sink = { meta: refuseConsul, state: (chunk: Uint8Array) => void (bytes += chunk.length) };
    await expect(readArchive(streamOf(archive), newHash, sink)).rejects.toThrow(
      /HashiCorp Consul \(2-23-1795868095956, index 23\).*consul kv export.*lictor import/,
    );
    expect(bytes).toBe(0);
  });
});
