import { COORDINATE, KEY, NODE, NODE_CHECKS, SERVICE, type Topic } from './topics.ts';

/** The rows of the datacenter that touched topics speak of: keys, and folded names of nodes and services. */
export class TouchedRows {
  readonly #topics: ReadonlyMap<Topic, unknown>;
  #keys: string[] | undefined;
  #nodes: string[] | undefined;
  #services: string[] | undefined;
  #coordinates: string[] | undefined;

  constructor(topics: ReadonlyMap<Topic, unknown>) {
    this.#topics = topics;
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
