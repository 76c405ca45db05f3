/** Where an upstream's instances are. */
import { follow } from './follow.ts';
import type { AgentHTTP, AgentResponse, Log } from './interfaces.ts';
import { FAILED_INSTANCE_MS, FIRST_INSTANCES_TIMEOUT_MS, QUERY_CACHE_MS } from './limits.ts';
import type { UpstreamConfig } from './config.ts';

export interface Instance {
  readonly host: string;
  readonly port: number;
  /** What its certificate has to say. */
  readonly service: string;
  readonly datacenter: string;
}

/** An entry of GET /v1/health/connect/:service, and of an executed query. */
interface HealthEntry {
  readonly Node: { readonly Address: string; readonly Datacenter?: string };
  readonly Service: {
    readonly Service: string;
    readonly Address: string;
    readonly Port: number;
    readonly Kind?: string;
    readonly Proxy?: { readonly DestinationServiceName?: string };
    readonly Connect?: { readonly Native?: boolean };
  };
}

export interface InstancesOptions {
  readonly agent: AgentHTTP;
  readonly log: Log;
  readonly upstream: UpstreamConfig;
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Those that may be connected to, in the order in which to try them. */
export interface Instances {
  /** @throws Error with the reason why there are none */
  pick(): Promise<Instance[]>;
  /** It could not be reached. */
  failed(instance: Instance): void;
  stop(): void;
}

export function openInstances(options: InstancesOptions): Instances {
  const order = new Order(options.now, options.random);
  const source =
    options.upstream.type === 'service' ? new HealthyService(options) : new PreparedQuery(options);
  return {
    async pick() {
      const found = await source.find();
      if (found.length === 0) throw new Error('no healthy instances found');
      return order.apply(found);
    },
    failed: (instance) => order.failed(instance),
    stop: () => source.stop(),
  };
}

/** By chance, so that callers spread; those that failed a moment ago come last. */
class Order {
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #failedAt = new Map<string, number>();

  constructor(now: () => number, random: () => number) {
    this.#now = now;
    this.#random = random;
  }

  failed(instance: Instance): void {
    this.#failedAt.set(keyOf(instance), this.#now());
  }

  apply(instances: readonly Instance[]): Instance[] {
    const since = this.#now() - FAILED_INSTANCE_MS;
    for (const [key, at] of this.#failedAt) if (at <= since) this.#failedAt.delete(key);
    return instances
      .map((instance) => ({ instance, rank: this.#random() }))
      .map(({ instance, rank }) => ({
        instance,
        rank: this.#failedAt.has(keyOf(instance)) ? 1 + rank : rank,
      }))
      .toSorted((a, b) => a.rank - b.rank)
      .map(({ instance }) => instance);
  }
}

function keyOf({ host, port }: Instance): string {
  return `${host}:${port}`;
}

/** The passing instances of a service, followed as long as the listener stands: a connection asks nobody. */
class HealthyService {
  readonly #stop: () => void;
  readonly #first = Promise.withResolvers<void>();
  #instances: readonly Instance[] | undefined;

  constructor({ agent, log, upstream }: InstancesOptions) {
    const { name, datacenter } = upstream;
    this.#stop = follow({
      agent,
      log,
      name: `type=connect_health service=${name}`,
      request: {
        path: `/v1/health/connect/${encodeURIComponent(name)}`,
        query: { passing: true, ...(datacenter === '' ? {} : { dc: datacenter }) },
      },
      onAnswer: (answer) => {
        this.#instances = parseEntries(answer).map((entry) => instanceOf(entry, datacenter));
        this.#first.resolve();
      },
    });
  }

  /** What was known last, also while the agent is away. */
  async find(): Promise<readonly Instance[]> {
    if (this.#instances === undefined) {
      await inTime(this.#first.promise, FIRST_INSTANCES_TIMEOUT_MS);
    }
    if (this.#instances === undefined) throw new Error('the agent has not answered yet');
    return this.#instances;
  }

  stop(): void {
    this.#stop();
  }
}

/** What a prepared query finds cannot be waited for: it is executed again and again. */
class PreparedQuery {
  readonly #options: InstancesOptions;
  readonly #controller = new AbortController();
  #last: { readonly at: number; readonly found: Promise<Instance[]> } | undefined;

  constructor(options: InstancesOptions) {
    this.#options = options;
  }

  find(): Promise<readonly Instance[]> {
    const now = this.#options.now();
    if (this.#last === undefined || now - this.#last.at >= QUERY_CACHE_MS) {
      this.#last = { at: now, found: this.#execute() };
      // Each who waits for it gets the reason; that it failed is nobody else's to handle.
      this.#last.found.catch(() => (this.#last = undefined));
    }
    return this.#last.found;
  }

  stop(): void {
    this.#controller.abort();
  }

  async #execute(): Promise<Instance[]> {
    const { agent, upstream } = this.#options;
    const { name, datacenter } = upstream;
    const answer = await agent.request({
      path: `/v1/query/${encodeURIComponent(name)}/execute`,
      query: { connect: 'true', ...(datacenter === '' ? {} : { dc: datacenter }) },
      signal: this.#controller.signal,
    });
    const { Nodes, Datacenter } = JSON.parse(answer.body.toString('utf8')) as {
      Nodes: HealthEntry[] | null;
      Datacenter: string;
    };
    return (Nodes ?? []).map((entry) => instanceOf(entry, Datacenter));
  }
}

function parseEntries({ body }: AgentResponse): HealthEntry[] {
  return (JSON.parse(body.toString('utf8')) as HealthEntry[] | null) ?? [];
}

/** A sidecar stands for its destination; a service that speaks the mesh's TLS itself stands for itself. */
function instanceOf({ Node, Service }: HealthEntry, datacenter: string): Instance {
  const isNative = Service.Connect?.Native === true;
  return {
    host: Service.Address || Node.Address,
    port: Service.Port,
    service: isNative
      ? Service.Service
      : (Service.Proxy?.DestinationServiceName ?? Service.Service),
    datacenter: Node.Datacenter || datacenter,
  };
}

async function inTime(promise: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, limitMs)));
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
