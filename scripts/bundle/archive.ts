/** Archives with the same bytes for the same content, and their checksums. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

// Fixed owner, order and time, else two builds of one source would differ. Needs GNU tar.
const REPRODUCIBLE = [
  '--sort=name',
  '--mtime=@0',
  '--owner=0',
  '--group=0',
  '--numeric-owner',
  '--format=ustar',
];

/** Packs `parent/name` so that it unpacks to a directory `name`. */
export async function packDirectory(parent: string, name: string, archive: string): Promise<void> {
  const tar = spawn('tar', ['-c', ...REPRODUCIBLE, '-C', parent, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve, reject) => {
    tar.once('error', reject);
    tar.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`tar ended with ${code}`)),
    );
  });
  await Promise.all([ended, pipeline(tar.stdout, createGzip(), createWriteStream(archive))]);
}

/**
 * Writes SHA256SUMS beside the archives, in the form that `sha256sum -c` reads.
 *
 * @returns its path.
 */
export function writeChecksums(directory: string, archives: readonly string[]): string {
  const lines = archives.map((archive) => {
    const digest = createHash('sha256').update(readFileSync(archive)).digest('hex');
    return `${digest}  ${path.basename(archive)}\n`;
  });
  const file = path.join(directory, 'SHA256SUMS');
  writeFileSync(file, lines.join(''));
  return file;
}
