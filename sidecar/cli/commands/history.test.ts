import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeAgent, type FakeRequest } from '../../client/testing/fake-agent.ts';
import { runCommand } from '../testing/run-command.ts';

let agent: FakeAgent;
let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'cli-history-'));
  writeFileSync(join(cwd, 's.json'), '{"type":"object"}');
});
afterAll(() => rmSync(cwd, { recursive: true }));
beforeEach(async () => {
  agent = new FakeAgent();
  await agent.start();
});
afterEach(() => agent.stop());

const lictor = (args: string[], stdin = '') =>
  runCommand(args, { agent: agent.address, cwd, stdin });
const success = (stdout: string, stderr = '') => ({ code: 0, stdout, stderr });
const failure = (stderr: string) => ({ code: 1, stdout: '', stderr: `${stderr}\n` });
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const entry = (Index: number, value: string | null) => ({
  Index,
  Time: `2026-01-01T00:00:${String(Index).padStart(2, '0')}.000Z`,
  Actor: 'node:n1',
  Operation: value === null ? 'delete' : 'set',
  Pair: value === null ? null : { Key: 'a', Value: base64(value) },
});

describe('kv history', () => {
  /** Two entries a page. */
  function serve(values: (string | null)[], Trimmed = false): void {
    const entries = values.map((value, i) => entry(values.length - i, value));
    agent.on('GET /v1/kv/a', ({ query }) => {
      const start = Number(query.get('start') ?? entries.length);
      const page = entries.filter(({ Index }) => Index <= start).slice(0, 2);
      const Next = start - 2;
      const isLast = Next <= 0;
      return {
        body: { Key: 'a', Entries: page, Next: isLast ? 0 : Next, Trimmed: isLast && Trimmed },
      };
    });
  }

  it('is a table, newest first, of all pages', async () => {
    serve(['two\nlines', null, '\u0000\u0001', 'x'.repeat(100)]);
    const { stdout } = await lictor(['kv', 'history', '/a']);
    expect(stdout).toBe(
      [
        'Index  Time                      Actor    Operation  Value',
        '4      2026-01-01T00:00:04.000Z  node:n1  set        two lines',
        '3      2026-01-01T00:00:03.000Z  node:n1  delete     -',
        '2      2026-01-01T00:00:02.000Z  node:n1  set        (2 bytes)',
        `1      2026-01-01T00:00:01.000Z  node:n1  set        ${'x'.repeat(57)}...`,
        '',
      ].join('\n'),
    );
    expect(agent.log).toEqual([
      'GET /v1/kv/a?history=&limit=25',
      'GET /v1/kv/a?history=&start=2&limit=23',
    ]);
  });

  it('ends at the limit, and says when there is no more to know', async () => {
    serve(['4', '3', '2', '1'], true);
    expect((await lictor(['kv', 'history', '-limit=1', 'a'])).stdout.split('\n')).toHaveLength(3);
    expect(agent.log).toHaveLength(1);
    const all = await lictor(['kv', 'history', '-limit=0', '-format=json', 'a']);
    expect(all.stderr).toBe('Older changes are no longer kept.\n');
    expect((JSON.parse(all.stdout) as { Index: number }[]).map(({ Index }) => Index)).toEqual([
      4, 3, 2, 1,
    ]);
  });

  it.each([
    [['kv', 'history'], 'Error! Missing KEY argument'],
    [['kv', 'history', '-format=x', 'a'], 'Error! Unknown format: x'],
    [['kv', 'history', 'none'], 'Error! Nothing is known of the key: none'],
  ])('%j', async (args, message) => {
    expect(await lictor(args)).toEqual(failure(message));
  });
});

describe('kv rollback', () => {
  it.each([
    [['-to=7', '/a'], 'PUT /v1/kv/a?rollback=7', 'key: a'],
    [
      ['-recurse', '-to=2026-01-01T00:00:00Z', 'a/'],
      'PUT /v1/kv/a/?rollback=2026-01-01T00%3A00%3A00Z&recurse=',
      'keys with prefix: a/',
    ],
  ])('%j', async (args, request, what) => {
    agent.on('PUT /v1/kv/*', { body: { Index: 9, Set: 2, Deleted: 1 } });
    expect(await lictor(['kv', 'rollback', ...args])).toEqual(
      success(`Success! Rolled back ${what} (2 written, 1 deleted, index 9)\n`),
    );
    expect(agent.log).toEqual([request]);
  });

  it('says when nothing had to be done', async () => {
    agent.on('PUT /v1/kv/a', { body: { Index: 0, Set: 0, Deleted: 0 } });
    expect((await lictor(['kv', 'rollback', '-to=7', 'a'])).stdout).toBe(
      'Nothing to do: key a is as it was then\n',
    );
  });

  it('tells why it was refused', async () => {
    agent.on('PUT /v1/kv/a', { status: 410, body: 'the log of changes was trimmed' });
    expect(await lictor(['kv', 'rollback', '-to=7', 'a'])).toEqual(
      failure(
        'Error! Did not roll back key a: Unexpected response code: 410 (the log of changes was trimmed)',
      ),
    );
  });

  it.each([
    [['-to=7'], 'Error! Missing KEY argument'],
    [['a'], 'Error! Missing -to'],
  ])('%j', async (args, message) => {
    expect(await lictor(['kv', 'rollback', ...args])).toEqual(failure(message));
  });
});

describe('kv diff', () => {
  function serve(before: Record<string, string>, after: Record<string, string>): void {
    agent.on('GET /v1/kv/*', ({ query }: FakeRequest) => {
      const pairs = Object.entries(query.has('at') ? before : after);
      return pairs.length === 0
        ? { status: 404 }
        : { body: pairs.map(([Key, value]) => ({ Key, Value: base64(value) })) };
    });
  }

  it('shows lines that changed, keys that came and went, and nothing of the others', async () => {
    serve(
      { 't/a': 'one\ntwo\n', 't/gone': 'x\n', 't/same': 's', 't/bytes': '\0' },
      { 't/a': 'one\nzwei\n', 't/new': 'y\n', 't/same': 's', 't/bytes': '\u0000!' },
    );
    const result = await lictor(['kv', 'diff', '-recurse', '-exit-code', '-from=7', 't/']);
    expect(result).toEqual({
      code: 2,
      stderr: '',
      stdout: [
        '--- t/a	7',
        '+++ t/a	now',
        '@@ -1,2 +1,2 @@',
        ' one',
        '-two',
        '+zwei',
        '--- t/bytes	7',
        '+++ t/bytes	now',
        'Binary values differ',
        '--- t/gone	7',
        '+++ (absent)	now',
        '@@ -1 +0,0 @@',
        '-x',
        '--- (absent)	7',
        '+++ t/new	now',
        '@@ -0,0 +1 @@',
        '+y',
        '',
      ].join('\n'),
    });
    expect(agent.log).toEqual(['GET /v1/kv/t/?at=7&recurse=', 'GET /v1/kv/t/?recurse=']);
  });

  it('prints nothing when nothing changed', async () => {
    serve({ a: '1' }, { a: '1' });
    expect(await lictor(['kv', 'diff', '-exit-code', '-from=7', 'a'])).toEqual(success(''));
    serve({}, {});
    expect(await lictor(['kv', 'diff', '-from=7', '-to=9', 'a'])).toEqual(success(''));
    expect(agent.log.slice(-2)).toEqual(['GET /v1/kv/a?at=7', 'GET /v1/kv/a?at=9']);
  });

  it.each([
    [['-from=7'], 'Error! Missing KEY argument'],
    [['a'], 'Error! Missing -from'],
  ])('%j', async (args, message) => {
    expect(await lictor(['kv', 'diff', ...args])).toEqual(failure(message));
  });
});

describe('audit', () => {
  const change = (Index: number) => ({
    Index,
    Time: 'T',
    Actor: 'worker',
    Kind: 'kv.set',
    Key: `k${Index}`,
  });

  beforeEach(() => {
    agent.on('GET /v1/audit', ({ query }) => {
      const before = Number(query.get('before') ?? 5);
      const Entries = before === 3 ? [] : [change(before - 1)];
      return {
        body: { Entries, Next: before === 2 ? '' : String(before - 1), Trimmed: before === 2 },
      };
    });
  });

  it('is a table of all pages, empty ones too', async () => {
    expect(await lictor(['audit'])).toEqual(
      success(
        [
          'Index  Time  Actor   Kind    Key',
          '4      T     worker  kv.set  k4',
          '3      T     worker  kv.set  k3',
          '1      T     worker  kv.set  k1',
          '',
        ].join('\n'),
        'Older changes are no longer kept.\n',
      ),
    );
  });

  it('passes its filters on, and ends at the limit', async () => {
    const filters = [
      '-kind=kv',
      '-prefix=k',
      '-actor=worker',
      '-from=1',
      '-to=9',
      '-filter=Key != ""',
    ];
    const { stdout } = await lictor(['audit', ...filters, '-limit=1', '-format=json']);
    expect(JSON.parse(stdout)).toEqual([change(4)]);
    expect(agent.log).toEqual([
      'GET /v1/audit?kind=kv&prefix=k&actor=worker&from=1&to=9&filter=Key+%21%3D+%22%22',
    ]);
  });
});

describe('stream', () => {
  it('prints changes, one a line, and what makes it necessary to read afresh', async () => {
    agent.on('GET /v1/stream', (_request, response) => {
      response
        .writeHead(200)
        .write(
          'id: a:1\ndata: {"Key":"a"}\n\nevent: resync\ndata: {"Reason":"trimmed","Index":7}\n\n: \n\ndata: {"Key":"b"}\n\n',
        );
      return {};
    });
    expect(await lictor(['stream', '-count=2', '-from=1', 'kv/app/', 'service/web'])).toEqual(
      success('{"Key":"a"}\n{"Resync":"trimmed","Index":7}\n{"Key":"b"}\n'),
    );
    expect(agent.log).toEqual(['GET /v1/stream?topic=kv%2Fapp%2F&topic=service%2Fweb&from=1']);
  });

  it('says why it cannot', async () => {
    expect(await lictor(['stream'])).toEqual(failure('Error! Missing TOPIC argument'));
    agent.on('GET /v1/stream', { status: 400, body: 'no such topic' });
    expect(await lictor(['stream', 'X'])).toEqual(
      failure('Error reading the stream: Unexpected response code: 400 (no such topic)'),
    );
  });
});

describe('kv schema', () => {
  it.each([
    ['a file', '@s.json', '', '{"type":"object"}'],
    ['standard input', '-', '{"type":"null"}', '{"type":"null"}'],
    ['the argument', 'true', '', 'true'],
  ])('set takes %s', async (_name, argument, stdin, body) => {
    agent.on('PUT /v1/kv-schema/app/', { body: true });
    expect(await lictor(['kv', 'schema', 'set', 'app/', argument], stdin)).toEqual(
      success('Success! Schema set for prefix: app/\n'),
    );
    expect(agent.requests[0]!.body.toString()).toBe(body);
  });

  it('get, list and delete', async () => {
    agent.on('GET /v1/kv-schema/app/', { body: { Prefix: 'app/', Schema: { type: 'null' } } });
    agent.on('GET /v1/kv-schemas', { body: [{ Prefix: 'a/' }, { Prefix: 'b/' }] });
    agent.on('DELETE /v1/kv-schema/app/', { body: true });
    expect(await lictor(['kv', 'schema', 'get', 'app/'])).toEqual(
      success('{\n  "type": "null"\n}\n'),
    );
    expect(await lictor(['kv', 'schema', 'list'])).toEqual(success('a/\nb/\n'));
    expect(await lictor(['kv', 'schema', 'delete', 'app/'])).toEqual(
      success('Success! No schema any more for prefix: app/\n'),
    );
  });

  it.each([
    [['set'], 'Error! Missing PREFIX argument'],
    [['set', 'app/'], 'Error! Missing SCHEMA argument'],
    [['set', 'app/', '@none'], 'Error! Failed to read file: open none: no such file or directory'],
    [['get'], 'Error! Missing PREFIX argument'],
    [['get', 'none/'], 'Error! No schema for prefix: none/'],
    [['delete'], 'Error! Missing PREFIX argument'],
  ])('%j', async (args, message) => {
    expect(await lictor(['kv', 'schema', ...args])).toEqual(failure(message));
  });
});

describe('kv put -ttl', () => {
  it('goes with the write', async () => {
    agent.on('PUT /v1/kv/a', { body: true });
    await lictor(['kv', 'put', '-ttl=30s', 'a', 'x']);
    await lictor(['kv', 'put', 'a', 'x']);
    expect(agent.log).toEqual(['PUT /v1/kv/a?ttl=30s', 'PUT /v1/kv/a']);
  });
});
