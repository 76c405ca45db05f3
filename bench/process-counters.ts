/** What Linux counts of one process: its highest resident memory, and the bytes that it has read. */
import { readFileSync, writeFileSync } from 'node:fs';

/** proc(5): sets the peak of resident memory back to what it is now. */
const RESET_PEAK = '5';

/**
 * Starts to watch a process' memory.
 *
 * @returns by how many bytes its resident memory exceeded the present one since then, at the most
 */
export function watchPeakMemory(pid: number): () => number {
  const before = statusBytes(pid, 'VmRSS');
  writeFileSync(`/proc/${pid}/clear_refs`, RESET_PEAK);
  return () => Math.max(0, statusBytes(pid, 'VmHWM') - before);
}

/** Bytes that the process got from read(2), be it from files or sockets. */
export function readBytes(pid: number): number {
  return field(readFileSync(`/proc/${pid}/io`, 'utf8'), 'rchar');
}

function statusBytes(pid: number, name: string): number {
  return field(readFileSync(`/proc/${pid}/status`, 'utf8'), name) * 1024;
}

function field(text: string, name: string): number {
  const value = new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)?.[1];
  if (value === undefined) throw new Error(`the system does not tell ${name}`);
  return Number(value);
}
