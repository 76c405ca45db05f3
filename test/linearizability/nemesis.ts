/** Breaks one thing after the other, as its seed says. */
import type { Cluster } from './cluster.ts';
import type { Random } from './random.ts';

const MIX = {
  'kill workerd': 4,
  'kill a sidecar': 2,
  'cut a link': 4,
  'lose replies': 5,
  'lose replies and kill workerd': 3,
};
/** Between two faults: too short a pause, and nothing but failures would be seen. */
const PAUSE_MS = [100, 700] as const;
const DOWN_MS = [0, 400] as const;
/** Long enough for a frame to be applied while its reply is held back. */
const HOLD_MS = [5, 200] as const;

/** Counts what was done, for the report. */
export class Nemesis {
  readonly #cluster: Cluster;
  readonly #random: Random;
  readonly counts: Record<string, number> = {};

  constructor(cluster: Cluster, random: Random) {
    this.#cluster = cluster;
    this.#random = random;
  }

  /** Every sidecar that it killed is back when this resolves. */
  async run(done: () => boolean): Promise<void> {
    const repairs: Promise<void>[] = [];
    while (!done()) {
      await sleep(this.#random.integer(...PAUSE_MS));
      const kind = this.#random.weighted(MIX);
      this.counts[kind] = (this.counts[kind] ?? 0) + 1;
      await this.#break(kind, repairs);
    }
    await Promise.all(repairs);
  }

  async #break(kind: keyof typeof MIX, repairs: Promise<void>[]): Promise<void> {
    const cluster = this.#cluster;
    const proxy = this.#random.pick(cluster.proxies);
    switch (kind) {
      case 'kill workerd':
        await cluster.killWorkerd();
        return;
      case 'kill a sidecar':
        repairs.push(
          cluster.killSidecar(
            this.#random.integer(0, cluster.sidecarCount - 1),
            this.#random.integer(...DOWN_MS),
          ),
        );
        return;
      case 'cut a link':
        proxy.cut();
        return;
      case 'lose replies':
      case 'lose replies and kill workerd':
        proxy.hold();
        await sleep(this.#random.integer(...HOLD_MS));
        if (kind === 'lose replies and kill workerd') await cluster.killWorkerd();
        proxy.cut();
    }
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
