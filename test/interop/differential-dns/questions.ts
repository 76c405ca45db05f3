/** Names to ask for, and the forms in which each is asked. */
import { makeQuery, TYPES } from './packets.ts';

/** Without the domain. */
const IN_ZONE: readonly string[] = [
  '', 'node', 'service', 'query', 'connect', 'virtual', 'ingress', 'addr', 'dc1', 'rubbish', 'a.b.c', 'ns', 'n1',
  ...['plain', 'PLAIN', 'upper-case', 'Upper-Case', 'meta', 'long-meta', 'six', 'dotted.name', 'nosuch', 'under_score'].map((n) => `${n}.node`),
  ...['alias-out', 'alias-in', 'alias-chain', 'alias-loop', 'n1', 'ext', '_plain', 'x.plain', 'node', 'plain.node'].map((n) => `${n}.node`),
  'plain.node.dc1', 'plain.node.DC1', 'plain.node.dc9', 'plain.node.dc1.dc', 'plain.node.dc9.dc', 'plain.node.dc1.extra', 'plain.node.default.ap',
  'plain.node.default.ap.dc1.dc', 'plain.node.default.ns', 'plain.node.x.peer', 'plain.node.dc1.dc.x.peer', 'plain.node.a.b.c', 'plain.node.dc', 'plain.nodes',
  ...['web', 'WEB', 'wEb', 'camelcase', 'CamelCase', 'addr4', 'addr6', 'addrhost', 'addrinner', 'addrdeep', 'addrself', 'withmeta'].map((n) => `${n}.service`),
  ...['health', 'alldown', 'allwarn', 'dup', 'ext', 'mixed', 'tagged', 'web-proxy', 'native', 'gate', 'under_score'].map((n) => `${n}.service`),
  ...['dotted.service', '1234', 'service', 'four', 'wide', 'db-a', 'db-special', 'db-long-x', 'consul', 'nosuch', '_web', 'node'].map((n) => `${n}.service`),
  ...['v1.web', 'V1.web', 'v1.WEB', 'mixed.web', 'Mixed.web', 'a.b.web', 'none.web', 'a.b.c.web', 'T.camelcase', '_tcp.web', 'x.y', 'v1.nosuch'].map((n) => `${n}.service`),
  ...['_web._tcp', '_WEB._TCP', '_web._udp', '_web._v1', '_web._V1', '_web._blue', '_web._none', '_web._', '__tcp', '_web._a.b', '_web.tcp'].map((n) => `${n}.service`),
  ...['web._tcp', '_v1._web._tcp', '_under_score._tcp', '_under_score.__odd', 'v1._web._tcp', '_nosuch._tcp', '_camelcase._t', 'node.service'].map((n) => `${n}.service`),
  '_web._tcp', '_web._v1', '_web', 'x._web._tcp', '_web._tcp.dc1', '_web._tcp.dc9', '_web._tcp.service.dc1', '_web._tcp.service.dc9', '_web._tcp.service.dc1.dc',
  'web.service.dc1', 'web.service.DC1', 'web.service.dc9', 'v1.web.service.dc1', 'web.service.dc1.dc', 'web.service.dc9.dc', 'web.service.dc1.more', 'web.service.dc1.too.many',
  'web.service.default.ns', 'web.service.default.ns.default.ap.dc1.dc', 'web.service.default.ap', 'web.service.x.peer', 'web.service.default.sg', 'web.service.x.sg.dc1.dc',
  'web.sg.service', 'web.service.a.ns.b.ap', 'web.service.dc', 'web.services', 'web.service.service', 'web', 'web.node', 'plain.service',
  ...['web', 'WEB', 'native', 'nosuch', 'v1.web', 'a.b.web', 'addr4', '_web._tcp', '_web'].map((n) => `${n}.connect`), 'web.connect.dc1', 'web.connect.dc9', 'web.connect.dc1.dc',
  ...['web', 'nosuch', 'gate', 'x.web', 'WEB'].map((n) => `${n}.ingress`), 'web.ingress.dc1', 'web.ingress.dc9',
  ...['web', 'nosuch', 'native', 'web-proxy', 'x.web', 'WEB', 'gate', 'addr4'].map((n) => `${n}.virtual`), 'web.virtual.dc1', 'web.virtual.dc9', 'web.virtual.x', 'web.virtual.default.ns', 'web.virtual.dc1.dc',
  'web.virtual.x.peer', 'web.virtual.default.ap.x.peer',
  ...['0a0b0c0d', '0A0B0C0D', '20010db8000000000000000000000001', 'zzzzzzzz', '0a0b', 'x.0a0b0c0d', '00000000', '00000000000000000000000000000000'].map((n) => `${n}.addr`),
  '0a0b0c0d.addr.dc1', '0a0b0c0d.addr.dc9', '0a0b0c0d.addr.a.b.c', '00000000000000000000ffff0a0b0c0d.addr',
  ...['ask', 'ASK', 'ask.dots', 'empty', 'passing', 'pre-web', 'pre-nosuch', 'nosuch', 'x.ask', '_ask._tcp', '_ask.dots._tcp', '_ask', 'ask._tcp'].map((n) => `${n}.query`),
  'ask.query.dc1', 'ask.query.dc9', 'ask.query.dc1.dc', 'ask.query.a.b', '_ask._tcp.query.dc1',
]; // prettier-ignore

/** Whole. */
const ELSEWHERE: readonly string[] = [
  '', 'com', 'example.org', 'www.example.org', 'consul.example.org', 'web.service.consul.example.org', 'xconsul', 'web.service.xconsul', 'arpa', 'in-addr.arpa', 'ip6.arpa',
  '1.0.1.10.in-addr.arpa', '1.0.1.10.IN-ADDR.ARPA', '2.0.3.10.in-addr.arpa', '4.0.3.10.in-addr.arpa', '200.0.1.10.in-addr.arpa', '0.1.10.in-addr.arpa', '1.2.3.4.5.in-addr.arpa', 'x.0.1.10.in-addr.arpa',
  '1.0.0.127.in-addr.arpa', '11.100.51.198.in-addr.arpa', '12.0.3.10.in-addr.arpa', '256.0.1.10.in-addr.arpa', '01.0.1.10.in-addr.arpa',
  '6.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa', '4.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
  '4.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.IP6.arpa', '9.9.0.0.ip6.arpa', 'web.service.consul.arpa',
]; // prettier-ignore

const QUESTION_TYPES = Object.keys(TYPES).filter((type) => type !== 'AXFR');

/** How a question is sent. */
export interface Form {
  readonly label: string;
  readonly transport: 'udp' | 'tcp';
  readonly flags?: number;
  readonly edns?: number;
  readonly ednsOptions?: string;
  readonly ednsFlags?: number;
  readonly ednsVersion?: number;
  readonly class?: number;
}

export const FORMS: readonly Form[] = [
  { label: 'udp', transport: 'udp' },
  { label: 'tcp', transport: 'tcp' },
  { label: 'edns 1232', transport: 'udp', edns: 1232 },
  { label: 'edns 4096', transport: 'udp', edns: 4096 },
  { label: 'edns 100', transport: 'udp', edns: 100 },
  { label: 'edns tcp', transport: 'tcp', edns: 4096 },
];

/** Only for a few names: what they change does not depend on the name. */
export const ODD_FORMS: readonly Form[] = [
  { label: 'no RD', transport: 'udp', flags: 0 },
  { label: 'CD', transport: 'udp', flags: 0x0110 },
  { label: 'AD', transport: 'udp', flags: 0x0120 },
  { label: 'Z', transport: 'udp', flags: 0x0140 },
  { label: 'all flags', transport: 'udp', flags: 0x07ff & ~0x0f },
  { label: 'rcode in the query', transport: 'udp', flags: 0x0103 },
  { label: 'DO', transport: 'udp', edns: 1232, ednsFlags: 0x8000 },
  { label: 'DO tcp', transport: 'tcp', edns: 1232, ednsFlags: 0x8000 },
  { label: 'EDNS version 1', transport: 'udp', edns: 1232, ednsVersion: 1 },
  { label: 'edns 0', transport: 'udp', edns: 0 },
  { label: 'edns 511', transport: 'udp', edns: 511 },
  { label: 'edns 512', transport: 'udp', edns: 512 },
  { label: 'edns 513', transport: 'udp', edns: 513 },
  { label: 'edns 65535', transport: 'udp', edns: 65_535 },
  { label: 'cookie', transport: 'udp', edns: 1232, ednsOptions: '000a00080102030405060708' },
  { label: 'subnet /24', transport: 'udp', edns: 1232, ednsOptions: '000800070001180 0c63364'.replace(' ', '') },
  { label: 'subnet /32', transport: 'udp', edns: 1232, ednsOptions: '0008000800012000c6336401' },
  { label: 'subnet v6', transport: 'udp', edns: 1232, ednsOptions: '0008000b0002380020010db8000000' },
  { label: 'NSID', transport: 'udp', edns: 1232, ednsOptions: '00030000' },
  { label: 'class CH', transport: 'udp', class: 3 },
  { label: 'class ANY', transport: 'udp', class: 255 },
]; // prettier-ignore

const ODD_NAMES = ['web.service', 'plain.node', 'nosuch.service', 'wide.service', 'ask.query', ''];

export interface AskedQuestion {
  /** For people. */
  readonly title: string;
  readonly transport: 'udp' | 'tcp';
  readonly packet: Buffer;
}

export function questionsFor(domain: string): AskedQuestion[] {
  const names = [...IN_ZONE.map((name) => inDomain(name, domain)), ...ELSEWHERE];
  const common = names.flatMap((name) =>
    QUESTION_TYPES.flatMap((type) => FORMS.map((form) => question(name, type, form))),
  );
  const odd = [...ODD_NAMES.map((name) => inDomain(name, domain)), 'example.org'];
  return [
    ...common,
    ...odd.flatMap((name) =>
      ['A', 'SRV', 'ANY', 'SOA'].flatMap((type) =>
        ODD_FORMS.map((form) => question(name, type, form)),
      ),
    ),
  ];
}

function inDomain(name: string, domain: string): string {
  return name === '' ? domain : `${name}.${domain}`;
}

function question(name: string, type: string, form: Form): AskedQuestion {
  const title = `${name || '.'} ${type} (${form.label})`;
  return { title, transport: form.transport, packet: makeQuery(name, type, form) };
}
