/**
 * Client libraries from their registries, kept in `test-output/clients` so that they are fetched once.
 *
 * They are no dependencies of the project: nothing but these tests may use them.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { PROGRAMS, requireProgram } from '../../../scripts/programs.ts';
import { root, runToEnd } from '../run-to-end.ts';

const CLIENTS = path.join(root, 'test-output/clients');
/** A first build of Go takes longest: it compiles what the program imports. */
const INSTALL_LIMIT_MS = 170_000;

/** @returns the directory for PYTHONPATH */
export async function installPythonPackage(requirement: string): Promise<string> {
  const target = path.join(CLIENTS, `python-${requirement}`);
  if (!existsSync(target)) {
    const args = ['-m', 'pip', 'install', '--quiet', '--target', target, requirement];
    await install(requireProgram(PROGRAMS.python), args);
  }
  return target;
}

/** @returns the `node_modules` directory that holds it */
export async function installNodePackage(requirement: string): Promise<string> {
  const prefix = path.join(CLIENTS, `node-${requirement}`);
  const modules = path.join(prefix, 'node_modules');
  if (!existsSync(modules)) {
    const flags = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts'];
    await install('npm', ['install', '--prefix', prefix, ...flags, requirement]);
  }
  return modules;
}

/** @param folder with a pom.xml that names them. @returns the directory of their archives */
export async function installJavaPackages(folder: string): Promise<string> {
  const target = path.join(CLIENTS, path.basename(folder));
  if (!existsSync(target)) {
    const pom = path.join(folder, 'pom.xml');
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${target}`];
    await install(requireProgram(PROGRAMS.maven), ['-q', '-B', '-f', pom, ...goal]);
  }
  return target;
}

/** Builds a Go program that stands in `folder`. @returns its path */
export async function buildGoProgram(folder: string): Promise<string> {
  const program = path.join(CLIENTS, path.basename(folder));
  // Go's own cache makes an unchanged build cheap.
  await install(requireProgram(PROGRAMS.go), ['build', '-C', folder, '-o', program, '.']);
  return program;
}

async function install(program: string, args: readonly string[]): Promise<void> {
  const run = await runToEnd(program, args, { limitMs: INSTALL_LIMIT_MS });
  if (run.code !== 0) throw new Error(`${program} ${args.join(' ')}\n${run.stdout}${run.stderr}`);
}
