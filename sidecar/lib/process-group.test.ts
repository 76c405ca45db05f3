import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it, vi } from 'vitest';
import { killGroup } from './process-group.ts';

afterEach(() => void vi.restoreAllMocks());

it('ends the whole group, and does nothing to one that has ended', async () => {
  const child = spawn('sh', ['-c', 'sleep 60 & wait'], { detached: true, stdio: 'ignore' });
  killGroup(child);
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  killGroup(child);
});

it('a program that runs as somebody else is left to itself', () => {
  const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
  });
  killGroup({ pid: 2 ** 22 + 1 });
  expect(kill).toHaveBeenCalledOnce();
});
