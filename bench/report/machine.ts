/** The machine and the versions that a report stands for: figures without them mean nothing. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, statfsSync } from 'node:fs';
import os from 'node:os';
import { findProgram } from '../../scripts/programs.ts';
import type { Contender } from '../agent.ts';

// Magic numbers of statfs(2); others are printed as they are.
const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  0xef53: 'ext4',
  0x58465342: 'xfs',
  0x9123683e: 'btrfs',
  0x01021994: 'tmpfs',
  0x794c7630: 'overlayfs',
};
const GIB = 1024 ** 3;

/** @returns lines of a Markdown list. */
export function describeMachine(
  contenders: readonly Contender[],
  dataDir: string,
  root: string,
): string[] {
  const cpu = os.cpus()[0]?.model ?? 'unknown processor';
  return [
    `date: ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    `machine: ${os.availableParallelism()} cores (${cpu}), ${(os.totalmem() / GIB).toFixed(0)} GiB of memory`,
    `system: ${distribution()}, Linux ${os.release()}, data on ${fileSystem(dataDir)}`,
    ...contenders.map((each) => `${each.name}: ${firstLine(each.program, ['version'])}`),
    `commit: ${execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim()}`,
    `client: ${firstLine(findProgram('wrk'), ['--version'])}; ${dnsperfVersion()}; Node ${process.version}`,
  ];
}

/** @returns the name of the file system that holds `directory`; on tmpfs an fsync costs nothing. */
export function fileSystem(directory: string): string {
  const { type } = statfsSync(directory);
  return FILE_SYSTEMS[type] ?? `a file system of type 0x${type.toString(16)}`;
}

function distribution(): string {
  const release = readFileSync('/etc/os-release', 'utf8');
  return /^PRETTY_NAME="?([^"\n]+)/m.exec(release)?.[1] ?? 'Linux';
}

function firstLine(program: string | undefined, args: string[]): string {
  if (program === undefined) return 'not there';
  // wrk ends with 1 after its version, so the code is not looked at.
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  const line = (stdout || stderr).split('\n').find((each) => each.trim() !== '') ?? '';
  return line.replace(/ Copyright.*/, '').trim();
}

function dnsperfVersion(): string {
  const program = findProgram('dnsperf');
  if (program === undefined) return 'no dnsperf';
  const run = spawnSync(program, ['-h'], { encoding: 'utf8' });
  return `dnsperf ${/Version (\S+)/.exec(`${run.stdout}${run.stderr}`)?.[1] ?? ''}`;
}
