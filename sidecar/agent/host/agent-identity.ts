/** Who this agent is: its node ID, made once and remembered in data_dir. */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @returns the configured ID, or the one remembered in `dataDir`, or a new one that is remembered from now on */
export function nodeIDOf(configured: string, dataDir: string): string {
  if (configured !== '') return configured.toLowerCase();
  const file = path.join(dataDir, 'node-id');
  const known = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().toLowerCase() : '';
  if (UUID.test(known)) return known;
  const made = randomUUID();
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  fs.writeFileSync(file, `${made}\n`, { mode: 0o600 });
  return made;
}
