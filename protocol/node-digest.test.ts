import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { digestCheck, digestEntries, digestNode, digestService } from './node-digest.ts';
import type { HealthCheck, NodeService } from './types/catalog.ts';

const service = { ID: 'web', Service: 'web', Port: 80, Tags: ['a', 'b'], Meta: null };
const digest = (value: object): string => digestService(value as never as NodeService);

describe('a service has the digest of another', () => {
  it.each<[string, object]>([
    [
      'whose fields stand in another order',
      Object.fromEntries(Object.entries(service).toReversed()),
    ],
    ['with indexes', { ...service, CreateIndex: 5, ModifyIndex: 9 }],
    ['with empty fields', { ...service, Address: '', Weights: {}, Proxy: { Expose: {} } }],
    [
      'with the addresses that the catalog adds',
      { ...service, TaggedAddresses: { 'consul-virtual': {}, 'consul-virtual:x': { Port: 1 } } },
    ],
  ])('%s', (_, other) => {
    expect(digest(other)).toBe(digest(service));
  });
});

describe('a service has not the digest of another', () => {
  it.each<[string, object]>([
    ['with another port', { ...service, Port: 81 }],
    ['whose tags are in another order', { ...service, Tags: ['b', 'a'] }],
    ['with metadata', { ...service, Meta: { a: 'b' } }],
    ['with an address of its own', { ...service, TaggedAddresses: { lan: { Address: 'x' } } }],
  ])('%s', (_, other) => {
    expect(digest(other)).not.toBe(digest(service));
  });

  it('that differs in anything at all', () => {
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat(), (name, port) => {
        const text = JSON.stringify([name, port]);
        const known = seen.get(digest({ ID: name, Port: port }));
        seen.set(digest({ ID: name, Port: port }), text);
        return known === undefined || known === text;
      }),
      { numRuns: 5_000 },
    );
  });
});

it("a check's copy of its service counts for nothing, its state and output do", () => {
  const check = { CheckID: 'c', Status: 'passing', Output: '' } as HealthCheck;
  const copy = { ...check, ServiceName: 'web', ServiceTags: ['a'], ModifyIndex: 7 };
  expect(digestCheck(copy)).toBe(digestCheck(check));
  expect(digestCheck({ ...check, Status: 'critical' })).not.toBe(digestCheck(check));
  expect(digestCheck({ ...check, Output: 'x' })).not.toBe(digestCheck(check));
});

it('the digest of all changes with each, in whatever order they come', () => {
  const Node = digestNode({ ID: 'i', Address: 'a', TaggedAddresses: {}, Meta: {} });
  const one = { Node, Services: { a: '1', b: '2' }, Checks: {} };
  expect(digestEntries({ ...one, Services: { b: '2', a: '1' } })).toBe(digestEntries(one));
  expect(digestEntries({ ...one, Services: { a: '2', b: '1' } })).not.toBe(digestEntries(one));
  expect(digestEntries({ ...one, Services: {}, Checks: one.Services })).not.toBe(
    digestEntries(one),
  );
});
