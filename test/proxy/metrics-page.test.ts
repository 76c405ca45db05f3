import { afterEach, expect, it, vi } from 'vitest';
import { freePorts } from '../support/free-ports.ts';
import { newCounters } from '../../sidecar/proxy/counters.ts';
import { renderMetrics, serveMetrics } from '../../sidecar/proxy/metrics-page.ts';
import { MemoryLog } from '../../sidecar/proxy/testing/fake-agent.ts';

let stop: (() => void) | undefined;
afterEach(() => stop?.());

const counters = new Map([
  ['public listener', { ...newCounters(), accepted: 3, bytesIn: 2 ** 40 }],
  ['a"b\\c', { ...newCounters(), denied: 1 }],
]);

it('a sample for each listener', () => {
  const lines = renderMetrics(counters).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      '# TYPE lictor_proxy_connections_total counter',
      'lictor_proxy_connections_total{listener="public listener"} 3',
      'lictor_proxy_bytes_in_total{listener="public listener"} 1099511627776',
      'lictor_proxy_connections_denied_total{listener="a\\"b\\\\c"} 1',
    ]),
  );
});

it('is served, and nothing else is', async () => {
  const [port = 0] = await freePorts(1);
  stop = serveMetrics({ host: '', port, counters: () => counters, log: new MemoryLog() });
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  await vi.waitFor(async () => expect((await get('/metrics')).status).toBe(200));
  expect(await (await get('/metrics')).text()).toBe(renderMetrics(counters));
  expect((await get('/')).status).toBe(404);
});
