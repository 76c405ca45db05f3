/** Questions by chance: names put together of labels that mean something, in places where they may mean nothing. */
import { Random } from '../../linearizability/random.ts';
import { makeQueryOf, TYPES, type QuerySpec } from './packets.ts';
import type { AskedQuestion } from './questions.ts';

const KEYWORDS = ['service', 'node', 'connect', 'virtual', 'ingress', 'query', 'addr'];
const NAMES = [
  'web', 'plain', 'meta', 'six', 'upper-case', 'camelcase', 'addr4', 'addr6', 'addrhost', 'addrinner', 'health', 'alldown', 'allwarn', 'dup', 'ext', 'native', 'gate',
  'tagged', 'web-proxy', 'under_score', '1234', 'service', 'node', 'ask', 'pre-web', 'empty', 'passing', 'nosuch', 'db-a', 'db-special', 'n1', 'consul', '0a0b0c0d',
  'alias-in', 'alias-chain', 'withmeta', 'addrdeep',
]; // prettier-ignore
const TAGS = [
  'v1',
  'V2',
  'blue',
  'mixed',
  'a',
  'b',
  't',
  'none',
  '_tcp',
  '_odd',
  '_udp',
  'node',
  'service',
  'dc1',
];
const TAILS = ['dc1', 'DC1', 'dc9', 'dc', 'ns', 'ap', 'peer', 'sg', 'default', 'x', 'dc1.dc', 'default.ns', 'default.ap', 'x.peer', 'default.ns.default.ap.dc1.dc', 'dc9.dc']; // prettier-ignore
/** Of which an answer may hold a choice, which is nobody's fault. */
const ODD_LABELS = ['_', '__', '*', '-', '_tcp', 'a b', 'a.b', '\\', '"', '\0', '\u00ff', 'xn--bcher-kva', 'bücher', 'x'.repeat(63), '%00', '@', '(', ';', '$', '0', '-a', 'a-', '_-']; // prettier-ignore
const SPECS: readonly (QuerySpec & { readonly tcp?: boolean })[] = [
  {},
  {},
  { tcp: true },
  { edns: 1232 },
  { edns: 4096 },
  { edns: 512, tcp: true },
  { flags: 0 },
  { flags: 0x0120 },
  { edns: 1232, ednsFlags: 0x8000 },
  { edns: 1232, ednsOptions: '0008000700011800c63364' },
  { edns: 700, ednsOptions: '000a00080102030405060708' },
];

/** @param domain in which most names lie; dotted */
export function randomQuestions(seed: number, domain: string, count: number): AskedQuestion[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const labels = randomName(random, domain);
    const type = random.pick(Object.keys(TYPES).filter((name) => name !== 'AXFR'));
    const spec = random.pick(SPECS);
    const name = labels.join('.');
    const form = JSON.stringify(spec);
    return {
      title: `${name} ${type} (${form}, ${JSON.stringify(labels)})`,
      transport: spec.tcp ? 'tcp' : 'udp',
      packet: makeQueryOf(labels, type, spec),
    };
  });
}

function randomName(random: Random, domain: string): string[] {
  const labels = [
    ...(random.integer(0, 9) === 0 ? rfc2782(random) : plain(random)),
    ...(random.integer(0, 2) === 0 ? random.pick(TAILS).split('.') : []),
    ...domain.split('.'),
  ];
  while (random.integer(0, 2) === 0) bend(random, labels);
  return fitted(labels);
}

function plain(random: Random): string[] {
  const tags = Array.from({ length: random.pick([0, 0, 0, 1, 1, 2, 3]) }, () => random.pick(TAGS));
  return [...tags, random.pick(NAMES), random.pick(KEYWORDS)];
}

function rfc2782(random: Random): string[] {
  const name = `_${random.pick(NAMES)}`;
  const tag = random.pick(['_tcp', '_udp', `_${random.pick(TAGS)}`, 'tcp']);
  return [name, tag, ...(random.integer(0, 1) === 0 ? [random.pick(KEYWORDS)] : [])];
}

/** One change that a typist or an attacker could make. */
function bend(random: Random, labels: string[]): void {
  const at = random.integer(0, Math.max(labels.length - 1, 0));
  const label = labels[at] ?? '';
  const changed: Record<string, readonly string[]> = {
    without: [],
    twice: [label, label],
    upper: [label.toUpperCase()],
    underscored: [`_${label}`],
    keyword: [label, random.pick(KEYWORDS)],
    odd: [random.pick(ODD_LABELS), label],
    replaced: [random.pick(ODD_LABELS)],
    tail: [label, random.pick(TAILS)],
    named: [random.pick(NAMES), label],
    cut: [label.slice(1)],
  };
  labels.splice(
    at,
    1,
    ...changed[random.pick(Object.keys(changed))]!.filter((text) => text !== ''),
  );
}

/** Within what a message can carry: 63 bytes a label, 255 a name. */
function fitted(labels: readonly string[]): string[] {
  const short = labels.map((label) =>
    Buffer.from(label, 'latin1').subarray(0, 63).toString('latin1'),
  );
  let length = 1;
  return short.filter((label) => (length += label.length + 1) <= 255);
}
