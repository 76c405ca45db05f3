/** The proxy's counters for Prometheus: `GET /metrics`, and nothing else. */
import http from 'node:http';
import type { Counters } from './counters.ts';
import type { Log } from './interfaces.ts';

const METRICS: readonly (readonly [keyof Counters, string, 'counter' | 'gauge', string])[] = [
  ['accepted', 'connections_total', 'counter', 'Connections that were taken.'],
  ['active', 'connections', 'gauge', 'Connections that are open.'],
  ['denied', 'connections_denied_total', 'counter', 'Connections that no intention allows.'],
  [
    'failed',
    'connections_failed_total',
    'counter',
    'Connections whose other side was not reached.',
  ],
  ['bytesIn', 'bytes_in_total', 'counter', 'Bytes from whoever connected.'],
  ['bytesOut', 'bytes_out_total', 'counter', 'Bytes to whoever connected.'],
];

const PREFIX = 'lictor_proxy';

/** In the text format of Prometheus, a sample for each listener. */
export function renderMetrics(counters: ReadonlyMap<string, Counters>): string {
  const lines = METRICS.flatMap(([field, name, type, help]) => [
    `# HELP ${PREFIX}_${name} ${help}`,
    `# TYPE ${PREFIX}_${name} ${type}`,
    ...[...counters].map(([listener, values]) => {
      const label = listener
        .replaceAll('\\', '\\\\')
        .replaceAll('"', '\\"')
        .replaceAll('\n', '\\n');
      return `${PREFIX}_${name}{listener="${label}"} ${values[field]}`;
    }),
  ]);
  return `${lines.join('\n')}\n`;
}

export interface MetricsPageOptions {
  readonly host: string;
  readonly port: number;
  readonly counters: () => ReadonlyMap<string, Counters>;
  readonly log: Log;
}

/** @returns the function that ends it */
export function serveMetrics({ host, port, counters, log }: MetricsPageOptions): () => void {
  const server = http.createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4' });
    response.end(renderMetrics(counters()));
  });
  server.on('error', (error) => log.error(`metrics cannot be shown: ${error.message}`));
  server.listen({ host: host || '127.0.0.1', port });
  return () => {
    server.close();
    server.closeAllConnections();
  };
}
