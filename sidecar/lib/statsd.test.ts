import dgram from 'node:dgram';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { Summary } from './metrics.ts';
import { StatsdSink, renderLines } from './statsd.ts';

const counter = { Count: 3, Rate: 0.3, Sum: 3, Min: 1, Max: 1, Mean: 1, Stddev: 0 };
const summary: Summary = {
  Timestamp: '',
  Gauges: [{ Name: 'consul.runtime.alloc_bytes', Value: 42, Labels: {} }],
  Points: [],
  Counters: [{ Name: 'consul.api.http', ...counter, Labels: { method: 'GET', path: '/v1/kv' } }],
  Samples: [],
};
const stops: (() => void)[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));
const noWarning = (text: string): void => {
  throw new Error(text);
};

it.each([
  ['statsd', 'consul.api.http.GET./v1/kv:3|c\n'],
  ['statsite', 'consul.api.http.GET./v1/kv:3|c\n'],
  ['dogstatsd', 'consul.api.http:3|c|#env:test,method:GET,path:/v1/kv\n'],
] as const)('renders for %s', (protocol, line) => {
  expect(renderLines(summary, { protocol, tags: ['env:test'] })[1]).toBe(line);
});

it.each([
  ['statsd', 'consul.box.runtime.alloc_bytes:42|g\n'],
  ['dogstatsd', 'consul.runtime.alloc_bytes:42|g\n'],
] as const)("names the host in a gauge's name, but for %s, which knows it", (protocol, line) => {
  const Gauges = [{ Name: 'consul.box.runtime.alloc_bytes', Value: 42, Labels: {} }];
  const options = { protocol, tags: [], hostname: 'box' };
  expect(renderLines({ ...summary, Gauges }, options)[0]).toBe(line);
});

it('sends datagrams that are not fragmented', async () => {
  const socket = dgram.createSocket('udp4');
  stops.push(() => socket.close());
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const many = { ...summary, Gauges: Array.from({ length: 100 }, () => summary.Gauges[0]!) };
  const expected = renderLines(many, { protocol: 'statsd', tags: [] }).join('');
  const received = new Promise<Buffer[]>((resolve) => {
    const list: Buffer[] = [];
    socket.on('message', (message) => {
      list.push(message);
      if (Buffer.concat(list).length === expected.length) resolve(list);
    });
  });
  const address = `127.0.0.1:${socket.address().port}`;
  const sink = new StatsdSink({ protocol: 'statsd', address, tags: [] }, noWarning);
  stops.push(() => sink.stop());
  sink.send(many);
  const list = await received;
  expect(Buffer.concat(list).toString()).toBe(expected);
  expect(list.length).toBeGreaterThan(1);
  for (const message of list) expect(message.length).toBeLessThanOrEqual(1400);
});

it('sends to statsite over TCP', async () => {
  const received = new Promise<string>((resolve) => {
    const server = net.createServer((socket) => {
      let text = '';
      socket.on('data', (chunk) => (text += chunk)).on('end', () => resolve(text));
    });
    stops.push(() => server.close());
    server.listen(0, '127.0.0.1', () => {
      const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      new StatsdSink({ protocol: 'statsite', address, tags: [] }, noWarning).send(summary);
    });
  });
  expect(await received).toContain('consul.runtime.alloc_bytes:42|g\n');
});

it('a receiver that is away is a warning', async () => {
  const text = await new Promise<string>((resolve) => {
    const options = { protocol: 'statsite', address: '127.0.0.1:1', tags: [] } as const;
    new StatsdSink(options, resolve).send(summary);
  });
  expect(text).toContain('statsite: ');
});
