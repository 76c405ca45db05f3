/**
 * The datacenters of this deployment: the one that it names itself, and those that were made with `lictor dc create`.
 *
 * The list is kept in this isolate's memory, in the Federation object, and as a copy in the deployment's own datacenter. Without
 * the Federation object nothing stops but making and removing one. A name that is not in the list makes no object.
 */
import { inJurisdiction } from '../durable-objects/in-jurisdiction.ts';
import type { DatacenterAdmin } from '../http-api/routes/datacenters.ts';
import { RPCError } from '../protocol/errors.ts';
import type { DatacenterRecord } from '../protocol/types/datacenters.ts';
import type { Reply } from '../protocol/frames.ts';

/** Name of the one Federation object. */
const FEDERATION = 'federation';
/** A datacenter that was made elsewhere is found within this time, or at once by its name. */
const FRESH_MS = 30_000;
/** How often names that are not known may ask for the list. */
const UNKNOWN_PACE_MS = 1_000;

/** The part of a datacenter object that is needed here. */
export interface FoundedObject {
  found(name: string, jurisdiction: string): Promise<void>;
  destroy(): Promise<void>;
  keepDatacenters(records: DatacenterRecord[]): Promise<void>;
  keptDatacenters(): Promise<DatacenterRecord[]>;
}

interface DatacenterNamespace<Stub> {
  jurisdiction(name: never): DatacenterNamespace<Stub>;
  idFromName(name: string): unknown;
  get(id: unknown, options?: { locationHint: string }): Stub;
}

interface FederationStub {
  list(): Promise<DatacenterRecord[]>;
  add(record: Omit<DatacenterRecord, 'CreatedAt'>): Promise<Pick<Reply, 'code' | 'body'>>;
  remove(name: string): Promise<unknown>;
}

/** Of the Worker's bindings; what they lead to is the platform's, or a test's. */
export interface DatacentersEnv<Stub> {
  readonly DATACENTER: string;
  readonly DATACENTER_OBJECTS: DatacenterNamespace<Stub>;
  readonly FEDERATION_OBJECTS: {
    idFromName(name: string): unknown;
    get(id: unknown): FederationStub;
  };
}

export interface KnownDatacenter<Stub> extends DatacenterRecord {
  readonly stub: Stub;
}

export class Datacenters<Stub extends FoundedObject> implements DatacenterAdmin {
  readonly #env: DatacentersEnv<Stub>;
  #records: readonly DatacenterRecord[] | null = null;
  #readAt = -Infinity;

  constructor(env: DatacentersEnv<Stub>) {
    this.#env = env;
  }

  /** The deployment's own. */
  get home(): KnownDatacenter<Stub> {
    const record = {
      Name: this.#env.DATACENTER,
      Location: '',
      Jurisdiction: '',
      CreatedAt: '',
    };
    return this.#known(record);
  }

  /** @param name '' for the deployment's own. @throws RPCError for one that was never made */
  async require(name: string): Promise<KnownDatacenter<Stub>> {
    if (name === '' || name === this.#env.DATACENTER) return this.home;
    let record = find(await this.#list(FRESH_MS), name);
    record ??= find(await this.#list(UNKNOWN_PACE_MS), name);
    if (record === undefined) throw new RPCError('unknown-datacenter', 'No path to datacenter');
    return this.#known(record);
  }

  /** The deployment's own first, the others by name. */
  async list(): Promise<readonly DatacenterRecord[]> {
    const { stub: _stub, ...own } = this.home;
    const others = await this.#list(UNKNOWN_PACE_MS);
    return [own, ...others.filter(({ Name }) => Name !== own.Name)];
  }

  async names(): Promise<string[]> {
    return (await this.list()).map(({ Name }) => Name);
  }

  /** Its line in the list first, which is taken back when its object cannot be made: no object is without a line. */
  async create(record: Omit<DatacenterRecord, 'CreatedAt'>): Promise<void> {
    if (record.Name === this.#env.DATACENTER) {
      throw new RPCError(
        'unprocessable',
        `${record.Name} is the datacenter of the deployment itself`,
      );
    }
    const checked = await this.#federation().add(record);
    if (checked.code !== undefined) throw new RPCError(checked.code, checked.body);
    try {
      await this.#known({ ...record, CreatedAt: '' }).stub.found(record.Name, record.Jurisdiction);
    } catch (error) {
      // One that was there before has its object, and what that holds: it must not be lost sight of.
      if (checked.body === 'true') await this.#federation().remove(record.Name);
      throw new RPCError('unavailable', `the datacenter cannot be made: ${String(error)}`);
    }
    await this.#spread();
  }

  /**
   * Removes everything that it holds, then its line: whatever fails on the way, asking once more finishes it. An object
   * whose line outlives it is of no datacenter, and answers nothing.
   */
  async remove(name: string): Promise<void> {
    const { stub } = await this.require(name);
    await stub.destroy();
    await this.#federation().remove(name);
    await this.#spread();
  }

  #known(record: DatacenterRecord): KnownDatacenter<Stub> {
    const { DATACENTER_OBJECTS } = this.#env;
    const namespace = inJurisdiction(DATACENTER_OBJECTS, record.Jurisdiction);
    const { Location: locationHint } = record;
    const id = namespace.idFromName(record.Name);
    const stub = locationHint === '' ? namespace.get(id) : namespace.get(id, { locationHint });
    return { ...record, stub };
  }

  #federation(): FederationStub {
    const { FEDERATION_OBJECTS } = this.#env;
    return FEDERATION_OBJECTS.get(FEDERATION_OBJECTS.idFromName(FEDERATION));
  }

  async #list(maxAgeMs: number): Promise<readonly DatacenterRecord[]> {
    if (this.#records !== null && Date.now() - this.#readAt < maxAgeMs) return this.#records;
    this.#readAt = Date.now();
    try {
      this.#records = await this.#federation().list();
    } catch {
      // What was known goes on to be known; an isolate that is new finds the copy.
      this.#records ??= await this.home.stub.keptDatacenters();
    }
    return this.#records;
  }

  async #spread(): Promise<void> {
    this.#records = await this.#federation().list();
    this.#readAt = Date.now();
    await this.home.stub.keepDatacenters([...this.#records]);
  }
}

function find(records: readonly DatacenterRecord[], name: string): DatacenterRecord | undefined {
  return records.find(({ Name }) => Name === name);
}
