import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeACLReset } from './acl-reset.ts';

let directory: string;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-acl-'));
});
afterEach(() => fs.rmSync(directory, { recursive: true }));

describe('the reset file', () => {
  it('is good for one try', async () => {
    fs.writeFileSync(path.join(directory, 'acl-bootstrap-reset'), ' 17\n');
    expect(await takeACLReset(directory)).toBe(17);
    expect(await takeACLReset(directory)).toBe(0);
  });

  it.each(['', 'seventeen', '-1'])('refuses %j, and is gone all the same', async (text) => {
    fs.writeFileSync(path.join(directory, 'acl-bootstrap-reset'), text);
    await expect(takeACLReset(directory)).rejects.toThrow('holds no index');
    expect(await takeACLReset(directory)).toBe(0);
  });

  it('is looked for nowhere without a data directory', async () => {
    expect(await takeACLReset('')).toBe(0);
  });
});
