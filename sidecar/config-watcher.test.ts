import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ConfigWatcher } from './config-watcher.ts';

let directory: string;
let changes: number;
let watcher: ConfigWatcher;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-config-watcher-'));
  changes = 0;
  watcher = new ConfigWatcher(
    () => changes++,
    (text) => {
      throw new Error(text);
    },
  );
});
afterEach(() => {
  watcher.stop();
  fs.rmSync(directory, { recursive: true, force: true });
});
const write = (name: string): void => fs.writeFileSync(path.join(directory, name), '{}');

it('changes of a directory that come together are one', async () => {
  watcher.watch([directory]);
  write('a.json');
  write('b.json');
  await vi.waitFor(() => expect(changes).toBe(1), { timeout: 5000 });
});

it('a file that is replaced is noticed, its neighbours are not', async () => {
  write('a.json');
  watcher.watch([path.join(directory, 'a.json')]);
  write('other.json');
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(changes).toBe(0);
  write('a.json.new');
  fs.renameSync(path.join(directory, 'a.json.new'), path.join(directory, 'a.json'));
  await vi.waitFor(() => expect(changes).toBe(1), { timeout: 5000 });
});

it('watches nothing more once it is stopped', async () => {
  watcher.stop();
  watcher.watch([directory]);
  write('a.json');
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(changes).toBe(0);
});
