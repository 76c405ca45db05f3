import { loadAgentConfig } from '../load-agent-config.ts';
import { ConfigError, renderProblem } from '../problem.ts';
import type { AgentConfig, LoadedAgentConfig } from '../agent-config.ts';
import type { ConfigHost, InterfaceAddress } from '../config-host.ts';

/** One ordinary interface beside loopback. */
export const ONE_INTERFACE: readonly InterfaceAddress[] = [
  { interfaceName: 'lo', address: '127.0.0.1', family: 4, loopback: true },
  { interfaceName: 'lo', address: '::1', family: 6, loopback: true },
  { interfaceName: 'eth0', address: '10.1.2.3', family: 4, loopback: false },
  { interfaceName: 'eth0', address: '2a01::5', family: 6, loopback: false },
];

/**
 * A machine whose files stand in an object, path to text; directories are those that the paths
 * imply.
 */
export function fakeConfigHost(
  files: Readonly<Record<string, string>>,
  interfaces: readonly InterfaceAddress[] = ONE_INTERFACE,
): ConfigHost {
  const isDirectory = (path: string) =>
    Object.keys(files).some((file) => file.startsWith(`${path}/`));
  return {
    readFile(path) {
      const text = files[path];
      if (text === undefined) throw new Error(`ENOENT: ${path}`);
      return text;
    },
    readDirectory(path) {
      const inside = Object.keys(files).filter((file) => file.startsWith(`${path}/`));
      return [
        ...new Set(inside.map((file) => file.slice(path.length + 1).split('/')[0]!)),
      ].toReversed();
    },
    kindOf(path) {
      if (files[path] !== undefined) return 'file';
      return isDirectory(path) ? 'directory' : 'missing';
    },
    hostname: () => 'host-1',
    interfaceAddresses: () => interfaces,
    defaultInterface: () => interfaces.find(({ loopback }) => !loopback)?.interfaceName,
  };
}

export interface TestLoad {
  readonly args?: readonly string[];
  /** Loaded in this order; relative names stand in /etc. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly interfaces?: readonly InterfaceAddress[];
}

/** Loads files and flags; `data_dir` is set, so that a test need not speak of it. */
export function load({ args = [], files = {}, env = {}, interfaces }: TestLoad): LoadedAgentConfig {
  const absolute = Object.fromEntries(
    Object.entries(files).map(([name, text]) => [
      name.startsWith('/') ? name : `/etc/${name}`,
      text,
    ]),
  );
  const fileArgs = Object.keys(files)
    .filter((name) => !name.startsWith('/'))
    .map((name) => `-config-file=${name}`);
  return loadAgentConfig({
    args: ['-data-dir=/data', ...fileArgs, ...args],
    env,
    cwd: '/etc',
    host: fakeConfigHost(absolute, interfaces),
  });
}

/** The configuration of one JSON object. */
export function loadObject(config: object): AgentConfig {
  return load({ files: { 'a.json': JSON.stringify(config) } }).config;
}

export function loadHCL(text: string): AgentConfig {
  return load({ files: { 'a.hcl': text } }).config;
}

/** The rendered problems of a configuration that must not hold. */
export function problemsOf(options: TestLoad): string[] {
  try {
    load(options);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(renderProblem);
    throw error;
  }
  throw new Error('the configuration was accepted');
}

/** Those of one JSON object, a line each. */
export function problemOf(config: object, interfaces?: readonly InterfaceAddress[]): string {
  const files = { 'a.json': JSON.stringify(config) };
  return problemsOf({ files, ...(interfaces && { interfaces }) }).join('\n');
}
