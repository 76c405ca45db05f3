/** The installable bundle, unpacked into an empty directory on a machine that has neither npm nor Node in PATH. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../scripts/programs.ts';
import { AgentProcess } from './agent-process.ts';
import { root, runToEnd } from './run-to-end.ts';

const BUNDLE_LIMIT_MS = 170_000;
const COMMAND_LIMIT_MS = 20_000;
// What a POSIX system has anyway, and the launcher uses.
const SYSTEM_TOOLS = ['sh', 'readlink', 'cat', 'uname'];
const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';

describe('the bundle for this machine', () => {
  let directory: string;
  let installed: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'lictor-bundle-'));
    const args = [
      path.join(root, 'scripts/bundle.mjs'),
      '--arch',
      architecture,
      '--out',
      directory,
    ];
    const made = await runToEnd(process.execPath, args, { limitMs: BUNDLE_LIMIT_MS });
    expect(made.code, made.stderr).toBe(0);
    const sums = await runToEnd('sha256sum', ['-c', 'SHA256SUMS'], {
      limitMs: COMMAND_LIMIT_MS,
      cwd: directory,
    });
    expect(sums.stdout).toMatch(/^lictor-\S+-linux-\S+\.tar\.gz: OK$/m);
    const archive = readdirSync(directory).find((name) => name.endsWith('.tar.gz')) ?? '';
    const empty = path.join(directory, 'empty');
    mkdirSync(empty);
    const unpacked = await runToEnd('tar', ['-xzf', path.join(directory, archive), '-C', empty], {
      limitMs: COMMAND_LIMIT_MS,
    });
    expect(unpacked.code, unpacked.stderr).toBe(0);
    installed = path.join(empty, archive.replace('.tar.gz', ''));
    env = { PATH: bareTools(path.join(directory, 'tools')), HOME: empty };
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('runs where neither node nor npm is in PATH', async () => {
    const looked = await runToEnd('/bin/sh', ['-c', 'command -v node || command -v npm'], {
      limitMs: COMMAND_LIMIT_MS,
      env,
    });
    expect(looked.stdout).toBe('');
    const run = await runToEnd(path.join(installed, 'bin/lictor'), ['version'], {
      limitMs: COMMAND_LIMIT_MS,
      env,
      cwd: installed,
    });
    expect(run.stdout, run.stderr).toMatch(/^Lictor v\d+\.\d+\.\d+/);
    expect(run.code).toBe(0);
  });

  it('serves a datacenter from there', async () => {
    const program = path.join(installed, 'bin/lictor');
    const agent = await AgentProcess.start({ program, env, cwd: installed });
    try {
      const cli = (...args: string[]): ReturnType<typeof runToEnd> =>
        runToEnd(program, args, {
          limitMs: COMMAND_LIMIT_MS,
          env: { ...env, CONSUL_HTTP_ADDR: `127.0.0.1:${agent.http}` },
        });
      const put = await cli('kv', 'put', 'from/bundle', 'here');
      expect(put.code, put.stderr).toBe(0);
      expect((await cli('kv', 'get', 'from/bundle')).stdout.trim()).toBe('here');
    } finally {
      await agent.stop();
    }
  });
});

/** @returns a directory with links to the tools of every system and to nothing else. */
function bareTools(directory: string): string {
  mkdirSync(directory);
  for (const name of SYSTEM_TOOLS) {
    const found = findProgram(name);
    if (found !== undefined) symlinkSync(found, path.join(directory, name));
  }
  return directory;
}
