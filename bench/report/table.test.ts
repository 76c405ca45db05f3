import { describe, expect, it } from 'vitest';
import { Results } from '../results.ts';
import type { Figure } from '../workloads/workload.ts';
import { renderTable } from './table.ts';

const PUT: Figure = { id: 'kv-put-c64', title: 'KV PUT', unit: '/s', better: 'higher' };
const PLAIN: Figure = { id: 'start-up', title: 'start', unit: 'ms', better: 'lower' };

function results(): Results {
  const all = new Results();
  for (const value of [900, 1_300, 1_200]) {
    all.add('Lictor', new Map([['kv-put-c64', { value, p50Ms: 1.5, p99Ms: 12, errors: 1 }]]));
  }
  all.add('Consul', new Map([['kv-put-c64', { value: 1_000, p50Ms: 2, p99Ms: 20, errors: 0 }]]));
  all.add('Lictor', new Map([['start-up', { value: 1_500, errors: 0 }]]));
  return all;
}

describe('renderTable', () => {
  it('gives medians, the ratio, the verdict, percentiles and the sum of errors', () => {
    expect(renderTable([PUT], results(), ['Lictor', 'Consul']).at(-1)).toBe(
      '| KV PUT | 1,200/s | 1,000/s | 1.20x | ≥ 1x (aim 1.3x) | yes | 1.50 / 2.00 | 12 / 20 | 3 / 0 |',
    );
  });

  it('leaves out what only one side has', () => {
    expect(renderTable([PLAIN], results(), ['Lictor', undefined]).at(-1)).toBe(
      '| start | 1,500 ms | – | – | – | – | – | – | 0 / – |',
    );
  });
});
