import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataDirInUseError, DataDirLock } from './data-dir-lock.ts';

let directory: string;
let children: ChildProcess[];

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-lock-'));
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  fs.rmSync(directory, { recursive: true, force: true });
});

const lockFile = (): string => path.join(directory, 'lictor.lock');

/** Leaves the lock as a process with this id would have. */
const leaveLock = (content: string): void => fs.writeFileSync(lockFile(), content);

/** @returns the first line that the program says */
async function run(program: string, ...args: string[]): Promise<[ChildProcess, string]> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return [child, String(said).trim()];
}

describe('a data directory', () => {
  it('is taken and given back', () => {
    const lock = DataDirLock.acquire(directory);
    expect(fs.readFileSync(lockFile(), 'utf8')).toBe(String(process.pid));
    lock.release();
    expect(fs.existsSync(lockFile())).toBe(false);
  });

  it('of an agent that lives is refused, with its process id and the option', async () => {
    const script = path.join(directory, 'main.cjs');
    fs.writeFileSync(script, 'console.log("up"); setTimeout(() => {}, 60_000);');
    const [child] = await run(process.execPath, script);
    leaveLock(String(child.pid));
    expect(() => DataDirLock.acquire(directory)).toThrow(DataDirInUseError);
    expect(() => DataDirLock.acquire(directory)).toThrow(
      new RegExp(`${child.pid}.*-data-dir`, 's'),
    );
  });

  it.each(['', 'nonsense', '999999999'])('with the lock %j of nobody is taken', (content) => {
    leaveLock(content);
    DataDirLock.acquire(directory).release();
  });

  it('whose process id some other program has by now is taken', async () => {
    const [child] = await run('sh', '-c', 'echo up; exec sleep 60');
    leaveLock(String(child.pid));
    DataDirLock.acquire(directory).release();
  });

  it('of an agent that was killed and never waited for is taken', async () => {
    // It ends as a child of what has become `sleep` by then, which waits for nobody.
    const [, pid] = await run('sh', '-c', 'sleep 0.2 & echo $!; exec sleep 60');
    await expect.poll(() => fs.readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(' Z ');
    leaveLock(pid);
    DataDirLock.acquire(directory).release();
  });
});
