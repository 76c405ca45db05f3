import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MetricsRegistry, type MetricSource } from './metrics.ts';
import { SampleBook } from './samples.ts';

let book: SampleBook;
let total: number;
let registry: MetricsRegistry;

let members: number;
const source: MetricSource = () => ({
  gauges: [{ Name: 'consul.members', Value: members, Labels: { dc: 'a"b' } }],
  totals: [{ name: 'consul.client.rpc', value: total, labels: {} }],
});

beforeEach(() => {
  vi.useFakeTimers();
  book = new SampleBook();
  total = 2;
  members = 3;
  const rename = (name: string) => (name === 'blocked' ? null : name);
  registry = new MetricsRegistry(source, { book, rename }, () => true);
});

afterEach(() => {
  registry.stop();
  vi.useRealTimers();
});

describe('the summary', () => {
  it('is that of the first interval while it lasts, then of the last whole one', () => {
    book.observe('consul.kvs.apply', {}, 4);
    expect(registry.summary()).toMatchObject({
      Counters: [{ Name: 'consul.client.rpc', Count: 2 }],
      Samples: [{ Name: 'consul.kvs.apply', Count: 1, Mean: 4 }],
    });
    vi.advanceTimersByTime(10_000);
    total = 7;
    book.observe('consul.kvs.apply', {}, 8);
    expect(registry.summary()).toMatchObject({ Counters: [{ Count: 2 }], Samples: [{ Mean: 4 }] });
    vi.advanceTimersByTime(10_000);
    expect(registry.summary()).toMatchObject({ Counters: [{ Count: 5 }], Samples: [{ Mean: 8 }] });
    vi.advanceTimersByTime(10_000);
    expect(registry.summary()).toMatchObject({ Counters: [], Samples: [] });
  });
});

it('the summary has the gauges of now, whenever the interval ended', () => {
  vi.advanceTimersByTime(10_000);
  members = 4;
  expect(registry.summary()).toMatchObject({ Gauges: [{ Name: 'consul.members', Value: 4 }] });
});

it('gauges come by name and labels, as in Consul, in the first interval and later', () => {
  const gauge = (Name: string, cpu: string) => ({ Labels: { cpu }, Name, Value: 1 });
  const gauges = [gauge('b', '1'), gauge('b', '0'), gauge('a', '1')];
  const other = new MetricsRegistry(
    () => ({ gauges, totals: [] }),
    { book, rename: (name) => name },
    () => true,
  );
  const order = () => other.summary().Gauges.map(({ Name, Labels }) => Name + Labels['cpu']);
  expect(order()).toEqual(['a1', 'b0', 'b1']);
  vi.advanceTimersByTime(10_000);
  expect(order()).toEqual(['a1', 'b0', 'b1']);
  other.stop();
});

describe('the text for Prometheus', () => {
  it('has each family once, with its series together', () => {
    book.observe('consul.api.http', { path: 'v1_kv_' }, 2);
    book.observe('blocked', {}, 1);
    book.observe('consul.api.http', { path: 'v1_txn' }, 3);
    const lines = registry.prometheus()!.split('\n');
    const family = lines.filter((line) => line.includes('consul_api_http'));
    expect(family).toEqual([
      '# HELP consul_api_http consul.api.http',
      '# TYPE consul_api_http summary',
      'consul_api_http{path="v1_kv_",quantile="0.5"} 2',
      'consul_api_http{path="v1_kv_",quantile="0.9"} 2',
      'consul_api_http{path="v1_kv_",quantile="0.99"} 2',
      'consul_api_http_sum{path="v1_kv_"} 2',
      'consul_api_http_count{path="v1_kv_"} 1',
      'consul_api_http{path="v1_txn",quantile="0.5"} 3',
      'consul_api_http{path="v1_txn",quantile="0.9"} 3',
      'consul_api_http{path="v1_txn",quantile="0.99"} 3',
      'consul_api_http_sum{path="v1_txn"} 3',
      'consul_api_http_count{path="v1_txn"} 1',
    ]);
    expect(lines).toContain('consul_members{dc="a\\"b"} 3');
    expect(lines).toContain('consul_client_rpc 2');
    expect(lines.join('\n')).not.toContain('blocked');
  });
});
