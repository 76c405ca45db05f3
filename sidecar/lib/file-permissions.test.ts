import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { setFilePermissions } from './file-permissions.ts';

const KEPT = { user: '', group: '', mode: '' };
let directory: string;
let file: string;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-permissions-'));
  file = path.join(directory, 'file');
  fs.writeFileSync(file, '', { mode: 0o644 });
});
afterEach(() => fs.rmSync(directory, { recursive: true }));

it.each([
  ['0600', 0o600],
  ['777', 0o777],
])('the mode %s', (mode, bits) => {
  setFilePermissions(file, { ...KEPT, mode });
  expect(fs.statSync(file).mode & 0o777).toBe(bits);
});

it('the own user and group, by number and by name', () => {
  const { uid, gid } = fs.statSync(file);
  const { username } = os.userInfo();
  setFilePermissions(file, { user: String(uid), group: String(gid), mode: '' });
  setFilePermissions(file, { user: username, group: '', mode: '' });
  expect(fs.statSync(file)).toMatchObject({ uid, gid });
});

it('nothing is changed by what is empty', () => {
  setFilePermissions(file, KEPT);
  expect(fs.statSync(file).mode & 0o777).toBe(0o644);
});

it.each([
  [{ ...KEPT, user: 'no-such-user' }, 'invalid user specified: no-such-user'],
  [{ ...KEPT, group: 'no-such-group' }, 'invalid group specified: no-such-group'],
  [{ ...KEPT, mode: 'rw' }, 'invalid mode specified: rw'],
])('%o is refused', (permissions, message) => {
  expect(() => setFilePermissions(file, permissions)).toThrow(message);
});
