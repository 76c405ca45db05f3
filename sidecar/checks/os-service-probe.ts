/**
 * Checks of a service of the operating system, by systemd's systemctl. Consul knows them on
 * Windows only and refuses them elsewhere.
 */
import { critical, passing, startDeadline } from './deadline.ts';
import { MAX_REPLY_BYTES } from './limits.ts';
import { TailBuffer } from './output.ts';
import { runProcessGroup } from './script-probe.ts';
import type { CheckResult, Probe } from './check-runner.ts';

export interface OSServiceProbeOptions {
  readonly service: string;
  readonly timeoutMs: number;
}

/** States in which a unit is neither up nor down for good. */
const PASSING_THROUGH = ['activating', 'deactivating', 'reloading', 'refreshing', 'maintenance'];

/**
 * Asks for properties instead of `is-active`: its exit code does not tell a missing unit from a
 * stopped one.
 */
export class OSServiceProbe implements Probe {
  readonly #options: OSServiceProbeOptions;

  constructor(options: OSServiceProbeOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<CheckResult> {
    const { service, timeoutMs } = this.#options;
    const output = new TailBuffer(MAX_REPLY_BYTES);
    const deadline = startDeadline(signal, timeoutMs);
    try {
      // `--` keeps a name that begins with a dash from being read as an option.
      const args = ['systemctl', 'show', '--property=LoadState,ActiveState', '--', service];
      const code = await runProcessGroup(args, output, deadline.signal);
      if (deadline.expired) return critical(`systemctl did not answer within ${timeoutMs} ms`);
      if (code !== 0) return critical(`systemctl failed: ${output.text().trim()}`);
      return judgeUnit(service, output.text());
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') {
        return critical('systemctl is not on this host: checks of OS services need systemd');
      }
      throw thrown;
    } finally {
      deadline.release();
    }
  }
}

/** @param properties lines `Name=value`, as `systemctl show` prints them */
export function judgeUnit(service: string, properties: string): CheckResult {
  const value = (name: string): string =>
    new RegExp(`^${name}=(.*)$`, 'm').exec(properties)?.[1] ?? '';
  const active = value('ActiveState');
  if (value('LoadState') === 'not-found') return critical(`OS service "${service}" does not exist`);
  if (active === 'active') return passing(`OS service "${service}" is healthy`);
  if (PASSING_THROUGH.includes(active)) {
    return { status: 'warning', output: `OS service "${service}" is ${active}` };
  }
  return critical(`OS service "${service}" is ${active === '' ? 'in an unknown state' : active}`);
}
