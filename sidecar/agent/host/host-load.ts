/** `telemetry.enable_host_metrics`: how busy the host itself is, in Consul's names. Source: lib/hoststats/metrics.go. */
import os from 'node:os';
import { type DiskUsage, readDiskUsage } from '../../lib/disk-usage.ts';
import {
  type MemoryFigures,
  type ProcessorTimes,
  readMemory,
  readProcessorTimes,
} from '../../lib/proc-files.ts';
import type { GaugeSample, Labels } from '../../lib/metrics.ts';

/** Consul measures as often; the shares of the processors are those of so long. */
const INTERVAL_MS = 10_000;

export interface HostReadings {
  memory(): Promise<MemoryFigures>;
  /** Null where the system does not tell. */
  processors(): Promise<ProcessorTimes[] | null>;
  disk(path: string): Promise<DiskUsage>;
  /** Seconds since the machine started. */
  uptime(): number;
}

const OF_THIS_HOST: HostReadings = {
  memory: readMemory,
  processors: readProcessorTimes,
  disk: readDiskUsage,
  uptime: () => os.uptime(),
};

export interface HostLoadOptions {
  /** Whose file system is measured; none is while it is ''. */
  readonly dataDir: string;
  readonly warn: (text: string) => void;
  /** For tests: stands in for the host. */
  readonly readings?: HostReadings;
}

export class HostLoad {
  readonly #options: HostLoadOptions;
  readonly #readings: HostReadings;
  #timer: NodeJS.Timeout | undefined;
  readonly #before = new Map<string, ProcessorTimes>();
  #gauges: readonly GaugeSample[] = [];
  #hasFailed = false;

  constructor(options: HostLoadOptions) {
    this.#options = options;
    this.#readings = options.readings ?? OF_THIS_HOST;
  }

  /** Measures at once, and until it is stopped. */
  start(): void {
    this.#timer = setInterval(() => void this.measure(), INTERVAL_MS);
    this.#timer.unref();
    void this.measure();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** As measured last. */
  gauges(): readonly GaugeSample[] {
    return this.#gauges;
  }

  /** Never fails: what cannot be read is left out until it can be read again, and said once. */
  async measure(): Promise<void> {
    const parts = [this.#memory(), this.#processors(), this.#disk()];
    const uptime = gauge('uptime', Math.floor(this.#readings.uptime()));
    const read = await Promise.all(
      parts.map((part) => part.catch((error: Error) => this.#failed(error))),
    );
    this.#gauges = [...read.flat(), uptime];
  }

  #failed({ message }: Error): [] {
    if (!this.#hasFailed) this.#options.warn(`a metric of the host is missing: ${message}`);
    this.#hasFailed = true;
    return [];
  }

  async #memory(): Promise<GaugeSample[]> {
    const { total, free, used, usedPercent, available } = await this.#readings.memory();
    return [
      gauge('memory.total', total),
      gauge('memory.free', free),
      gauge('memory.used', used),
      gauge('memory.used_percent', usedPercent),
      gauge('memory.available', available),
    ];
  }

  async #processors(): Promise<GaugeSample[]> {
    const all = (await this.#readings.processors()) ?? [];
    return all.flatMap((now) => {
      const before = this.#before.get(now.name);
      this.#before.set(now.name, now);
      return shares(now, before);
    });
  }

  async #disk(): Promise<GaugeSample[]> {
    const { dataDir } = this.#options;
    if (dataDir === '') return [];
    const usage = await this.#readings.disk(dataDir);
    const labels = { path: dataDir };
    return [
      gauge('disk.size', usage.total, labels),
      gauge('disk.used', usage.used, labels),
      gauge('disk.available', usage.free, labels),
      gauge('disk.used_percent', usage.usedPercent, labels),
      gauge('disk.inodes_percent', usage.inodesUsedPercent, labels),
    ];
  }
}

/** Percent of the time since `before`, or since the machine started; `total` is all that was not idle. */
function shares(now: ProcessorTimes, before: ProcessorTimes | undefined): GaugeSample[] {
  const since = (part: 'user' | 'system' | 'idle' | 'iowait' | 'total'): number =>
    now[part] - (before?.[part] ?? 0);
  const whole = since('total');
  // Two readings within one tick say nothing.
  if (whole <= 0) return [];
  const share = (ticks: number): number => (ticks / whole) * 100;
  const labels = { cpu: now.name };
  return [
    gauge('cpu.user', share(since('user')), labels),
    gauge('cpu.system', share(since('system')), labels),
    gauge('cpu.idle', share(since('idle')), labels),
    gauge('cpu.iowait', share(since('iowait')), labels),
    gauge('cpu.total', share(whole - since('idle')), labels),
  ];
}

function gauge(name: string, Value: number, labels: Labels = {}): GaugeSample {
  return { Name: `consul.host.${name}`, Value, Labels: labels };
}
