import {
  COORDINATE,
  KEY,
  NODE,
  NODE_CHECKS,
  SERVICE,
  SERVICE_ADDED,
  SERVICE_ALTERED,
  type Topic,
} from './topics.ts';

export interface AddedService {
  readonly name: string;
  /** JSON, as its column holds it. */
  readonly tags: string;
}

/** The rows of the datacenter that touched topics speak of: keys, and folded names of nodes and services. */
export class TouchedRows {
  /** The last index before the writes. */
  readonly since: number;
  readonly #topics: ReadonlyMap<Topic, unknown>;
  #keys: string[] | undefined;
  #nodes: string[] | undefined;
  #services: string[] | undefined;
  #coordinates: string[] | undefined;

  constructor(topics: ReadonlyMap<Topic, unknown>, since: number) {
    this.#topics = topics;
    this.since = since;
  }

  get keys(): readonly string[] {
    return (this.#keys ??= this.#namesAfter(KEY));
  }

  /** Nodes of which anything changed: a field, a service, a check. */
  get nodes(): readonly string[] {
    return (this.#nodes ??= [
      ...new Set([...this.#namesAfter(NODE), ...this.#namesAfter(NODE_CHECKS)]),
    ]);
  }

  get services(): readonly string[] {
    return (this.#services ??= this.#namesAfter(SERVICE));
  }

  /** Instances that came, those with equal names and tags once. */
  get addedServices(): readonly AddedService[] {
    return this.#namesAfter(SERVICE_ADDED).map((text) => {
      const end = text.indexOf('\n');
      return { name: text.slice(end + 1), tags: text.slice(0, end) };
    });
  }

  /** Services of which an instance went, or has other tags than before. */
  get alteredServices(): readonly string[] {
    return this.#namesAfter(SERVICE_ALTERED);
  }

  /** Nodes that have moved, or whose coordinate has gone. */
  get coordinates(): readonly string[] {
    return (this.#coordinates ??= this.#namesAfter(COORDINATE));
  }

  #namesAfter(start: string): string[] {
    const names: string[] = [];
    for (const topic of this.#topics.keys()) {
      if (topic.startsWith(start)) names.push(topic.slice(start.length));
    }
    return names;
  }
}
