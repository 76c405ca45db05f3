/** What Prometheus' clients tell of every process, under the names that they all give it; Linux only. */
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessMetric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly value: number;
}

const PAGE_BYTES = 4096;
const MICROSECONDS = 1e6;

/** Read from /proc at each call; empty on other systems. */
export function processMetrics(): ProcessMetric[] {
  let pages: string, limits: string, descriptors: number;
  try {
    pages = readFileSync('/proc/self/statm', 'utf8');
    limits = readFileSync('/proc/self/limits', 'utf8');
    descriptors = readdirSync('/proc/self/fd').length;
  } catch {
    return [];
  }
  const { user, system } = process.cpuUsage();
  const startedMs = Date.now() - process.uptime() * 1000;
  return [
    {
      name: 'process_cpu_seconds_total',
      type: 'counter',
      help: 'Total user and system CPU time spent in seconds.',
      value: (user + system) / MICROSECONDS,
    },
    {
      name: 'process_max_fds',
      type: 'gauge',
      help: 'Maximum number of open file descriptors.',
      value: Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? 0),
    },
    {
      name: 'process_open_fds',
      type: 'gauge',
      help: 'Number of open file descriptors.',
      value: descriptors,
    },
    {
      name: 'process_resident_memory_bytes',
      type: 'gauge',
      help: 'Resident memory size in bytes.',
      value: process.memoryUsage.rss(),
    },
    {
      name: 'process_start_time_seconds',
      type: 'gauge',
      help: 'Start time of the process since unix epoch in seconds.',
      value: Math.round(startedMs / 1000),
    },
    {
      name: 'process_virtual_memory_bytes',
      type: 'gauge',
      help: 'Virtual memory size in bytes.',
      value: Number(pages.split(' ')[0]) * PAGE_BYTES,
    },
  ];
}
