/**
 * Whether a datacenter was made on purpose.
 *
 * The platform makes an object for any name that is called. One that nobody has founded answers nothing, so that a Worker with
 * an old list, which calls a datacenter that was removed, does not raise a ghost.
 */
import { RPCError } from '../protocol/errors.ts';
import type { DatacenterRecord } from '../protocol/types/datacenters.ts';
import type { Storage } from './db/storage.ts';
import { getMeta, setMetaTxn } from './state/meta.ts';

interface Founded {
  readonly Name: string;
  readonly Jurisdiction: string;
}

export class Founding {
  readonly #storage: Storage;
  readonly #isHome: boolean;
  #founded: Founded | null;
  #isRemoved = false;

  /** @param isHome the deployment names this datacenter itself */
  constructor(storage: Storage, isHome: boolean) {
    this.#storage = storage;
    this.#isHome = isHome;
    const text = getMeta(storage.sql, 'founded');
    this.#founded = text === undefined ? null : (JSON.parse(text) as Founded);
  }

  get jurisdiction(): string {
    return this.#founded?.Jurisdiction ?? '';
  }

  found(founded: Founded): void {
    this.require(true);
    if (this.#founded !== null) return;
    const text = JSON.stringify(founded);
    this.#storage.transactionSync(() => setMetaTxn(this.#storage.sql, 'founded', text));
    this.#founded = founded;
  }

  /** From now on nothing is answered: the tables are about to go. */
  remove(): void {
    this.#isRemoved = true;
  }

  /** @throws RPCError unknown-datacenter */
  require(isBeingFounded = false): void {
    const stands = this.#isHome || this.#founded !== null || isBeingFounded;
    if (stands && !this.#isRemoved) return;
    throw new RPCError('unknown-datacenter', 'No path to datacenter');
  }

  /** The deployment's list, for Workers that cannot reach the Federation object. */
  keepList(records: readonly DatacenterRecord[]): void {
    const text = JSON.stringify(records);
    this.#storage.transactionSync(() => setMetaTxn(this.#storage.sql, 'datacenters', text));
  }

  keptList(): DatacenterRecord[] {
    return JSON.parse(getMeta(this.#storage.sql, 'datacenters') ?? '[]') as DatacenterRecord[];
  }
}
