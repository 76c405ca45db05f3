/** Which datacenter this agent belongs to: remembered in data_dir, so that a foreign one of the same name is refused after a restart too. */
import fs from 'node:fs';
import path from 'node:path';

const FILE = 'datacenter-uuid';

/** @returns '' before the first link */
export function readDatacenterUUID(dataDir: string): string {
  const file = path.join(dataDir, FILE);
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : '';
}

export function storeDatacenterUUID(dataDir: string, uuid: string): void {
  if (readDatacenterUUID(dataDir) === uuid) return;
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  fs.writeFileSync(path.join(dataDir, FILE), `${uuid}\n`, { mode: 0o600 });
}
