import { describe, expect, it } from 'vitest';
import { cleanPath, isMalformed, needsCleaning } from './paths.ts';

describe('paths as Go cleans them', () => {
  it.each([
    ['/v1//kv/a', '/v1/kv/a'],
    ['/v1/kv/./a/', '/v1/kv/a/'],
    ['/v1/kv/../x', '/v1/x'],
    // Escaped in a Location, though they may stand in a path.
    ["/v1//kv/*('a')!", '/v1/kv/%2A%28%27a%27%29%21'],
  ])('%s', (path, clean) => {
    expect([needsCleaning(path), cleanPath(path)]).toEqual([true, clean]);
  });

  it.each(['/v1/kv/a', '/v1/kv/...', '/v1/kv/a.b', '/v1/kv/%2F%2F'])('%s is clean', (path) => {
    expect(needsCleaning(path)).toBe(false);
  });
});

it.each([
  ['/v1/kv/%zz', true],
  ['/v1/kv/%', true],
  ['/v1/kv/a%2', true],
  ['/v1/kv/%41', false],
  ['/v1/kv/a', false],
])('%s: malformed %s', (path, malformed) => {
  expect(isMalformed(path)).toBe(malformed);
});
