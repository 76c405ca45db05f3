import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeIDOf } from './agent-identity.ts';

describe('node ID', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-identity-'));
  });
  afterEach(() => fs.rmSync(dataDir, { recursive: true }));

  it('is the one that was configured, and is not remembered', () => {
    const configured = '11111111-2222-3333-4444-55555555555A';
    expect(nodeIDOf(configured, dataDir, '')).toBe(configured.toLowerCase());
    expect(fs.readdirSync(dataDir)).toEqual([]);
  });

  it('is random without a host ID, and remembered', () => {
    const made = nodeIDOf('', dataDir, '');
    expect(made).toMatch(/^[0-9a-f-]{36}$/);
    expect(nodeIDOf('', dataDir, '')).toBe(made);
    fs.rmSync(path.join(dataDir, 'node-id'));
    expect(nodeIDOf('', dataDir, '')).not.toBe(made);
  });

  it('is made of the host ID, as Consul 1.21 made this one', () => {
    const made = nodeIDOf('', dataDir, '3d1219c7-c4c5-404a-aa1f-6d2a48adfda4');
    expect(made).toBe('333a158e-0d38-e425-ad6a-b7db4732c648');
    // What is remembered comes first: a disk that moves to another machine keeps its node.
    expect(nodeIDOf('', dataDir, '00000000-0000-0000-0000-000000000001')).toBe(made);
  });

  it('is random where the host ID is no UUID', () => {
    expect(nodeIDOf('', dataDir, 'none')).not.toBe(
      nodeIDOf('', fs.mkdtempSync(`${dataDir}/x`), 'none'),
    );
  });
});
