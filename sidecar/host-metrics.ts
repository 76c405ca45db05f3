/** What the agent counts: requests, operations sent to the datacenter, its own memory. */
import { MetricsRegistry } from './lib/metrics.ts';
import type { ServerLink } from './server-link/server-link.ts';

export class HostMetrics {
  readonly registry: MetricsRegistry;
  readonly #requests = new Map<string, number>();

  constructor(link: ServerLink, prometheusEnabled: () => boolean) {
    this.registry = new MetricsRegistry(() => this.#read(link), prometheusEnabled);
  }

  /** Paths are counted by their first two segments: keys and names would make a series each. */
  countRequest(method: string, path: string, status: number): void {
    const series = `${method} ${endpointOf(path)} ${status}`;
    this.#requests.set(series, (this.#requests.get(series) ?? 0) + 1);
  }

  stop(): void {
    this.registry.stop();
  }

  #read(link: ServerLink): ReturnType<ConstructorParameters<typeof MetricsRegistry>[0]> {
    const { rss, heapUsed } = process.memoryUsage();
    const requests = [...this.#requests].map(([series, value]) => {
      const [method = '', path = '', status = ''] = series.split(' ');
      return { name: 'consul.api.http', value, labels: { method, path, status } };
    });
    const ops = [...link.batcher.sentByMethod].map(([method, value]) => {
      return { name: 'lictor.link.ops_sent', value, labels: { method } };
    });
    return {
      gauges: [
        { Name: 'consul.runtime.alloc_bytes', Value: heapUsed, Labels: {} },
        { Name: 'consul.runtime.sys_bytes', Value: rss, Labels: {} },
        { Name: 'lictor.link.connected', Value: link.isConnected ? 1 : 0, Labels: {} },
        { Name: 'lictor.replica.queries', Value: link.replica.size, Labels: {} },
      ],
      totals: [...requests, ...ops],
    };
  }
}

function endpointOf(path: string): string {
  return /^\/v1\/[a-z-]+(\/[a-z-]+)?/.exec(path)?.[0] ?? 'other';
}
