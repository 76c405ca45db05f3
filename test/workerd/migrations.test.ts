/** The real object opens what every earlier version of the schema left, by the migrator that ships with it. */
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listVersions, markApplied, store, tablesOf } from '../migrations/stored-versions.ts';
import { ControlPlanes, fetchWorker } from '../support/control-planes.ts';
import { findDatabase } from '../support/datacenter-file.ts';

const planes = new ControlPlanes();
const versions = listVersions();
let directory: string;

/** The platform's own tables stay: the file is one that workerd has made. */
function replaceContent(file: string, count: number): void {
  const database = new DatabaseSync(file);
  for (const table of [...tablesOf(database), '__drizzle_migrations'])
    database.exec(`DROP TABLE ${table}`);
  const stored = versions.slice(0, count);
  store(database, stored);
  markApplied(database, stored);
  database.close();
}

beforeEach(async () => {
  directory = planes.temporaryDirectory();
  const plane = await planes.start(directory);
  await fetchWorker(plane, '/v1/kv/made', { method: 'PUT', body: 'by this version' });
  await plane.stop();
});
afterEach(() => planes.stopAll());

describe('a datacenter on disk', () => {
  it.each(versions.map(({ tag }, at) => ({ tag, count: at + 1 })))(
    'of $tag opens whole',
    async ({ count }) => {
      const file = findDatabase(path.join(directory, 'control-plane/storage'));
      replaceContent(file, count);
      const plane = await planes.start(directory);
      const get = async (at: string): Promise<string> => (await fetchWorker(plane, at)).text();
      expect(await get('/v1/kv/app/a?raw')).toBe('two');
      expect(await get('/v1/kv/made')).toBe('');
      expect(await get('/v1/health/service/web?passing')).toContain('"Output":"ok"');
      // The timer of its session ran out long ago: the alarm is armed again, and frees the lock.
      await expect.poll(() => get('/v1/session/list')).toBe('[]');
      expect(await get('/v1/kv/app/lock')).not.toContain('Session');
      const put = await fetchWorker(plane, '/v1/kv/after', { method: 'PUT', body: 'written' });
      expect(await put.text()).toBe('true');
      await plane.stop();

      const again = await planes.start(directory);
      expect(await (await fetchWorker(again, '/v1/kv/after?raw')).text()).toBe('written');
      await again.stop();
      const database = new DatabaseSync(file, { readOnly: true });
      const applied = database.prepare('SELECT COUNT(*) AS n FROM __drizzle_migrations').get();
      expect(applied!['n']).toBe(versions.length);
      database.close();
    },
  );
});
