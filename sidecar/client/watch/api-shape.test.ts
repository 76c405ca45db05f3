import { describe, expect, it } from 'vitest';
import { shapeChecks, shapeInstances } from './api-shape.ts';

const check = { CheckID: 'c', Interval: '', Timeout: '', Definition: {}, CreateIndex: 1 };

describe('shapeChecks', () => {
  it('spells a definition out and leaves the rest of a check as it is', () => {
    const Definition = { HTTP: 'http://x', Interval: '10s', ScriptArgs: ['x'] };
    const [shaped] = shapeChecks([{ ...check, Definition }]) as [typeof check];
    expect(Object.keys(shaped)).toEqual(['CheckID', 'Definition', 'CreateIndex']);
    expect(shaped.Definition).toMatchObject({ HTTP: 'http://x', Interval: '10s', Timeout: '0s' });
    expect(Object.keys(shaped.Definition)).toHaveLength(15);
  });

  it.each([[null], [[]], ['text']])('passes %j on', (value) => {
    expect(shapeChecks(value)).toEqual(value);
  });
});

describe('shapeInstances', () => {
  it('drops what is empty of an instance, and nothing else', () => {
    const instance = { Node: { Node: 'n' }, Checks: [check] };
    const Service = { ID: 'a', PeerName: '', Proxy: { Mode: '', Upstreams: [1] } };
    expect(shapeInstances([{ ...instance, Service }])).toMatchObject([
      { Node: { Node: 'n' }, Service: { ID: 'a', Proxy: { Upstreams: [1] } } },
    ]);
    const peered = { ...Service, PeerName: 'p', Proxy: { Mode: 'direct' } };
    const [kept] = shapeInstances([{ ...instance, Service: peered }]) as [{ Service: object }];
    expect(kept.Service).toEqual({ ID: 'a', PeerName: 'p', Proxy: { Mode: 'direct' } });
  });
});
