/** Lays out the directory that becomes an archive. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { ARCHITECTURES, type Architecture } from './architecture.ts';
import { fetchProgram, lockedIntegrity } from './native-package.ts';

export interface AssembleOptions {
  readonly root: string;
  readonly architecture: Architecture;
  readonly version: string;
  readonly directory: string;
  /** For what is unpacked on the way. */
  readonly work: string;
}

const DOCUMENTS = ['LICENSE', 'README.md', 'CHANGELOG.md', 'SECURITY.md'];

/** `bin/lictor` looks for Node under `node/bin`, the program for workerd under `workerd/bin`, both beside `dist`. */
export function assemble(options: AssembleOptions): void {
  const { root, directory, version, work } = options;
  const to = (...parts: string[]): string => path.join(directory, ...parts);
  for (const folder of ['bin', 'dist']) mkdirSync(to(folder), { recursive: true });
  copyFileSync(path.join(root, 'bin/lictor'), to('bin/lictor'));
  chmodSync(to('bin/lictor'), 0o755);
  const programs = readdirSync(path.join(root, 'dist')).filter((name) => /\.c?js$/.test(name));
  for (const name of programs) copyFileSync(path.join(root, 'dist', name), to('dist', name));
  for (const name of DOCUMENTS) {
    if (existsSync(path.join(root, name))) copyFileSync(path.join(root, name), to(name));
  }
  // Without "type" Node would take the programs for CommonJS.
  writeFileSync(
    to('package.json'),
    `${JSON.stringify({ name: 'lictor', version, type: 'module', private: true }, null, 2)}\n`,
  );
  fetchNatives(options, work, to);
}

function fetchNatives(
  options: AssembleOptions,
  work: string,
  to: (...parts: string[]) => string,
): void {
  const names = ARCHITECTURES[options.architecture];
  const { dependencies, optionalDependencies } = JSON.parse(
    readFileSync(path.join(options.root, 'package.json'), 'utf8'),
  ) as {
    dependencies: { node: string; workerd: string };
    optionalDependencies: Record<string, string>;
  };
  const native = (
    name: string,
    version: string,
    file: string,
  ): Parameters<typeof fetchProgram>[0] => ({
    name,
    version,
    file,
    integrity: lockedIntegrity(options.root, name),
  });
  fetchProgram(native(names.node, dependencies.node, 'bin/node'), work, to('node/bin/node'));
  fetchProgram(
    native(names.workerd, dependencies.workerd, 'bin/workerd'),
    work,
    to('workerd/bin/workerd'),
  );
  // Where the programs look for it; with this Node it is always the build for glibc.
  const { koffi } = names;
  fetchProgram(
    native(koffi, optionalDependencies[koffi]!, `linux_${options.architecture}/koffi.node`),
    work,
    to('node_modules', koffi, 'lib/koffi.node'),
  );
  writeFileSync(
    to('node_modules', koffi, 'package.json'),
    `${JSON.stringify({ name: koffi, main: 'lib/koffi.node' }, null, 2)}\n`,
  );
}
