/**
 * Everything that a command touches beside its arguments. The process provides it in the program (`process-io.ts`), a
 * test provides its own.
 */
import type { Readable, Writable } from 'node:stream';
import type { ConsulClient } from '../client/http-client.ts';

export interface CommandIO {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /**
   * Aborted when the user asks the program to end; the reason is the signal's name. Reading this property takes the
   * signals over from the system, so only commands that act upon it may read it.
   */
  readonly signal: AbortSignal;
  readonly services: CommandServices;
}

/** What the commands need of other parts of the program. `program.ts` provides it; each part is loaded when asked for. */
export interface CommandServices {
  readonly version: VersionInfo;
  configuration(): Promise<ConfigurationServices>;
  meshProxy(): Promise<MeshProxyServices>;
}

export interface VersionInfo {
  /** Without "v". */
  readonly version: string;
  readonly revision: string;
  readonly prerelease: string;
  /** RFC 3339. */
  readonly buildDate: string;
}

export interface ConfigurationServices extends ConfigValidator, ServiceFileReader, HCLReader {}

export type ConfigFormat = 'hcl' | 'json';

export interface ConfigValidator {
  /**
   * Checks files and directories as an agent would when it starts. Throws Error whose message names every problem.
   *
   * @param paths as the user gave them, relative to `cwd`
   * @returns warnings
   */
  validateConfiguration(
    paths: readonly string[],
    options: { readonly format?: ConfigFormat; readonly cwd: string },
  ): Promise<readonly string[]>;
}

export interface ServiceFileReader {
  /**
   * The services defined in configuration files, as bodies of PUT /v1/agent/service/register. Throws Error with the
   * reason when a file does not hold; everything else in the files is checked too, and then left out.
   */
  readServiceFiles(
    paths: readonly string[],
    options: { readonly cwd: string },
  ): Promise<readonly ServiceRegistration[]>;
}

export interface ServiceRegistration {
  readonly Name?: string;
  readonly ID?: string;
  readonly [field: string]: unknown;
}

export interface HCLReader {
  /**
   * HCL 1 or JSON as plain data: a block is an object, a repeated one a list of objects. Throws Error whose message
   * tells line and column.
   *
   * @param name stands in messages
   */
  parseHCL(text: string, name: string): Promise<Record<string, unknown>>;
}

/** The built-in proxy of the mesh. */
export interface MeshProxyServices {
  /** Runs until `signal` is aborted, and a moment longer for connections to end. */
  run(options: MeshProxyOptions): Promise<void>;
}

export interface MeshProxyOptions {
  readonly client: ConsulClient;
  /** What the flags say, or the ID of a proxy that is registered with the agent. */
  readonly source: MeshProxyFlags | { readonly proxyID: string };
  /** Registers the proxy; an ID may tell it from others of the same service. */
  readonly register?: { readonly suffix: string } | undefined;
  readonly log: {
    readonly level: string;
    readonly json: boolean;
    readonly write: (line: string) => void;
  };
  /** Where its counters are shown; nowhere when undefined. */
  readonly metrics?: { readonly host: string; readonly port: number } | undefined;
  readonly signal: AbortSignal;
}

export interface MeshProxyFlags {
  readonly service: string;
  readonly listen?:
    | {
        readonly host: string;
        readonly port: number;
        /** Where the service listens: `host:port`. */
        readonly service: string;
      }
    | undefined;
  readonly upstreams: readonly MeshUpstreamFlag[];
}

export interface MeshUpstreamFlag {
  readonly type: 'service' | 'prepared_query';
  readonly name: string;
  /** '' for loopback. */
  readonly host: string;
  readonly port: number;
}
