/**
 * Finding the foreign programs that measurements and interop tests need, and saying how to get one that is missing.
 *
 * Nothing is installed from here: a tool that installs on its own surprises people.
 */
import { accessSync, constants, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A program of somebody else that a script of this repository runs. */
export interface ForeignProgram {
  /** What is looked up in PATH. */
  readonly name: string;
  /** What it is needed for, as a clause: "needs NAME (PURPOSE)". */
  readonly purpose: string;
  /** One line that a person can paste. */
  readonly install: string;
  /** Where two versions are wanted, the one of the peers directory and the one of PATH. Absent: whichever is found first. */
  readonly from?: 'peers' | 'path';
}

/** Where the shared build script of the real Consul programs puts its results, unless PEERS says otherwise. */
export function peersDirectory(): string {
  return process.env['PEERS'] ?? path.join(os.homedir(), '.cache/lictor-peers/bin');
}

const debian = (pack: string): string => `apt-get install -y ${pack}`;
const peer = (name: string, module: string): string =>
  `../shared/peers/build.sh ${name}   (or: go install ${module}, with the result in PATH)`;

export const PROGRAMS = {
  wrk: { name: 'wrk', purpose: 'HTTP load', install: debian('wrk') },
  dnsperf: { name: 'dnsperf', purpose: 'DNS load', install: debian('dnsperf') },
  dig: { name: 'dig', purpose: 'DNS queries as people type them', install: debian('dnsutils') },
  curl: { name: 'curl', purpose: 'HTTP requests as people type them', install: debian('curl') },
  haproxy: {
    name: 'haproxy',
    purpose: 'the load balancer of the storefront',
    install: debian('haproxy'),
  },
  consul: {
    name: 'consul',
    purpose: 'the program to compare with',
    install: peer('consul', 'github.com/hashicorp/consul@v1.21.0'),
  },
  consulTemplate: {
    name: 'consul-template',
    purpose: "rendering the load balancer's configuration",
    install: peer('consul-template', 'github.com/hashicorp/consul-template@v0.41.1'),
  },
  serf: {
    name: 'serf',
    purpose: 'members of one gossip pool with ours',
    install: peer('serf', 'github.com/hashicorp/serf/cmd/serf@v0.11.0'),
    from: 'peers',
  },
  debianSerf: {
    name: 'serf',
    purpose: 'members of one gossip pool with ours, of an older version',
    install: debian('serf'),
    from: 'path',
  },
  dnsmasq: {
    name: 'dnsmasq',
    purpose: 'a resolver that forwards one domain to the agent',
    install: debian('dnsmasq'),
  },
  prometheus: {
    name: 'prometheus',
    purpose: 'finding its targets in the catalog',
    install: debian('prometheus'),
  },
  armEmulator: {
    name: 'qemu-aarch64-static',
    purpose: 'trying the arm64 bundle on another machine',
    install: debian('qemu-user-static libstdc++6-arm64-cross libatomic1-arm64-cross'),
  },
  bash: { name: 'bash', purpose: 'completion as it is typed', install: debian('bash') },
  zsh: { name: 'zsh', purpose: 'completion as it is typed', install: debian('zsh') },
  fish: { name: 'fish', purpose: 'completion as it is typed', install: debian('fish') },
  script: { name: 'script', purpose: 'a terminal for the shells', install: debian('bsdutils') },
  systemdNotify: {
    name: 'systemd-notify',
    purpose: 'telling systemd of the state of its unit',
    install: debian('systemd'),
  },
  python: {
    name: 'python3',
    purpose: "Python's client library",
    install: debian('python3 python3-pip'),
  },
  java: {
    name: 'java',
    purpose: "Java's client libraries",
    install: debian('openjdk-17-jdk-headless'),
  },
  maven: { name: 'mvn', purpose: "Java's client libraries", install: debian('maven') },
  go: {
    name: 'go',
    purpose: 'building what is compared with or tested against',
    install: 'see https://go.dev/doc/install',
  },
} as const satisfies Record<string, ForeignProgram>;

// Debian keeps haproxy in /usr/sbin, which a plain user's PATH lacks.
const SYSTEM_DIRECTORIES = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/go/bin'];

/**
 * @param from looks there only
 * @returns the absolute path of `name`, looked up in PATH, the peers directory, then the system's directories.
 */
export function findProgram(name: string, from?: ForeignProgram['from']): string | undefined {
  const inPath = (process.env['PATH'] ?? '').split(path.delimiter).filter((entry) => entry !== '');
  const peers = peersDirectory();
  const directories = {
    peers: [peers],
    // The interop tests have the peers directory in PATH, too.
    path: inPath.filter((directory) => path.resolve(directory) !== path.resolve(peers)),
    any: [...inPath, peers, ...SYSTEM_DIRECTORIES],
  }[from ?? 'any'];
  return directories.map((directory) => path.resolve(directory, name)).find(isExecutable);
}

/** @returns one line for each program that is not there, with the way to install it. */
export function missingPrograms(programs: readonly ForeignProgram[]): string[] {
  return programs
    .filter(({ name, from }) => findProgram(name, from) === undefined)
    .map((program) => `needs ${program.name} (${program.purpose}): ${program.install}`);
}

/** @throws with the way to install it, when the program is not there. */
export function requireProgram(program: ForeignProgram): string {
  const found = findProgram(program.name, program.from);
  if (found === undefined) throw new Error(missingPrograms([program])[0]);
  return found;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
