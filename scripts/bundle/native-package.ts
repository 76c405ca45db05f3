/** Gets a file out of an npm package that is made for another machine than this one. */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

export interface NativeProgram {
  readonly name: string;
  readonly version: string;
  /** The program, relative to the package. */
  readonly file: string;
  /** What the lock file says of the package; undefined when it stands there under another package's name only. */
  readonly integrity: string | undefined;
}

interface PackResult {
  readonly filename: string;
  readonly integrity: string;
}

/**
 * Fetches the package with `npm pack`, which checks the archive against the registry's checksum, and copies its program and licence.
 *
 * @param work a directory for the archive; emptied of it again.
 * @throws when npm is missing, the package does not exist, or its checksum is not the lock file's.
 */
export function fetchProgram(program: NativeProgram, work: string, destination: string): void {
  const unpacked = path.join(work, 'package');
  const { filename, integrity } = pack(program, work);
  if (program.integrity !== undefined && integrity !== program.integrity) {
    throw new Error(
      `${program.name}@${program.version} has the checksum ${integrity}, the lock file says ${program.integrity}`,
    );
  }
  run('tar', ['-xzf', path.join(work, filename), '-C', work]);
  mkdirSync(path.dirname(destination), { recursive: true });
  copyFileSync(path.join(unpacked, program.file), destination);
  chmodSync(destination, 0o755);
  const licence = path.join(unpacked, 'LICENSE');
  if (existsSync(licence))
    copyFileSync(licence, path.join(path.dirname(destination), '..', 'LICENSE'));
  rmSync(unpacked, { recursive: true });
  rmSync(path.join(work, filename));
}

/** @returns the checksum that package-lock.json holds for an installed package. */
export function lockedIntegrity(root: string, name: string): string | undefined {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { integrity?: string }>;
  };
  return lock.packages[`node_modules/${name}`]?.integrity;
}

function pack(program: NativeProgram, work: string): PackResult {
  const out = run('npm', [
    'pack',
    `${program.name}@${program.version}`,
    '--json',
    '--pack-destination',
    work,
  ]);
  const parsed = JSON.parse(out) as PackResult[] | Record<string, PackResult>;
  // npm 11 prints a list; later ones an object by package name.
  const [result] = Object.values(parsed);
  if (result === undefined) throw new Error(`npm packed nothing for ${program.name}`);
  // Scoped names: npm has reported `@scope/x.tgz` for the file `scope-x.tgz`.
  return { ...result, filename: result.filename.replace(/^@/, '').replaceAll('/', '-') };
}

function run(command: string, args: readonly string[]): string {
  const result = spawnSync(command, args, { encoding: 'utf8' });
  if (result.error !== undefined)
    throw new Error(`${command} cannot be run: ${result.error.message}`);
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${result.stderr}`);
  return result.stdout;
}
