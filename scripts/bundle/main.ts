/**
 * Makes the installable bundles: one archive for each architecture with the built programs, their own Node and workerd.
 *
 * Unpacked anywhere, `bin/lictor` runs without npm, Node or a compiler. The same sources at the same versions give the same
 * bytes.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { packDirectory, writeChecksums } from './archive.ts';
import { ARCHITECTURES, type Architecture } from './architecture.ts';
import { assemble } from './assemble.ts';

const USAGE = `usage: npm run bundle -- [options]
  --arch x64|arm64   only this one (may be repeated; both unless given)
  --out DIR          where the archives go (dist/bundle unless given)`;

const root = fileURLToPath(new URL('../..', import.meta.url));

/** @returns the exit code: 0 when all archives stand, 1 when one could not be made, 2 for a wrong option. */
export async function main(args: readonly string[]): Promise<number> {
  let architectures: Architecture[];
  let out: string;
  try {
    ({ architectures, out } = parseOptions(args));
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  mkdirSync(out, { recursive: true });
  // Beside the result, not in the system's temporary directory: a bundle unpacked is 300 MB, and /tmp may be memory.
  const work = mkdtempSync(path.join(out, '.work-'));
  try {
    build();
    const archives: string[] = [];
    for (const architecture of architectures) {
      const name = `lictor-${version}-linux-${architecture}`;
      assemble({ root, architecture, version, directory: path.join(work, name), work });
      const archive = path.join(out, `${name}.tar.gz`);
      await packDirectory(work, name, archive);
      rmSync(path.join(work, name), { recursive: true });
      archives.push(archive);
      console.log(archive);
    }
    console.log(writeChecksums(out, archives));
    return 0;
  } catch (error) {
    console.error(`bundle: ${(error as Error).message}`);
    return 1;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function parseOptions(args: readonly string[]): { architectures: Architecture[]; out: string } {
  const { values } = parseArgs({
    args: [...args],
    options: { arch: { type: 'string', multiple: true }, out: { type: 'string' } },
  });
  const known = Object.keys(ARCHITECTURES) as Architecture[];
  const unknown = (values.arch ?? []).find((arch) => !known.includes(arch as Architecture));
  if (unknown !== undefined) throw new Error(`--arch wants ${known.join(' or ')}, not ${unknown}`);
  return {
    architectures: (values.arch as Architecture[] | undefined) ?? known,
    out: path.resolve(values.out ?? path.join(root, 'dist/bundle')),
  };
}

function build(): void {
  const run = spawnSync(process.execPath, [path.join(root, 'scripts/build.mjs'), '--if-needed'], {
    stdio: 'inherit',
  });
  if (run.status !== 0) throw new Error('the build failed');
}
