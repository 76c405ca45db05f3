/** The installable bundle, unpacked into an empty directory on a machine that has neither npm nor Node in PATH. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram, PROGRAMS, requireProgram } from '../../scripts/programs.ts';
import { AgentProcess } from './agent-process.ts';
import { root, runToEnd } from './run-to-end.ts';

const BUNDLE_LIMIT_MS = 170_000;
const COMMAND_LIMIT_MS = 20_000;
// What a POSIX system has anyway, and the launcher uses.
const SYSTEM_TOOLS = ['sh', 'readlink', 'cat', 'uname'];
/** Where Debian's libraries for the other architecture lie. */
const ARM_LIBRARIES = '/usr/aarch64-linux-gnu';
const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';

describe('the bundle for this machine', () => {
  let directory: string;
  let installed: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'lictor-bundle-'));
    installed = await installBundle(architecture, directory);
    env = { PATH: bareTools(path.join(directory, 'tools')), HOME: path.dirname(installed) };
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

describe.runIf(process.arch === 'x64')('the bundle for arm64, emulated', () => {
  let directory: string;
  let installed: string;
  const run = (file: string, ...args: string[]): ReturnType<typeof runToEnd> =>
    runToEnd(
      requireProgram(PROGRAMS.armEmulator),
      ['-L', ARM_LIBRARIES, path.join(installed, file), ...args],
      { limitMs: COMMAND_LIMIT_MS, cwd: installed },
    );

  beforeAll(async () => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'lictor-bundle-'));
    installed = await installBundle('arm64', directory);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('its Node runs its program', async () => {
    const version = await run('node/bin/node', 'dist/main.cjs', 'version');
    expect(version.stdout, version.stderr).toMatch(/^Lictor v\d+\.\d+\.\d+/);
    expect((await run('node/bin/node', '-p', 'process.arch')).stdout.trim()).toBe('arm64');
  });

  it('its control plane starts', async () => {
    const version = await run('workerd/bin/workerd', '--version');
    expect(version.stdout, version.stderr).toMatch(/^workerd \d{4}-\d{2}-\d{2}/);
  });
});

/** Makes a bundle, checks its sum, and unpacks it into an empty directory. @returns where it lies */
async function installBundle(arch: string, directory: string): Promise<string> {
  const script = path.join(root, 'scripts/bundle.mjs');
  const made = await runToEnd(process.execPath, [script, '--arch', arch, '--out', directory], {
    limitMs: BUNDLE_LIMIT_MS,
  });
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
  return path.join(empty, archive.replace('.tar.gz', ''));
}

/** @returns a directory with links to the tools of every system and to nothing else. */
function bareTools(directory: string): string {
  mkdirSync(directory);
  for (const name of SYSTEM_TOOLS) {
    const found = findProgram(name);
    if (found !== undefined) symlinkSync(found, path.join(directory, name));
  }
  return directory;
}
