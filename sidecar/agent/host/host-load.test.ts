import { expect, it, vi } from 'vitest';
import type { ProcessorTimes } from '../../lib/proc-files.ts';
import { HostLoad, type HostReadings } from './host-load.ts';

const times = (user: number, idle: number, iowait = 0): ProcessorTimes => ({
  name: 'cpu0',
  user,
  system: 0,
  idle,
  iowait,
  total: user + idle + iowait,
});

function setUp(changes: Partial<HostReadings> = {}) {
  const processors = vi.fn(async (): Promise<ProcessorTimes[] | null> => [times(25, 75)]);
  const warn = vi.fn();
  const load = new HostLoad({
    dataDir: '/data',
    warn,
    readings: {
      memory: async () => ({ total: 100, free: 40, used: 30, usedPercent: 30, available: 60 }),
      processors,
      disk: async () => ({
        total: 1000,
        free: 500,
        used: 400,
        usedPercent: 44.5,
        inodesTotal: 10,
        inodesUsed: 1,
        inodesFree: 9,
        inodesUsedPercent: 10,
      }),
      uptime: () => 12.7,
      ...changes,
    },
  });
  const all = () =>
    Object.fromEntries(load.gauges().map(({ Name, Value }) => [Name.slice(12), Value]));
  return { load, all, processors, warn };
}

it("has Consul's names, and labels for disk and processor", async () => {
  const { load, all } = setUp();
  await load.measure();
  expect(all()).toMatchObject({
    'memory.total': 100,
    'memory.available': 60,
    'disk.available': 500,
    'disk.inodes_percent': 10,
    uptime: 12,
  });
  const labels = new Set(load.gauges().map(({ Labels }) => JSON.stringify(Labels)));
  expect(labels).toEqual(new Set(['{}', '{"cpu":"cpu0"}', '{"path":"/data"}']));
});

it('shares of a processor are those since it was measured last, waiting for a disk is no idleness', async () => {
  const { load, all, processors } = setUp();
  await load.measure();
  processors.mockResolvedValueOnce([times(35, 125, 40)]);
  await load.measure();
  expect(all()).toMatchObject({
    'cpu.user': 10,
    'cpu.idle': 50,
    'cpu.iowait': 40,
    'cpu.total': 50,
  });
});

it('two measurements within a tick tell nothing of the processor', async () => {
  const { load, all } = setUp();
  await load.measure();
  await load.measure();
  expect(Object.keys(all()).filter((name) => name.startsWith('cpu'))).toEqual([]);
});

it('leaves out what cannot be read, and says so once', async () => {
  const disk = () => Promise.reject(new Error('no such file or directory'));
  const { load, all, warn } = setUp({ disk });
  await load.measure();
  await load.measure();
  expect(Object.keys(all()).filter((name) => name.startsWith('disk'))).toEqual([]);
  expect(all()['memory.free']).toBe(40);
  expect(warn).toHaveBeenCalledTimes(1);
});
