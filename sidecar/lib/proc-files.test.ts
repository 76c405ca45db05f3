import { describe, expect, it } from 'vitest';
import { parseMemory, parseProcessorTimes, parseProcessors } from './proc-files.ts';

describe('/proc/meminfo', () => {
  const text = [
    'MemTotal:       1000 kB',
    'MemFree:         400 kB',
    'MemAvailable:    700 kB',
    'Buffers:          50 kB',
    'Cached:          100 kB',
    'SReclaimable:     50 kB',
    'Active(anon):      9 kB',
    'Active:           70 kB',
    'HugePages_Total:   3',
  ].join('\n');

  it('sizes are bytes, counts are counts, what is missing is 0', () => {
    expect(parseMemory(text)).toMatchObject({
      total: 1_024_000,
      free: 409_600,
      available: 716_800,
      cached: 153_600,
      used: 409_600,
      usedPercent: 40,
      active: 71_680,
      hugePagesTotal: 3,
      swapTotal: 0,
    });
  });

  it.each(['', 'MemTotal: x kB', '\n\n'])('of %j nothing is known', (broken) => {
    expect(new Set(Object.values(parseMemory(broken)))).toEqual(new Set([0]));
  });
});

it('/proc/cpuinfo gives an element for each processor', () => {
  const block = (cpu: number) =>
    `processor\t: ${cpu}\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 1\nmodel name\t: AMD EPYC\n` +
    `cpu MHz\t\t: 2445.4\ncache size\t: 512 KB\ncore id\t\t: ${cpu}\nflags\t\t: fpu vme\n`;
  const found = parseProcessors(`${block(0)}\n${block(1)}\nHardware : none\n`);
  expect(found).toHaveLength(2);
  expect(found[1]).toMatchObject({
    cpu: 1,
    family: '25',
    model: '1',
    modelName: 'AMD EPYC',
    mhz: 2445.4,
    cacheSize: 512,
    coreId: '1',
    flags: ['fpu', 'vme'],
    stepping: 0,
  });
});

it('/proc/stat gives the time of each processor, without that of guests twice', () => {
  const text =
    'cpu  1 1 1 1 1 1 1 1 1 1\ncpu0 10 2 3 70 5 4 3 2 9 1\ncpu1 1 0 0 1 0 0 0 0 0 0\nctxt 5\n';
  const [first, second] = parseProcessorTimes(text);
  expect(first).toEqual({ name: 'cpu0', user: 10, system: 3, idle: 70, iowait: 5, total: 99 });
  expect(second).toMatchObject({ name: 'cpu1', total: 2 });
});
