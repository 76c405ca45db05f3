import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeArchive } from '../../../http-api/snapshot/encode-archive.ts';
import { FakeAgent } from '../../client/testing/fake-agent.ts';
import { runCommand } from '../testing/run-command.ts';

let agent: FakeAgent;
let cwd: string;

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'cli-snapshot-'));
  agent = new FakeAgent();
  await agent.start();
});

afterEach(async () => {
  await agent.stop();
  rmSync(cwd, { recursive: true });
});

const run = (...args: string[]) => runCommand(['snapshot', ...args], { agent: agent.address, cwd });

function newHash() {
  const hash = createHash('sha256');
  return {
    update: (chunk: Uint8Array) => void hash.update(chunk),
    digest: () => hash.digest('hex'),
  };
}

const RECORDS = [
  '{"Type":"SnapshotHeader","Data":{"Format":1}}',
  '{"Type":"Node","Data":{"key":"n1"}}',
  '{"Type":"KVS","Data":{"key":"app/x/y"}}',
  '{"Type":"KVS","Data":{"key":"app/x/z"}}',
  '{"Type":"KVS","Data":{"key":"solo"}}',
  '{"Type":"SnapshotEnd","Data":{"Records":4}}',
];

/** An archive with these records, in chunks that cut them anywhere. */
async function archive(records = RECORDS): Promise<Buffer> {
  const bytes = Buffer.from(records.map((line) => `${line}\n`).join(''));
  const state = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 11) controller.enqueue(bytes.subarray(at, at + 11));
      controller.close();
    },
  });
  const meta = { Version: 1, ID: '0-23-1000', Index: 23, Term: 0, Product: 'lictor' };
  return Buffer.from(await new Response(encodeArchive(meta, 1000, state, newHash)).arrayBuffer());
}

/** @returns its name */
async function file(name = 'a.snap', content?: Buffer): Promise<string> {
  writeFileSync(join(cwd, name), content ?? (await archive()));
  return name;
}

describe('snapshot save', () => {
  it('verifies what it saved before the file takes its name', async () => {
    const body = await archive();
    agent.on('GET /v1/snapshot', (_request, response) => {
      response.end(body);
      return {};
    });
    expect(await run('save', 'x.snap')).toEqual({
      code: 0,
      stdout: 'Saved and verified snapshot to index 23\n',
      stderr: '',
    });
    expect(readFileSync(join(cwd, 'x.snap')).equals(body)).toBe(true);
    expect(statSync(join(cwd, 'x.snap')).mode & 0o777).toBe(0o600);
  });

  it('keeps no file that is not whole', async () => {
    const body = await archive();
    agent.on('GET /v1/snapshot', (_request, response) => {
      response.end(body.subarray(0, 300));
      return {};
    });
    const { code, stderr } = await run('save', 'x.snap');
    expect([code, stderr]).toEqual([
      1,
      'Error verifying snapshot file: failed to decompress snapshot: unexpected EOF\n',
    ]);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('says why there is none', async () => {
    agent.on('GET /v1/snapshot', { status: 500, body: 'No cluster leader' });
    const { code, stderr } = await run('save', 'x.snap');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error saving snapshot: .*No cluster leader/);
  });
});

describe('snapshot restore', () => {
  it('sends the file', async () => {
    agent.on('PUT /v1/snapshot', {});
    const name = await file();
    expect(await run('restore', name)).toEqual({
      code: 0,
      stdout: 'Restored snapshot\n',
      stderr: '',
    });
    expect(agent.requests.at(-1)!.body.equals(await archive())).toBe(true);
  });

  it('says why it was refused', async () => {
    agent.on('PUT /v1/snapshot', { status: 500, body: 'it is damaged' });
    const { code, stderr } = await run('restore', await file());
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error restoring snapshot: .*it is damaged/);
  });

  it('wants a file that is there', async () => {
    expect(await run('restore', 'none.snap')).toMatchObject({
      code: 1,
      stderr: 'Error opening snapshot file: open none.snap: no such file or directory\n',
    });
    expect((await run('restore')).stderr).toBe('Missing FILE argument\n');
  });
});

describe('snapshot inspect', () => {
  const sizes = RECORDS.slice(1, 5).map((line) => line.length);
  const keys = sizes[1]! + sizes[2]! + sizes[3]!;

  it('counts records by type', async () => {
    const { stdout } = await run('inspect', await file());
    const size = Number(/^ Size +(\d+)$/m.exec(stdout)?.[1]);
    expect(size).toBeGreaterThan(RECORDS.join('\n').length);
    expect(stdout).toBe(
      ` ID           0-23-1000
 Size         ${size}
 Index        23
 Term         0
 Version      1

 Type       Count      Size
 ----       ----       ----
 KVS        3          ${keys}B
 Node       1          ${sizes[0]}B
 ----       ----       ----
 Total                 ${keys + sizes[0]!}B
`,
    );
  });

  it.each([
    [[], { 'app/x': 2, solo: 1 }],
    [['-kvdepth=1'], { app: 2, solo: 1 }],
    [['-kvdepth=3'], { 'app/x/y': 1, 'app/x/z': 1, solo: 1 }],
    [['-kvfilter=app/x/z'], { 'app/x': 1 }],
  ])('with -kvdetails %j counts keys by their beginning', async (flags, counts) => {
    const { stdout } = await run('inspect', '-kvdetails', '-format=json', ...flags, await file());
    const { StatsKV, TotalSizeKV, Meta } = JSON.parse(stdout) as Record<string, any>;
    const found = StatsKV.map(({ Name, Count }: { Name: string; Count: number }) => [Name, Count]);
    expect(Object.fromEntries(found)).toEqual(counts);
    expect(TotalSizeKV).toBeGreaterThan(0);
    expect(Object.keys(Meta)).toEqual(['ID', 'Size', 'Index', 'Term', 'Version']);
  });

  it.each([[[]], [['-kvdetails', '-kvfilter=absent']]])(
    'with %j says nothing of keys',
    async (flags) => {
      const { stdout } = await run('inspect', '-format=json', ...flags, await file());
      expect(JSON.parse(stdout)).toMatchObject({ StatsKV: null, TotalSizeKV: 0 });
    },
  );

  it('refuses rubbish and unknown formats', async () => {
    const name = await file('bad.snap', Buffer.from('this is no archive'));
    expect(await run('inspect', name)).toMatchObject({
      code: 1,
      stderr: 'Error reading snapshot: failed to decompress snapshot: gzip: invalid header\n',
    });
    expect((await run('inspect', '-format=yaml', await file())).code).toBe(1);
  });
});

describe('snapshot decode', () => {
  it('prints a line for each record', async () => {
    const lines = (await run('decode', await file())).stdout.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { Type: string }).Type)).toEqual([
      'SnapshotHeader',
      'Node',
      'KVS',
      'KVS',
      'KVS',
    ]);
    expect(lines[1]).toBe('{"Data":{"key":"n1"},"Type":"Node"}');
  });
});

describe('a file of Consul', () => {
  async function consulFile(): Promise<string> {
    // A header, a key that is a map with `Key`, and a session.
    const state = '\u0081\u00a9LastIndex\u0009\u0002\u0081\u00a3Key\u00a5app/k\u0003\u00a1s';
    const meta = JSON.stringify({ Version: 1, ID: '2-9-1', Index: 9, Term: 2, Size: state.length });
    const sum = (text: string) => createHash('sha256').update(text, 'latin1').digest('hex');
    const files = {
      'meta.json': meta,
      'state.bin': state,
      SHA256SUMS: `${sum(meta)}  meta.json\n${sum(state)}  state.bin\n`,
    };
    const entries = Object.entries(files).map(([name, body]) => ({
      header: { name, size: body.length },
      body: Buffer.from(body, 'latin1'),
    }));
    return file('consul.snap', gzipSync(await packTar(entries)));
  }

  it('is inspected, its records under the names that Consul has for them', async () => {
    const { stdout } = await run('inspect', '-kvdetails', '-format=json', await consulFile());
    expect(JSON.parse(stdout)).toMatchObject({
      Meta: { ID: '2-9-1', Index: 9, Size: 27 },
      Stats: [
        { Name: 'KVS', Sum: 24, Count: 1 },
        { Name: 'Session', Sum: 3, Count: 1 },
      ],
      StatsKV: [{ Name: 'app/k', Sum: 24, Count: 1 }],
    });
  });

  it('is not decoded, with the reason', async () => {
    const { code, stderr } = await run('decode', await consulFile());
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error reading snapshot: this is a snapshot of HashiCorp Consul/);
  });
});
