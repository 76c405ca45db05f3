/** Which names are answered with what. The expected records are those of Consul 1.21. */
import { describe, expect, it } from 'vitest';
import { setUp, SOA } from '../testing/fixture.ts';
import { makeQuery } from '../testing/packets.ts';

describe('names that are answered', () => {
  it.each<[name: string, type: string, answer: string[], additional?: string[]]>([
    [
      'web.service.consul',
      'A',
      ['web.service.consul 0 A 10.0.0.1', 'web.service.consul 0 A 10.14.0.2'],
    ],
    [
      'web.service.consul',
      'ANY',
      ['web.service.consul 0 A 10.0.0.1', 'web.service.consul 0 A 10.14.0.2'],
    ],
    [
      'web.service.consul',
      'SRV',
      [
        'web.service.consul 0 SRV 1 1 8001 n1.node.dc1.consul',
        'web.service.consul 0 SRV 1 1 8002 0a0e0002.addr.dc1.consul',
      ],
      ['0a0e0002.addr.dc1.consul 0 A 10.14.0.2', 'n1.node.dc1.consul 0 A 10.0.0.1'],
    ],
    ['v1.web.service.consul', 'A', ['v1.web.service.consul 0 A 10.0.0.1']],
    ['BLUE.Web.service.dc1.consul', 'A', ['BLUE.Web.service.dc1.consul 0 A 10.0.0.1']],
    ['a.b.web.service.dc1.dc.consul', 'A', ['a.b.web.service.dc1.dc.consul 0 A 10.14.0.2']],
    [
      '_web._v1.service.CONSUL',
      'SRV',
      ['_web._v1.service.CONSUL 0 SRV 1 1 8001 n1.node.dc1.CONSUL'],
      ['n1.node.dc1.CONSUL 0 A 10.0.0.1'],
    ],
    [
      '_web._v1.consul',
      'SRV',
      ['_web._v1.consul 0 SRV 1 1 8001 n1.node.dc1.consul'],
      ['n1.node.dc1.consul 0 A 10.0.0.1'],
    ],
    [
      '_web._tcp.service.consul',
      'A',
      ['_web._tcp.service.consul 0 A 10.0.0.1', '_web._tcp.service.consul 0 A 10.14.0.2'],
    ],
    ['web.connect.consul', 'A', ['web.connect.consul 0 A 10.0.0.9']],
    ['shop.ingress.dc1.consul', 'A', ['shop.ingress.dc1.consul 0 A 10.0.0.8']],
    ['WEB.virtual.consul', 'A', ['web.virtual.consul 0 A 240.0.0.1']],
    ['web.virtual.consul', 'AAAA', ['web.virtual.consul 0 A 240.0.0.1']],
    ['six.service.consul', 'AAAA', ['six.service.consul 0 AAAA 2001:db8::7']],
    [
      'six.service.consul',
      'SRV',
      ['six.service.consul 0 SRV 1 1 8001 20010db8000000000000000000000007.addr.dc1.consul'],
      ['20010db8000000000000000000000007.addr.dc1.consul 0 AAAA 2001:db8::7'],
    ],
    ['ext.service.consul', 'A', ['ext.service.consul 0 CNAME www.example.org']],
    ['ext.service.consul', 'SRV', ['ext.service.consul 0 SRV 1 1 8001 www.example.org']],
    [
      'inner.service.consul',
      'A',
      ['inner.service.consul 0 CNAME plain.node.consul', 'plain.node.consul 0 A 10.11.0.1'],
    ],
    ['self.service.consul', 'A', ['self.service.consul 0 A 10.0.0.4']],
    ['dup.service.consul', 'A', ['dup.service.consul 0 A 10.0.0.5']],
    [
      'dup.service.consul',
      'SRV',
      [
        'dup.service.consul 0 SRV 1 1 1 n5.node.dc1.consul',
        'dup.service.consul 0 SRV 1 1 2 n5.node.dc1.consul',
      ],
      ['n5.node.dc1.consul 0 A 10.0.0.5', 'n5.node.dc1.consul 0 A 10.0.0.5'],
    ],
    ['plain.node.consul', 'A', ['plain.node.consul 0 A 10.11.0.1']],
    ['PLAIN.node.dc1.consul', 'ANY', ['PLAIN.node.dc1.consul 0 A 10.11.0.1']],
    ['sixnode.node.consul', 'AAAA', ['sixnode.node.consul 0 AAAA 2001:db8::6']],
    ['dotted.name.node.dc1.consul', 'A', ['dotted.name.node.dc1.consul 0 A 10.11.0.3']],
    ['host.node.consul', 'AAAA', ['host.node.consul 0 CNAME www.example.org']],
    [
      'meta.node.consul',
      'A',
      ['meta.node.consul 0 A 10.11.0.2'],
      [
        'meta.node.consul 0 TXT a`=b=c',
        'meta.node.consul 0 TXT as is',
        'meta.node.consul 0 TXT role=db',
      ],
    ],
    [
      'meta.node.consul',
      'TXT',
      [
        'meta.node.consul 0 TXT a`=b=c',
        'meta.node.consul 0 TXT as is',
        'meta.node.consul 0 TXT role=db',
      ],
    ],
    ['0A0b0c0d.addr.dc1.consul', 'A', ['0a0b0c0d.addr.dc1.consul 0 A 10.11.12.13']],
    ['0a0b0c0d.addr.consul', 'AAAA', [], ['0a0b0c0d.addr.consul 0 A 10.11.12.13']],
    [
      '20010db8000000000000000000000001.addr.consul',
      'ANY',
      ['20010db8000000000000000000000001.addr.consul 0 AAAA 2001:db8::1'],
    ],
    ['1.0.11.10.in-addr.arpa', 'PTR', ['1.0.11.10.in-addr.arpa 0 PTR plain.node.dc1.consul']],
    [
      '9.9.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.IP6.arpa',
      'PTR',
      [
        '9.9.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.IP6.arpa 0 PTR rev6.service.dc1.consul',
      ],
    ],
    [
      'x.consul',
      'NS',
      ['consul 0 NS n1.node.dc1.consul', 'consul 0 NS n2.node.dc1.consul'],
      ['n1.node.dc1.consul 0 A 10.0.0.1', 'n2.node.dc1.consul 0 A 10.0.0.2'],
    ],
  ])('%s %s', async (name, type, answer, additional = []) => {
    const found = await setUp().ask(name, type);
    expect(found).toEqual({ rcode: 'NOERROR', flags: 'aa rd', answer, authority: [], additional });
  });

  it('SOA comes with the name servers', async () => {
    const found = await setUp().ask('consul', 'SOA');
    expect(found.answer).toEqual([SOA]);
    expect(found.authority).toHaveLength(2);
    expect(found.additional).toHaveLength(2);
  });
});

describe('names that are not', () => {
  it.each([
    'nosuch.service.consul',
    'none.web.service.consul',
    'web.service.dc9.consul',
    'web.service.a.b.consul',
    'web.service.dc1.peer.consul',
    'service.consul',
    'web.consul',
    'nosuch.node.consul',
    'plain.node.dc9.consul',
    'node.consul',
    'consul',
    'rubbish.consul',
    'nosuch.connect.consul',
    'web.ingress.consul',
    'connect.consul',
    'virtual.consul',
    'nosuch.query.consul',
    'query.consul',
    'x.query.a.b.consul',
    'query.dc9.consul',
    'zzzzzzzz.addr.consul',
    '0a0b.addr.consul',
    '0a0b0c0d0.addr.consul',
    'x.0a0b0c0d.addr.consul',
    '200.0.12.10.in-addr.arpa',
    '300.1.1.1.in-addr.arpa',
    'foo.arpa',
  ])('%s is NXDOMAIN with an SOA', async (name) => {
    expect(await setUp().ask(name)).toEqual({
      rcode: 'NXDOMAIN',
      flags: 'aa rd',
      answer: [],
      additional: [],
      authority: [SOA],
    });
  });

  it.each<[string, string, string[]]>([
    ['web.service.consul', 'AAAA', [SOA]],
    ['web.service.consul', 'MX', [SOA]],
    ['six.service.consul', 'A', [SOA]],
    ['plain.node.consul', 'AAAA', []],
    ['plain.node.consul', 'MX', []],
    ['nosuch.node.consul', 'SRV', []],
    ['nosuch.virtual.consul', 'A', []],
    ['web.virtual.peer1.consul', 'A', []],
  ])('%s %s has no data', async (name, type, authority) => {
    expect(await setUp().ask(name, type)).toEqual({
      rcode: 'NOERROR',
      flags: 'aa rd',
      answer: [],
      additional: [],
      authority,
    });
  });

  it.each(['example.org', 'web.service.consul.example.org', ''])('%s is refused', async (name) => {
    const found = await setUp().ask(name, 'A', { edns: 1232 });
    expect(found).toMatchObject({ rcode: 'REFUSED', flags: 'rd', authority: [], additional: [] });
  });

  it('a zone transfer is not implemented', async () => {
    expect(await setUp().ask('consul', 'AXFR')).toMatchObject({ rcode: 'NOTIMP', answer: [] });
  });

  it('a label with a dot in it is not two labels', async () => {
    const packet = makeQuery('v1xweb.service.consul');
    packet[packet.indexOf('x')] = 0x2e;
    const answer = await setUp().responder.respond(packet, {
      address: '127.0.0.1',
      transport: 'udp',
    });
    expect(answer![3]! & 0x0f).toBe(3);
  });

  it('random names are not looked up', async () => {
    const { ask, source } = setUp();
    await ask('random.service.consul');
    await ask('web.service.dc9.consul');
    expect(source.asked).toEqual([]);
  });

  it('an alias to itself ends', async () => {
    const found = await setUp().ask('loop.node.consul');
    expect(new Set(found.answer)).toEqual(new Set(['loop.node.consul 0 CNAME loop.node.consul']));
  });
});
