/** How full a file system is, in gopsutil's names (disk.UsageStat). */
import { statfs } from 'node:fs/promises';

export interface DiskUsage {
  /** Bytes. */
  readonly total: number;
  /** Bytes that an ordinary user may still take. */
  readonly free: number;
  /** Bytes. */
  readonly used: number;
  /** Blocks kept for root count as used, as in df: a plain service cannot write them. */
  readonly usedPercent: number;
  readonly inodesTotal: number;
  readonly inodesUsed: number;
  readonly inodesFree: number;
  readonly inodesUsedPercent: number;
}

/** Of the file system that holds `path`. @throws Error when there is no such path */
export async function readDiskUsage(path: string): Promise<DiskUsage> {
  const { bsize, blocks, bfree, bavail, files, ffree } = await statfs(path);
  const used = (blocks - bfree) * bsize;
  const available = bavail * bsize;
  return {
    total: blocks * bsize,
    free: available,
    used,
    usedPercent: percent(used, used + available),
    inodesTotal: files,
    inodesUsed: files - ffree,
    inodesFree: ffree,
    inodesUsedPercent: percent(files - ffree, files),
  };
}

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : (part / whole) * 100);
