import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeAgent } from '../../client/testing/fake-agent.ts';
import { FakeStore } from '../../client/testing/fake-store.ts';
import { runCommand } from '../testing/run-command.ts';

let agent: FakeAgent;
let store: FakeStore;
let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'cli-kv-'));
  writeFileSync(join(cwd, 'v.txt'), 'from a file\n');
  writeFileSync(
    join(cwd, 'in.json'),
    '[{"key":"im/z","flags":18446744073709551615,"value":"eg=="}]',
  );
});

afterAll(() => rmSync(cwd, { recursive: true }));

beforeEach(async () => {
  agent = new FakeAgent();
  store = new FakeStore(agent);
  await agent.start();
});

afterEach(() => agent.stop());

function lictor(args: string[], stdin = '') {
  return runCommand(['kv', ...args], { agent: agent.address, cwd, stdin });
}

function success(stdout: string) {
  return { code: 0, stdout, stderr: '' };
}

function failure(stderr: string) {
  return { code: 1, stdout: '', stderr: `${stderr}\n` };
}

describe('kv put and kv get', () => {
  it.each([
    ['one', 'hello', 'hello\n'],
    ['empty', undefined, '\n'],
    ['words', 'two words', 'two words\n'],
    ['file', '@v.txt', 'from a file\n\n'],
    ['stdin', '-', 'from stdin\n'],
    ['sp ace%/x?y#z', 'odd', 'odd\n'],
  ])('writes %s as %s', async (key, value, shown) => {
    const put = await lictor(['put', key, ...(value === undefined ? [] : [value])], 'from stdin');
    expect(put).toEqual(success(`Success! Data written to: ${key}\n`));
    expect(await lictor(['get', key])).toEqual(success(shown));
  });

  it('keeps bytes that are no text', async () => {
    await lictor(['put', '-base64', 'bytes', '/wD+']);
    expect(store.pairs.get('bytes')?.Value).toBe('/wD+');
    expect(await lictor(['get', '-base64', 'bytes'])).toEqual(success('/wD+\n'));
  });

  it('prints details with flags of 64 bits', async () => {
    await lictor(['put', '-flags=18446744073709551615', 'big', 'x']);
    const { stdout } = await lictor(['get', '-detailed', 'big']);
    expect(stdout).toMatch(/^CreateIndex {6}\d+\nFlags {12}18446744073709551615\nKey {14}big\n/);
    expect(stdout).toMatch(/Session {10}-\nValue {12}x\n$/);
  });

  it('lists a tree with an empty line between details', async () => {
    store.set('t/a', '1');
    store.set('t/b', '2');
    expect(await lictor(['get', '-recurse', 't/'])).toEqual(success('t/a:1\nt/b:2\n'));
    expect((await lictor(['get', '-recurse', '-detailed', 't/'])).stdout).toMatch(
      /1\n\nCreateIndex/,
    );
    expect(await lictor(['get', '-recurse', 'none/'])).toEqual(success(''));
  });

  it('asks for names with the separator', async () => {
    await lictor(['get', '-keys', 't/']);
    await lictor(['get', '-keys', '-separator=', 't/']);
    expect(agent.log).toEqual(['GET /v1/kv/t/?keys=&separator=%2F', 'GET /v1/kv/t/?keys=']);
  });

  it.each([
    [['get'], 'Error! Missing KEY argument'],
    [['get', '/'], 'Error! Missing KEY argument'],
    [['get', 'a', 'b'], 'Too many arguments (expected 1, got 2)'],
    [['get', '/absent'], 'Error! No key exists at: absent'],
    [['put'], 'Error! Missing KEY argument'],
    [
      ['put', '/x', 'y'],
      "Error! Failed writing data: Invalid key. Key must not begin with a '/': /x",
    ],
    [['put', 'k', 'v', 'w'], 'Error! Too many arguments (expected 1 or 2, got 3)'],
    [['put', 'k', '@none'], 'Error! Failed to read file: open none: no such file or directory'],
    [['put', 'k', '@'], 'Error! Failed to read file: open : no such file or directory'],
    [
      ['put', '-acquire', 'k', 'v'],
      'Error! Missing -session (required with -acquire and -release)',
    ],
    [['put', '-release', '-session=s', 'k', 'v'], 'Error! Did not release lock'],
    [
      ['put', '-acquire', '-session=s', 'k', 'v'],
      'Error! Failed writing data: Unexpected response code: 500 (raft apply failed: invalid session "s")',
    ],
    [['put', '-cas', '-modify-index=5', 'k', 'v'], 'Error! Did not write to k: CAS failed'],
    [['delete'], 'Error! Missing KEY argument'],
    [['delete', '-modify-index=3', 'k'], 'Cannot specify -modify-index without -cas!'],
    [
      ['delete', '-cas', 'k'],
      'Cannot delete a key that does not exist. Provide a -modify-index greater than than 0.',
    ],
    [
      ['delete', '-cas', '-recurse', '-modify-index=3', 'k'],
      'Cannot specify both -cas and -recurse!',
    ],
    [['delete', '-cas', '-modify-index=3', 'k'], 'Error! Did not delete key k: CAS failed'],
    [['import'], 'Error! Missing DATA argument'],
    [
      ['import', '-prefix=/x', '@in.json'],
      "Error! Failed writing data for key /x/im/z: Invalid key. Key must not begin with a '/': /x/im/z",
    ],
    [
      ['import', '[{"key":"b","value":"***"}]'],
      'Error base 64 decoding value for key b: illegal base64 data at input byte 0',
    ],
    [['import', '{}'], 'Cannot unmarshal data: expected a list of entries, found an object'],
    [
      ['import', '[{"key":1}]'],
      'Cannot unmarshal data: entry 0: key must be a string, found a number',
    ],
    [
      ['import', '[{"key":"k","flags":-1}]'],
      'Cannot unmarshal data: entry 0: flags must be a whole number from 0 to 2^64 - 1',
    ],
  ])('refuses %j', async (args, message) => {
    expect(await lictor(args)).toEqual(failure(message));
  });

  it('takes a lock and gives it back', async () => {
    store.sessions.set('s', { Name: 's', TTL: '15s' });
    expect(await lictor(['put', '-acquire', '-session=s', 'l', 'x'])).toEqual(
      success('Success! Lock acquired on: l\n'),
    );
    expect(store.pairs.get('l')?.Session).toBe('s');
    expect(await lictor(['put', '-release', '-session=s', 'l', 'y'])).toEqual(
      success('Success! Lock released on: l\n'),
    );
  });

  it('writes with -cas only over the version named', async () => {
    expect((await lictor(['put', '-cas', 'c', '1'])).code).toBe(0);
    expect(await lictor(['put', '-cas', 'c', '2'])).toEqual(
      failure('Error! Did not write to c: CAS performed with index=0 and key already exists.'),
    );
    const index = store.pairs.get('c')!.ModifyIndex;
    expect((await lictor(['put', '-cas', `-modify-index=${index}`, 'c', '3'])).code).toBe(0);
  });
});

describe('kv export and kv import', () => {
  it('export prints what import takes, flags of 64 bits included', async () => {
    expect(await lictor(['import', '@in.json'])).toEqual(success('Imported: im/z\n'));
    const exported = await lictor(['export', 'im/']);
    expect(exported.stdout).toBe(
      '[\n\t{\n\t\t"key": "im/z",\n\t\t"flags": 18446744073709551615,\n\t\t"value": "eg=="\n\t}\n]\n',
    );
    store.pairs.clear();
    await lictor(['import', '-prefix=sub/', '-'], exported.stdout);
    expect([...store.pairs.keys()]).toEqual(['sub/im/z']);
  });

  it('leaves what it wrote before a bad entry', async () => {
    const result = await lictor(['import', '[{"key":"x","value":"YQ=="},{"key":"y","value":"%"}]']);
    expect(result).toMatchObject({ code: 1, stdout: 'Imported: x\n' });
    expect([...store.pairs.keys()]).toEqual(['x']);
  });
});
