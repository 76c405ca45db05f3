/** When HAProxy loaded which servers, as load-balancer/reload.mjs noted it. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Reload {
  /** Milliseconds since the epoch, when the last old worker had stopped taking connections. */
  readonly atMs: number;
  readonly backEnds: readonly string[];
}

export class Reloads {
  readonly #file: string;

  constructor(directory: string) {
    this.#file = path.join(directory, 'reloads.jsonl');
  }

  /** @returns the first reload at or after `sinceMs` whose servers satisfy `isWanted`. */
  find(sinceMs: number, isWanted: (backEnds: readonly string[]) => boolean): Reload | undefined {
    if (!existsSync(this.#file)) return undefined;
    const lines = readFileSync(this.#file, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith('}'));
    return lines
      .map((line) => JSON.parse(line) as Reload)
      .find((each) => each.atMs >= sinceMs && isWanted(each.backEnds));
  }
}
