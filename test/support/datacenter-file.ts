/** Where a control plane keeps its datacenter: for tests that look into the file once the program has ended. */
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** @param storage the directory of all objects; relays have files there too */
export function findDatabase(storage: string): string {
  for (const file of fs.readdirSync(storage, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.sqlite')) continue;
    const database = new DatabaseSync(path.join(storage, file), { readOnly: true });
    const found = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'changes'").get();
    database.close();
    if (found !== undefined) return path.join(storage, file);
  }
  throw new Error(`no datacenter below ${storage}`);
}
