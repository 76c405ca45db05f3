import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** A path from the root of the repository, with `/` between its parts. */
export type ProjectPath = string;

const CODE = /\.(ts|mjs|js)$/;
const TEST = /\.test\.ts$/;

/** Every file that is not ignored. A walk, not `git ls-files`: an unpacked archive has no index. */
export function listFiles(): ProjectPath[] {
  const ignored = ignoredNames();
  const found: ProjectPath[] = [];
  const visit = (folder: ProjectPath): void => {
    for (const entry of fs.readdirSync(path.join(ROOT, folder), { withFileTypes: true })) {
      if (ignored.some((pattern) => pattern.test(entry.name))) continue;
      const child = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) visit(child);
      else if (entry.isFile()) found.push(child);
    }
  };
  visit('');
  return found.toSorted();
}

/** The lines of .gitignore are plain names here, some with a star; that is all this understands. */
function ignoredNames(): RegExp[] {
  const lines = read('.gitignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return ['.git', ...lines].map((line) => {
    const name = line.replace(/^\//, '').replace(/\/$/, '');
    const escaped = name.replaceAll('.', '\\.').replaceAll('*', '.*');
    return new RegExp(`^${escaped}$`);
  });
}

export function read(file: ProjectPath): string {
  return fs.readFileSync(path.join(ROOT, file), 'utf8');
}

export const isCode = (file: ProjectPath): boolean => CODE.test(file) && !isGenerated(file);
export const isTest = (file: ProjectPath): boolean => TEST.test(file);

/** Helpers of tests: what stands below `test/` or in a folder named `testing`. They are not shipped. */
export const isTestSupport = (file: ProjectPath): boolean =>
  file.startsWith('test/') || file.includes('/testing/');

/** Written by drizzle-kit or by vitest, in their own style. */
export const isGenerated = (file: ProjectPath): boolean =>
  file.startsWith('migrations/') || file.includes('/__snapshots__/');

export const folderOf = (file: ProjectPath): ProjectPath =>
  file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '';
