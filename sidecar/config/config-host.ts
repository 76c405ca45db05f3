/**
 * What the loader needs of the machine it runs on. `node-config-host.ts` is the real one; tests
 * give their own.
 *
 * The calls are synchronous: a configuration is read once at start and once at each reload, and is
 * small.
 */
export interface ConfigHost {
  /** The text of a file (UTF-8). Throws what the file system says. */
  readFile(path: string): string;
  /** Names in a directory, in any order. Throws what the file system says. */
  readDirectory(path: string): string[];
  /** What stands at a path, symbolic links followed. */
  kindOf(path: string): 'file' | 'directory' | 'missing';
  /** The name of this host, from which the node's name is taken when nothing else is said. */
  hostname(): string;
  /** Addresses of all interfaces, in the system's order. */
  interfaceAddresses(): readonly InterfaceAddress[];
  /** The name of the interface that carries the default route; undefined where there is none, or the system does not tell. */
  defaultInterface(): string | undefined;
}

export interface InterfaceAddress {
  readonly interfaceName: string;
  /** Without prefix length and zone. */
  readonly address: string;
  readonly family: 4 | 6;
  readonly loopback: boolean;
  /** Of its network; absent for an address that stands for itself. */
  readonly prefixBits?: number;
}
