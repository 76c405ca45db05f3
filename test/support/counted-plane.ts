/** A control plane that counts the rows which its SQL writes, indexes included: what the platform would bill. */
import fs from 'node:fs';
import path from 'node:path';
import {
  NO_COUNTS,
  type Counts,
  instrument,
  readCounts,
  subtract,
} from '../../bench/cost/counting-worker.ts';
import type { ControlPlane } from '../../sidecar/embedded/control-plane.ts';
import type { ControlPlaneSettings } from '../../sidecar/embedded/workerd-config.ts';
import type { ControlPlanes } from './control-planes.ts';
import { ROOT } from './lictor-process.ts';

/** Sums are logged 20 ms after the last statement. */
const QUIET_MS = 250;
const POLL_MS = 25;
const QUIET_LIMIT_MS = 20_000;

export class CountedPlane {
  readonly plane: ControlPlane;
  readonly #counts: () => Counts;

  private constructor(plane: ControlPlane, counts: () => Counts) {
    this.plane = plane;
    this.#counts = counts;
  }

  static async start(planes: ControlPlanes, settings: ControlPlaneSettings): Promise<CountedPlane> {
    const workerFile = path.join(planes.temporaryDirectory(), 'worker.js');
    const source = fs.readFileSync(path.join(ROOT, 'dist/worker.js'), 'utf8');
    fs.writeFileSync(workerFile, instrument(source));
    let last = NO_COUNTS;
    const take = (line: string): void => {
      if (line.includes('LICTOR-COUNTS')) last = readCounts(line);
    };
    const log = { info: take, warn: take, error: take };
    const plane = await planes.start(undefined, 0, { workerFile, settings, log });
    return new CountedPlane(plane, () => last);
  }

  /** Rows that `work` wrote, with what it set off: counting ends when nothing is written any more. */
  async rowsWrittenBy(work: () => Promise<unknown>): Promise<number> {
    return (await this.countsOf(work)).rowsWritten;
  }

  /** All that is counted, in the same way. */
  async countsOf(work: () => Promise<unknown>): Promise<Counts> {
    const before = await this.#settled();
    await work();
    return subtract(await this.#settled(), before);
  }

  async #settled(): Promise<Counts> {
    const deadline = Date.now() + QUIET_LIMIT_MS;
    let last = this.#counts();
    for (let since = Date.now(); Date.now() - since < QUIET_MS;) {
      if (Date.now() > deadline) throw new Error('the control plane does not come to rest');
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      if (this.#counts() !== last) since = Date.now();
      last = this.#counts();
    }
    return last;
  }
}
