/** Consul's file by which whoever runs a server allows another bootstrap: it holds the index that the last one named. */
import fs from 'node:fs/promises';
import path from 'node:path';

const FILE = 'acl-bootstrap-reset';
/** An index has at most so many digits. */
const MAX_CHARS = 20;

/** The index in the file, 0 without one. The file is removed: it is good for one try. */
export async function takeACLReset(dataDir: string): Promise<number> {
  if (dataDir === '') return 0;
  const file = path.join(dataDir, FILE);
  let text: string;
  try {
    text = await fs.readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
  await fs.rm(file, { force: true });
  const digits = text.slice(0, MAX_CHARS).trim();
  if (!/^\d+$/.test(digits)) throw new Error(`${file} holds no index`);
  return Number(digits);
}
