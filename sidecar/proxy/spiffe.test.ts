import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isService, servicePeer } from './spiffe.ts';

const URI = 'spiffe://11.consul/ns/default/dc/dc1/svc/web';

it.each([
  [`URI:${URI}`, 'web'],
  ['URI:spiffe://11.consul/ap/default/ns/default/dc/dc1/svc/web', 'web'],
  ['URI:spiffe://11.consul/ns/default/dc/dc1/svc/a%2Fb', 'a/b'],
  ['URI:SPIFFE://11.CONSUL/ns/default/dc/dc1/svc/Web', 'Web'],
])('%s names %s', (text, service) => {
  expect(servicePeer(text)).toMatchObject({ service, namespace: 'default', datacenter: 'dc1' });
});

it.each([
  ['nothing', undefined],
  ['an empty list', ''],
  ['a host name', 'DNS:web.example'],
  ['a second name', `URI:${URI}, DNS:web.example`],
  ['a second URI', `URI:${URI}, URI:${URI}`],
  ['a quoted one, which holds a comma', 'URI:"spiffe://11.consul/ns/default/dc/dc1/svc/a,b"'],
  ['an agent', 'URI:spiffe://11.consul/agent/client/dc/dc1/id/n1'],
  ['a gateway', 'URI:spiffe://11.consul/gateway/mesh/dc/dc1'],
  ['a URI of another scheme', 'URI:https://11.consul/ns/default/dc/dc1/svc/web'],
  ['no trust domain', 'URI:spiffe:///ns/default/dc/dc1/svc/web'],
  ['a percent sign that escapes nothing', 'URI:spiffe://11.consul/ns/default/dc/dc1/svc/%zz'],
  ['something behind the service', `URI:${URI}/more`],
  ['a query', `URI:${URI}?x`],
])('%s names no service', (_what, text) => {
  expect(servicePeer(text)).toBeUndefined();
});

it('never throws, and names only what it was given', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (host, service) => {
      const peer = servicePeer(`URI:spiffe://${host}/ns/default/dc/dc1/svc/${service}`);
      if (peer !== undefined) expect(peer.service).toBe(decodeURIComponent(service));
    }),
  );
});

it.each([
  ['itself', 'web', 'dc1', true],
  ['itself in capitals', 'WEB', 'DC1', true],
  ['another service', 'web2', 'dc1', false],
  ['the service of another datacenter', 'web', 'dc2', false],
])('web of dc1 is %s', (_what, service, datacenter, expected) => {
  expect(isService(servicePeer(`URI:${URI}`)!, { service, datacenter })).toBe(expected);
});
