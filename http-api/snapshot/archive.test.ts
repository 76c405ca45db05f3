import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { packTar, unpackTar } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import { ArchiveError, type SnapshotMeta, type StreamHash } from './archive-format.ts';
import { consulKeyOf } from './consul-key.ts';
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

type File = { name: string; text: string | Buffer };

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
/** Of the first format, which is still read. */
const part = (number: number, text = 'x'): File => ({
  name: `state/${String(number).padStart(6, '0')}.jsonl`,
  text,
});
/** A state without records. */
const empty = {
  name: 'state.bin',
  text: Buffer.from('\x82\xa9LastIndex\x07\xa6Lictor\x01', 'latin1'),
};

describe('an archive', () => {
  it.each([0, 1, 1000, 20_000])('of a state of %i lines comes back', async (lines) => {
    const state = Buffer.from('{"Type":"Node","Data":{"x":"ü"}}\n'.repeat(lines));
    const read = await decode(await encode(state, 300_000), 10_000);
    expect(read.state.equals(state)).toBe(true);
    expect(read.meta).toEqual({ ...META, Size: expect.any(Number) });
  });

  it('of lines of every length, of keys of every kind, cut anywhere, comes back', async () => {
    const line = fc.oneof(
      fc.record({
        Type: fc.constantFrom('KVS', 'KVSChunk'),
        Data: fc.record({
          key: fc.string({ unit: 'binary' }),
          value: fc.string({ maxLength: 300 }),
        }),
      }),
      fc.record({ Type: fc.string(), Data: fc.jsonValue() }),
      fc
        .nat({ max: 70_000 })
        .map((length) => ({ Type: 'KVS', Data: { key: 'k', value: 'x'.repeat(length) } })),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 20 }),
        fc.integer({ min: 1, max: 5000 }),
        async (lines, chunkBytes) => {
          const state = Buffer.from(lines.map((value) => `${JSON.stringify(value)}\n`).join(''));
          const read = await decode(await encode(state, chunkBytes), chunkBytes);
          expect(read.state.toString()).toBe(state.toString());
        },
      ),
      { numRuns: 20 },
    );
  });

  it('is a tar that any program unpacks: meta, the state in parts of one name, sums', async () => {
    const line = `{"Type":"Node","Data":"${'x'.repeat(999)}"}\n`;
    const files = await unpackTar(gunzipSync(await encode(Buffer.from(line.repeat(2500)), 65_536)));
    const names = files.map(({ header }) => header.name);
    expect(names).toEqual(['meta.json', 'state.bin', 'state.bin', 'state.bin', 'SHA256SUMS']);
    expect(new Set(files.map(({ header }) => header.mode))).toEqual(new Set([0o600]));
    const state = Buffer.concat(
      files.filter(({ header }) => header.name === 'state.bin').map(({ data }) => data!),
    );
    const sums = Buffer.from(files.at(-1)!.data!).toString();
    expect(sums).toContain(`${createHash('sha256').update(state).digest('hex')}  state.bin\n`);
  });

  it('says no size in its meta: a Consul would die of a state that it takes for its own', async () => {
    const [first] = await unpackTar(gunzipSync(await encode(Buffer.from('{"Type":"Node"}\n'))));
    expect(JSON.parse(Buffer.from(first!.data!).toString())).toEqual(META);
  });

  it('of the first format, the lines as they are in numbered files, comes back', async () => {
    const read = await decode(await archiveOf(withSums(meta, part(0, 'one\n'), part(1, 'two\n'))));
    expect(read.state.toString()).toBe('one\ntwo\n');
  });

  it('breaks off with its state', async () => {
    const broken = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(Buffer.from('half\n'));
        controller.error(new Error('the datacenter went away'));
      },
    });
    const archive = encodeArchive(META, 1000, broken, newHash);
    await expect(new Response(archive).arrayBuffer()).rejects.toThrow();
  });

  it('takes no line without end', async () => {
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(Buffer.alloc(1024 * 1024, 'x')),
    });
    const archive = encodeArchive(META, 1000, endless, newHash);
    await expect(new Response(archive).arrayBuffer()).rejects.toThrow(/too long/);
  });

  it('gives its state up when nobody takes it', async () => {
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(Buffer.alloc(1024 * 1024, '{"Type":"Node"}\n')),
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
    ['no state', () => archiveOf(withSums(meta)), /state.bin is missing/],
    [
      'two kinds of state',
      () => archiveOf(withSums(meta, empty, part(0))),
      /state.bin does not belong there/,
    ],
    ['a state in two places', () => archiveOf([empty, meta, empty]), /meta.json is missing/],
    [
      'a state of a later version',
      () =>
        archiveOf(
          withSums(meta, { name: 'state.bin', text: Buffer.from('\x81\xa6Lictor\x02', 'latin1') }),
        ),
      /format 2, which is of a newer version/,
    ],
    [
      'a state that ends in a record',
      () =>
        archiveOf(
          withSums(meta, {
            name: 'state.bin',
            text: Buffer.concat([empty.text, Buffer.from('\x03\xa5ab', 'latin1')]),
          }),
        ),
      /ends within a record/,
    ],
    [
      'a record that is no line',
      () =>
        archiveOf(
          withSums(meta, {
            name: 'state.bin',
            text: Buffer.concat([empty.text, Buffer.from('\x03\x05', 'latin1')]),
          }),
        ),
      /a record is no line/,
    ],
    [
      'a missing part',
      () => archiveOf(withSums(meta, part(0), part(2))),
      /000002.jsonl does not belong there/,
    ],
    ['the state first', () => archiveOf(withSums(part(0), meta)), /meta.json is missing/],
    [
      'a foreign file',
      () => archiveOf(withSums(meta, part(0), { name: 'x', text: '' })),
      /x does not belong there/,
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
    { name: 'state.bin', text: Buffer.from('\x81\xa9LastIndex\x17\x02\x81\xa3Key\xa1k', 'latin1') },
  );

  it('is verified and measured', async () => {
    const records: [number, number, string | null][] = [];
    const read = await readArchive(streamOf(await archiveOf(files), 7), newHash, {
      consulRecord: (record) => void records.push([record.type, record.bytes, consulKeyOf(record)]),
    });
    expect(read).toEqual({ ...consul, Size: 20 });
    // The header counts with the first record, as in Consul.
    expect(records).toEqual([[2, 20, 'k']]);
  });

  it('is told apart, with what to do, before anything of it is read', async () => {
    const archive = await archiveOf(files);
    let bytes = 0;
    const sink = { meta: refuseConsul, consulRecord: () => void bytes++ };
    await expect(readArchive(streamOf(archive), newHash, sink)).rejects.toThrow(
      /HashiCorp Consul \(2-23-1795868095956, index 23\).*lictor import FILE/,
    );
    expect(bytes).toBe(0);
  });
});
