import { resolve } from 'node:path';
import { Decoder } from './decoder.ts';
import { applyDeprecatedKeys } from './deprecated.ts';
import { parseHCL } from '../../protocol/hcl/hcl-parser.ts';
import { parseJSON } from './json/json-parser.ts';
import { AGENT_KEYS } from './keys/agent-keys.ts';
import { SourceSyntaxError } from '../../protocol/hcl/value-tree.ts';
import type { ConfigHost } from './config-host.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { RawConfig } from './keys/agent-keys.ts';
import type { ValueNode } from '../../protocol/hcl/value-tree.ts';

export type ConfigFormat = 'hcl' | 'json';

/** One text to decode, with the name that errors call it by. */
interface ConfigText {
  readonly name: string;
  readonly format: ConfigFormat;
  readonly text: string;
}

/**
 * Reads the files that `-config-file` and `-config-dir` name, in their order; both may name either
 * (as in Consul).
 *
 * Of a directory come its *.json and *.hcl files in the order of their names, not its
 * sub-directories. `format` makes every file that format, whatever its name.
 */
export class ConfigSources {
  readonly #host: ConfigHost;
  readonly #cwd: string;
  readonly #format: ConfigFormat | undefined;
  readonly #diagnostics: Diagnostics;

  constructor(
    host: ConfigHost,
    cwd: string,
    format: ConfigFormat | undefined,
    diagnostics: Diagnostics,
  ) {
    this.#host = host;
    this.#cwd = cwd;
    this.#format = format;
    this.#diagnostics = diagnostics;
  }

  /**
   * @returns one configuration for each file that could be decoded; the rest has become problems
   */
  load(paths: readonly string[]): RawConfig[] {
    return paths.flatMap((path) => this.#read(path)).flatMap((text) => this.decode(text) ?? []);
  }

  decode({ name, format, text }: ConfigText): RawConfig | undefined {
    // A file that is being written, or is a place-holder: Consul skips it too.
    if (text.trim() === '') return undefined;
    const node = this.#parse(name, format, text);
    if (node === undefined || node.kind === 'null') return undefined;
    if (node.kind !== 'object') {
      this.#diagnostics.problem(
        { source: name, position: node.position },
        '',
        'the file must hold one object',
      );
      return undefined;
    }
    const config = new Decoder(name, this.#diagnostics).decode(node, AGENT_KEYS, '') as RawConfig;
    applyDeprecatedKeys(config, this.#diagnostics);
    liftSingularDefinitions(config);
    return config;
  }

  #parse(name: string, format: ConfigFormat, text: string): ValueNode | undefined {
    try {
      return format === 'hcl' ? parseHCL(text) : parseJSON(text);
    } catch (error) {
      if (!(error instanceof SourceSyntaxError)) throw error;
      this.#diagnostics.problem({ source: name, position: error.position }, '', error.message);
      return undefined;
    }
  }

  #read(path: string): ConfigText[] {
    try {
      const full = resolve(this.#cwd, path);
      switch (this.#host.kindOf(full)) {
        case 'missing':
          this.#diagnostics.problem(
            { source: path },
            '',
            `open ${path}: no such file or directory`,
          );
          return [];
        case 'directory':
          return this.#readDirectory(path, full);
        case 'file':
          return this.#readNamedFile(path, full);
      }
    } catch (error) {
      return this.#unreadable(path, error);
    }
  }

  #readNamedFile(path: string, full: string): ConfigText[] {
    const format = this.#formatOf(path);
    if (format === undefined) {
      const message = 'has unknown extension; must be .hcl or .json, or config format must be set';
      this.#diagnostics.problem({ source: path }, '', message, 'give -config-format=hcl or =json');
      return [];
    }
    return [{ name: path, format, text: this.#host.readFile(full) }];
  }

  #readDirectory(path: string, full: string): ConfigText[] {
    const names = this.#host.readDirectory(full).toSorted(compareBytes);
    return names.flatMap((name) => {
      const file = `${path.replace(/\/+$/, '')}/${name}`;
      const fullFile = resolve(full, name);
      try {
        if (this.#host.kindOf(fullFile) !== 'file') return [];
        const format = this.#formatOf(name);
        if (format !== undefined)
          return [{ name: file, format, text: this.#host.readFile(fullFile) }];
        this.#diagnostics.warn(
          `skipping file ${file}, extension must be .hcl or .json, or config format must be set`,
        );
        return [];
      } catch (error) {
        return this.#unreadable(file, error);
      }
    });
  }

  #formatOf(name: string): ConfigFormat | undefined {
    if (this.#format !== undefined) return this.#format;
    if (name.endsWith('.json')) return 'json';
    return name.endsWith('.hcl') ? 'hcl' : undefined;
  }

  #unreadable(path: string, error: unknown): [] {
    const reason = error instanceof Error ? error.message : String(error);
    this.#diagnostics.problem({ source: path }, '', `cannot be read: ${reason}`);
    return [];
  }
}

/**
 * Go sorts names by their bytes; JavaScript's default order differs from it above the basic plane
 * only.
 */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/**
 * `service` and `check` join the lists of their source: merged as single keys, those of a later
 * file would replace those of an earlier one.
 */
function liftSingularDefinitions(config: RawConfig): void {
  const { service, check } = config;
  if (service !== undefined) config.services = [...(config.services ?? []), service];
  if (check !== undefined) config.checks = [...(config.checks ?? []), check];
  delete config.service;
  delete config.check;
}
