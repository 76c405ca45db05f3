/** What the scenario asks of the agent, over HTTP and DNS. */
import { promises as dns } from 'node:dns';

interface LocalCheck {
  readonly CheckID: string;
  readonly Status: string;
  readonly ServiceName: string;
}

export class AgentClient {
  readonly #base: string;
  readonly #resolver = new dns.Resolver({ timeout: 500, tries: 1 });

  constructor(httpPort: number, dnsPort: number) {
    this.#base = `http://127.0.0.1:${httpPort}`;
    this.#resolver.setServers([`127.0.0.1:${dnsPort}`]);
  }

  get base(): string {
    return this.#base;
  }

  /** @returns undefined when the agent does not answer (yet). */
  async isReady(): Promise<boolean> {
    const answer = await fetch(`${this.#base}/v1/catalog/service/storefront`).catch(
      () => undefined,
    );
    return answer?.ok === true && ((await answer.json()) as unknown[]).length > 0;
  }

  /** @returns status by check id, as this host's agent itself sees it: the moment a check ran. */
  async localChecks(): Promise<ReadonlyMap<string, string>> {
    const checks = await this.#json<Record<string, LocalCheck>>('/v1/agent/checks');
    return new Map(Object.values(checks).map((check) => [check.CheckID, check.Status]));
  }

  /** @returns status by check id, as the datacenter has it. */
  async catalogChecks(service: string): Promise<ReadonlyMap<string, string>> {
    const checks = await this.#json<LocalCheck[]>(`/v1/health/checks/${service}`);
    return new Map(checks.map((check) => [check.CheckID, check.Status]));
  }

  /** @returns the ports that DNS gives for a service, ascending; none when the name does not exist. */
  async servicePorts(service: string): Promise<number[]> {
    try {
      const records = await this.#resolver.resolveSrv(`${service}.service.consul`);
      return records.map((record) => record.port).toSorted((a, b) => a - b);
    } catch (error) {
      if (['ENOTFOUND', 'ENODATA'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
      throw error;
    }
  }

  /**
   * Writes a key and tells the index of that write.
   *
   * Every write to the datacenter takes an index of its own, so two of these tell how many writes lie between.
   */
  async markIndex(label: string): Promise<number> {
    const key = `${this.#base}/v1/kv/storefront/mark/${label}`;
    const written = await fetch(key, { method: 'PUT', body: label });
    if (!written.ok)
      throw new Error(`marking the index: ${written.status} ${await written.text()}`);
    const [entry] = await this.#json<{ ModifyIndex: number }[]>(key.slice(this.#base.length));
    if (entry === undefined) throw new Error(`${key} is gone`);
    return entry.ModifyIndex;
  }

  /** @throws on any status but 200. */
  async #json<T>(path: string): Promise<T> {
    const answer = await fetch(this.#base + path);
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }
}
