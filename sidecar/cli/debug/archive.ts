/** Packs a folder of recorded files into `<folder>.tar.gz`, in the folder's place. */
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { packTar } from 'modern-tar';

export async function packFolder(folder: string): Promise<void> {
  const names = (await readdir(folder)).toSorted();
  const files = await Promise.all(
    names.map(async (file) => {
      const data = await readFile(join(folder, file));
      const header = { name: `${basename(folder)}/${file}`, size: data.length, mode: 0o600 };
      return { header, body: new Uint8Array(data) };
    }),
  );
  const archive = await promisify(gzip)(await packTar(files));
  await writeFile(`${folder}.tar.gz`, archive, { mode: 0o600 });
  await rm(folder, { recursive: true });
}
