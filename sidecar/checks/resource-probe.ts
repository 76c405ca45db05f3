/** Measures a resource of this host and compares it with the thresholds of its check. */
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import type { CheckResult, Probe } from './check-runner.ts';
import type { Resource } from '../lib/check-resource.ts';
import { readDiskUsage } from '../lib/disk-usage.ts';

export interface ResourceProbeOptions {
  readonly resource: Resource;
  /** Percent; 0 means never. */
  readonly warningAbove: number;
  readonly criticalAbove: number;
  /** For tests: stands in for the host. */
  readonly measure?: (resource: Resource) => Promise<Measurement>;
}

export interface Measurement {
  readonly percent: number;
  /** The figures behind it, in words. */
  readonly detail: string;
}

export class ResourceProbe implements Probe {
  readonly #options: ResourceProbeOptions;

  constructor(options: ResourceProbeOptions) {
    this.#options = options;
  }

  async run(): Promise<CheckResult> {
    const { resource, measure = measureHost } = this.#options;
    const name = resource.kind === 'disk' ? `disk ${resource.path}` : resource.kind;
    try {
      const { percent, detail } = await measure(resource);
      return this.#judge(percent, `${name}: ${percent.toFixed(1)} % used, ${detail}`);
    } catch (thrown) {
      return { status: 'critical', output: `${name}: ${describe(thrown)}` };
    }
  }

  #judge(percent: number, output: string): CheckResult {
    const { warningAbove, criticalAbove } = this.#options;
    if (criticalAbove > 0 && percent > criticalAbove) {
      return { status: 'critical', output: `${output} (critical above ${criticalAbove} %)` };
    }
    if (warningAbove > 0 && percent > warningAbove) {
      return { status: 'warning', output: `${output} (warning above ${warningAbove} %)` };
    }
    return { status: 'passing', output };
  }
}

/** Without Node's name of the system call: what it looked at is said before. */
function describe(thrown: unknown): string {
  const { code = '', message } = thrown as NodeJS.ErrnoException;
  return message.replace(new RegExp(`^${code}: (.*), \\w+ '.*'$`), '$1');
}

const MEASURES: {
  [K in Resource['kind']]: (resource: Resource & { kind: K }) => Promise<Measurement>;
} = {
  memory: measureMemory,
  load: async () => {
    const cores = os.availableParallelism();
    const [minute = 0] = os.loadavg();
    return {
      percent: (100 * minute) / cores,
      detail: `load ${minute.toFixed(2)} on ${cores} cores`,
    };
  },
  disk: async ({ path }) => {
    const { used, free, usedPercent } = await readDiskUsage(path);
    // Where nothing can be written, nothing is left.
    const percent = used + free === 0 ? 100 : usedPercent;
    return { percent, detail: `${renderBytes(free)} free` };
  },
};

function measureHost(resource: Resource): Promise<Measurement> {
  return MEASURES[resource.kind](resource as never);
}

/** Linux knows what could be freed for a new program (MemAvailable); elsewhere only what is free counts. */
async function measureMemory(): Promise<Measurement> {
  const total = os.totalmem();
  const available = (await readAvailableBytes()) ?? os.freemem();
  return {
    percent: (100 * (total - available)) / total,
    detail: `${renderBytes(available)} of ${renderBytes(total)} available`,
  };
}

async function readAvailableBytes(): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec(
    await readFile('/proc/meminfo', 'utf8'),
  )?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

function renderBytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
