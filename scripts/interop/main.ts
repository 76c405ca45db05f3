/**
 * Runs the tests that need programs of others.
 *
 * Looks first whether all of them are there, says plainly which are not and how to install them, and fails then: a test that
 * skips itself looks like one that passed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram, missingPrograms, peersDirectory, PROGRAMS } from '../programs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Where a checkout of the shared material has its build script; other checkouts bring consul-template in PATH. */
const PEERS_BUILD = path.join(root, '../shared/peers/build.sh');
const NEEDED = [
  PROGRAMS.haproxy,
  PROGRAMS.consulTemplate,
  PROGRAMS.dig,
  PROGRAMS.curl,
  PROGRAMS.wrk,
  PROGRAMS.dnsperf,
  PROGRAMS.dnsmasq,
  PROGRAMS.prometheus,
  PROGRAMS.python,
  PROGRAMS.consul,
  PROGRAMS.go,
  PROGRAMS.serf,
  PROGRAMS.debianSerf,
  PROGRAMS.bash,
  PROGRAMS.zsh,
  PROGRAMS.fish,
  PROGRAMS.script,
];

/** @param args go to vitest: names of files, `-t PATTERN`. @returns the exit code. */
export function main(args: readonly string[]): number {
  buildPeers();
  const missing = missingPrograms(NEEDED);
  if (missing.length > 0) {
    console.error(['interop tests cannot run: programs are missing', ...missing].join('\n  '));
    return 1;
  }
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const config = path.join(root, 'test/interop/vitest.config.ts');
  // The storefront takes its programs from PATH, as on anybody's machine.
  const env = {
    ...process.env,
    PATH: `${process.env['PATH'] ?? ''}${path.delimiter}${peersDirectory()}`,
  };
  const report = path.join(root, 'test-output/interop.json');
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${report}`];
  const run = spawnSync(
    process.execPath,
    [vitest, 'run', '--config', config, ...reporters, ...args],
    { cwd: root, stdio: 'inherit', env },
  );
  const status = run.status ?? 1;
  if (existsSync(report)) printCounts(report, status);
  return status;
}

/** The last line, as of every stage. A file that does not even load has no failed test of its own. */
function printCounts(report: string, status: number): void {
  const counts = JSON.parse(readFileSync(report, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
  };
  const failed = status === 0 ? counts.numFailedTests : Math.max(1, counts.numFailedTests);
  console.log(`\n${counts.numPassedTests} passed, ${failed} failed`);
}

/** Peers of this product that are built from source. */
const PEERS = [PROGRAMS.consulTemplate, PROGRAMS.consul, PROGRAMS.serf];

/** Builds the peers where their build script and Go are at hand; else the preflight will say what is missing. */
function buildPeers(): void {
  const missing = PEERS.filter((peer) => missingPrograms([peer]).length > 0);
  if (missing.length === 0 || !existsSync(PEERS_BUILD)) return;
  const go = findProgram(PROGRAMS.go.name);
  if (go === undefined) {
    console.error(missingPrograms([PROGRAMS.go])[0]);
    return;
  }
  const env = {
    ...process.env,
    PATH: `${process.env['PATH'] ?? ''}${path.delimiter}${path.dirname(go)}`,
  };
  for (const { name } of missing) spawnSync(PEERS_BUILD, [name], { stdio: 'inherit', env });
}
