import { describe, expect, it } from 'vitest';
import { AnswerFigures } from './answer-figures.ts';

const answer = (method: string, route: string, status = 200) => ({
  method,
  route,
  status,
  path: `${route}some/key`,
  ms: 2,
});

describe('figures of answers', () => {
  it('are counted by method, route and status, and timed by method and route', () => {
    const observed: unknown[] = [];
    const figures = new AnswerFigures({
      series: (name, labels) => (value) => observed.push([name, labels, value]),
    });
    figures.observe(answer('GET', '/v1/kv/'));
    figures.observe(answer('GET', '/v1/kv/'));
    figures.observe(answer('GET', '/v1/kv/', 404));
    figures.observe(answer('PUT', '', 405));
    const counts = figures.totals().map(({ name, labels, value }) => [name, labels, value]);
    const name = 'lictor.http.answers';
    expect(counts).toEqual([
      [name, { method: 'GET', path: 'v1_kv_', status: '200' }, 2],
      [name, { method: 'GET', path: 'v1_kv_', status: '404' }, 1],
      [name, { method: 'PUT', path: 'other', status: '405' }, 1],
    ]);
    expect(observed.at(0)).toEqual(['consul.api.http', { method: 'GET', path: 'v1_kv_' }, 2]);
    expect(observed).toHaveLength(4);
  });

  it('of methods without number are counted together', () => {
    const figures = new AnswerFigures({ series: () => () => {} });
    for (let n = 0; n < 1000; n++) figures.observe(answer(`M${n}`, '/v1/kv/'));
    expect(figures.totals()).toHaveLength(33);
    expect(figures.totals().reduce((sum, { value }) => sum + value, 0)).toBe(1000);
  });
});
