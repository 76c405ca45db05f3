/** Both ways to start a program keep the same contract. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadPosixSpawn } from './posix-spawn.ts';
import { type ProgramOptions, startProgram } from './start-program.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'start-program-'));
afterAll(() => rmSync(folder, { recursive: true }));

const native = loadPosixSpawn();
const hasNative = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

it('posix_spawn is there on the platforms that the packages are made for', () => {
  expect(native !== null).toBe(hasNative);
});

const WAYS = [
  ['fork', null],
  ...(native === null ? [] : ([['posix_spawn', native]] as const)),
] as const;

describe.each(WAYS)('by %s', (_, posixSpawn) => {
  const start = (args: readonly string[], more: Partial<ProgramOptions> = {}) => {
    const chunks: Buffer[] = [];
    const onOutput = (chunk: Buffer): void => void chunks.push(chunk);
    const program = startProgram({ args, onOutput, pipeGraceMs: 100, posixSpawn, ...more });
    return { ...program, text: () => Buffer.concat(chunks).toString() };
  };
  const run = async (args: readonly string[]): Promise<{ code: number | null; text: string }> => {
    const program = start(args);
    const code = await program.ended;
    return { code, text: program.text() };
  };
  const sh = (script: string): Promise<{ code: number | null; text: string }> =>
    run(['sh', '-c', script]);

  it.each([
    ['exit 0', 0, ''],
    ['exit 1', 1, ''],
    ['exit 255', 255, ''],
    ['kill -KILL $$', null, ''],
    // Node ignores SIGPIPE; a program that it starts must not.
    ['kill -PIPE $$; exit 3', null, ''],
    ['echo out; echo err >&2; exit 2', 2, 'out\nerr\n'],
    ['cat; echo end', 0, 'end\n'],
    ['printf %s "$HOME"', 0, process.env['HOME'] ?? ''],
    ['pwd', 0, `${process.cwd()}\n`],
  ])('%s', async (script, code, text) => {
    expect(await sh(script)).toEqual({ code, text });
  });

  it('arguments arrive as they were written', async () => {
    const args = ['', ' ', `"'\\`, 'a\nb', '$HOME', '`id`', 'ä€😀', '-n', '*'];
    const { text } = await run(['sh', '-c', 'for a; do printf "<%s>" "$a"; done', 'sh', ...args]);
    expect(text).toBe(args.map((arg) => `<${arg}>`).join(''));
  });

  it('the environment is that of the moment', async () => {
    process.env['START_PROGRAM_TEST'] = 'later';
    const { text } = await sh('printf %s "$START_PROGRAM_TEST"');
    delete process.env['START_PROGRAM_TEST'];
    expect(text).toBe('later');
    expect((await sh('printf %s "$START_PROGRAM_TEST"')).text).toBe('');
  });

  it('an output larger than any pipe is taken whole', async () => {
    const { code, text } = await sh('yes 0123456789 | head -c 1000000');
    expect([code, text.length]).toEqual([0, 1_000_000]);
  });

  it.each([
    [['no-such-program-anywhere'], 'ENOENT'],
    [['/no/such/program'], 'ENOENT'],
    [[path.join(folder, 'plain')], 'EACCES'],
    [[folder], 'EACCES'],
  ])('%j cannot be started', async (args, code) => {
    writeFileSync(path.join(folder, 'plain'), 'text', { mode: 0o600 });
    await expect(Promise.resolve().then(() => start(args).ended)).rejects.toMatchObject({ code });
  });

  it.each([[['']], [['sh', '-c', 'echo a\0b']]])('%j is refused', (args) => {
    expect(() => start(args)).toThrow();
  });

  it('leads a group, which is killed with it and after it', async () => {
    const { text, kill, ended } = start(['sh', '-c', 'sleep 61 & echo $$ $!; wait']);
    await expect.poll(text).toMatch(/^\d+ \d+\n/);
    const [leader = 0, child = 0] = text().split(' ').map(Number);
    expect(groupOf(child)).toBe(leader);
    kill();
    expect(await ended).toBeNull();
    await expect.poll(() => isRunning(child)).toBe(false);
    const left = start(['sh', '-c', 'sleep 62 >/dev/null 2>&1 & echo $!']);
    expect(await left.ended).toBe(0);
    const orphan = Number(left.text());
    expect(isRunning(orphan)).toBe(true);
    left.kill();
    await expect.poll(() => isRunning(orphan)).toBe(false);
    // Of a group that is no more.
    left.kill();
  });

  it('does not wait for a descendant that holds the pipe', async () => {
    const startedAt = performance.now();
    const { ended, text, kill } = start(['sh', '-c', 'echo first; sleep 63 & exit 4']);
    expect(await ended).toBe(4);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(text()).toBe('first\n');
    kill();
  });

  it.runIf(process.platform === 'linux')('inherits no descriptor but its three', async () => {
    const { text } = await sh('ls /proc/$$/fd; exit');
    // A shell keeps what is its own under numbers from ten.
    expect(text.split('\n').filter((fd) => /^\d$/.test(fd))).toEqual(['0', '1', '2']);
  });

  it.runIf(process.platform === 'linux')('leaves neither zombies nor descriptors', async () => {
    await sh('exit 0');
    const before = readdirSync('/proc/self/fd').length;
    const codes = await Promise.all(Array.from({ length: 60 }, (_x, i) => sh(`exit ${i}`)));
    expect(codes.map(({ code }) => code)).toEqual(Array.from({ length: 60 }, (_x, i) => i));
    for (let i = 0; i < 10; i++) await run(['/no/such/program']).catch(() => {});
    // Sockets are closed in a later turn than their programs end.
    await expect.poll(() => readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before + 1);
    await expect.poll(zombies).toEqual([]);
  });
});

const statOf = (pid: number | string): string[] => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
};

const groupOf = (pid: number): number => Number(statOf(pid)[2]);

/** A zombie has ended: whoever adopted it only has not asked yet. */
function isRunning(pid: number): boolean {
  try {
    return statOf(pid)[0] !== 'Z';
  } catch {
    return false;
  }
}

const zombies = (): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const [state, parent] = statOf(pid);
        return state === 'Z' && Number(parent) === process.pid;
      } catch {
        return false;
      }
    });
