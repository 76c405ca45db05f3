/** What Linux tells of the machine below /proc (proc_meminfo(5), proc_cpuinfo(5), proc_stat(5)), in gopsutil's names. */
import { readFile, readdir } from 'node:fs/promises';
import os from 'node:os';

/** gopsutil's names for the lines of /proc/meminfo. Sizes there are kibibytes, counts have no unit. */
const MEMORY_LINES: Readonly<Record<string, string>> = {
  active: 'Active',
  inactive: 'Inactive',
  buffers: 'Buffers',
  writeBack: 'Writeback',
  dirty: 'Dirty',
  writeBackTmp: 'WritebackTmp',
  shared: 'Shmem',
  slab: 'Slab',
  sreclaimable: 'SReclaimable',
  sunreclaim: 'SUnreclaim',
  pageTables: 'PageTables',
  swapCached: 'SwapCached',
  commitLimit: 'CommitLimit',
  committedAS: 'Committed_AS',
  highTotal: 'HighTotal',
  highFree: 'HighFree',
  lowTotal: 'LowTotal',
  lowFree: 'LowFree',
  swapTotal: 'SwapTotal',
  swapFree: 'SwapFree',
  mapped: 'Mapped',
  vmallocTotal: 'VmallocTotal',
  vmallocUsed: 'VmallocUsed',
  vmallocChunk: 'VmallocChunk',
  hugePagesTotal: 'HugePages_Total',
  hugePagesFree: 'HugePages_Free',
  hugePagesRsvd: 'HugePages_Rsvd',
  hugePagesSurp: 'HugePages_Surp',
  hugePageSize: 'Hugepagesize',
};
const KIBIBYTE = 1024;

export interface MemoryFigures extends Readonly<Record<string, number>> {
  readonly total: number;
  readonly available: number;
  readonly used: number;
  readonly usedPercent: number;
  readonly free: number;
}

/** Bytes by gopsutil's names; lines that a kernel does not have are 0. */
export async function readMemory(): Promise<MemoryFigures> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => null);
  return text === null ? memoryOfNode() : parseMemory(text);
}

/** Where the system is not Linux: reclaimable memory is not told apart there, so `available` equals `free`. */
function memoryOfNode(): MemoryFigures {
  const total = os.totalmem();
  const free = os.freemem();
  const used = total - free;
  return { total, available: free, used, usedPercent: (used / total) * 100, free };
}

export function parseMemory(text: string): MemoryFigures {
  const line = (name: string): number => {
    const [, value, unit] = new RegExp(`^${name}:\\s+(\\d+)( kB)?`, 'm').exec(text) ?? [];
    return Number(value ?? 0) * (unit === undefined ? 1 : KIBIBYTE);
  };
  const total = line('MemTotal');
  const free = line('MemFree');
  const cached = line('Cached') + line('SReclaimable');
  const used = total - free - line('Buffers') - cached;
  const rest = Object.entries(MEMORY_LINES).map(([name, of]) => [name, line(of)]);
  return {
    total,
    available: line('MemAvailable'),
    used,
    usedPercent: total === 0 ? 0 : (used / total) * 100,
    free,
    cached,
    // Known to other systems only.
    wired: 0,
    laundry: 0,
    ...Object.fromEntries(rest),
  };
}

/** One element for each logical processor; null on other systems than Linux. */
export async function readProcessors(): Promise<Record<string, unknown>[] | null> {
  const text = await readFile('/proc/cpuinfo', 'utf8').catch(() => null);
  return text === null ? null : parseProcessors(text);
}

export function parseProcessors(text: string): Record<string, unknown>[] {
  return text
    .split(/\n\s*\n/)
    .filter((block) => /^processor\s*:/m.test(block))
    .map((block) => {
      const line = (name: string): string =>
        new RegExp(`^${name}\\s*: ?(.*)$`, 'm').exec(block)?.[1]?.trim() ?? '';
      return {
        cpu: Number(line('processor')),
        vendorId: line('vendor_id'),
        family: line('cpu family'),
        model: line('model'),
        stepping: Number(line('stepping')) || 0,
        physicalId: line('physical id'),
        coreId: line('core id'),
        cores: 1,
        modelName: line('model name'),
        mhz: Number(line('cpu MHz')) || 0,
        cacheSize: Number.parseInt(line('cache size'), 10) || 0,
        flags: line('flags').split(' ').filter(Boolean),
        microcode: line('microcode'),
      };
    });
}

/** What one logical processor did since the machine started, in ticks that are the same for all. */
export interface ProcessorTimes {
  /** `cpu0`, `cpu1` ... */
  readonly name: string;
  readonly user: number;
  readonly system: number;
  readonly idle: number;
  readonly iowait: number;
  /** With what guests, interrupts and the hypervisor took. */
  readonly total: number;
}

/** Null on other systems than Linux. */
export async function readProcessorTimes(): Promise<ProcessorTimes[] | null> {
  const text = await readFile('/proc/stat', 'utf8').catch(() => null);
  return text === null ? null : parseProcessorTimes(text);
}

/** The kernel has the time of guests in that of users, too, so `guest` and `guest_nice` are left out. */
export function parseProcessorTimes(text: string): ProcessorTimes[] {
  return [...text.matchAll(/^(cpu\d+) +(.*)$/gm)].map(([, name = '', rest = '']) => {
    const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, ...others] = rest
      .split(' ')
      .slice(0, 8)
      .map(Number);
    const total = [user, nice, system, idle, iowait, ...others].reduce((sum, each) => sum + each);
    return { name, user, system, idle, iowait, total };
  });
}

/** Processes that run now; 0 on other systems than Linux. */
export async function countProcesses(): Promise<number> {
  const entries = await readdir('/proc').catch(() => []);
  return entries.filter((name) => /^\d+$/.test(name)).length;
}

/** The type of the file system that is mounted at `path` itself, '' when none is. */
export async function fileSystemType(path: string): Promise<string> {
  const text = await readFile('/proc/self/mounts', 'utf8').catch(() => '');
  const mounts = text.split('\n').map((line) => line.split(' '));
  // The last mount on a directory is the one that is seen.
  return mounts.findLast(([, directory]) => directory === path)?.[2] ?? '';
}

/** An identity of the machine that outlives reboots, '' where the system hides it. */
export async function readHostID(): Promise<string> {
  const product = await readFile('/sys/class/dmi/id/product_uuid', 'utf8').catch(() => '');
  if (product.trim() !== '') return product.trim().toLowerCase();
  const machine = (await readFile('/etc/machine-id', 'utf8').catch(() => '')).trim();
  if (machine.length === 32) {
    return machine.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
}
