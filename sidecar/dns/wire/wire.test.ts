import { decode } from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { TYPES, makeQuery, readAnswer } from '../testing/packets.ts';
import { canonicalAddress, parseAddress } from './address.ts';
import { encodeMessage, encodedLength } from './message.ts';
import { isEncodableName, MalformedMessageError, readName } from './name.ts';
import { parseQuery } from './query.ts';
import type { Question } from './query.ts';
import { addressRecord } from './record.ts';
import type { ResourceRecord } from './record.ts';
import { answersQuery, readAnswers } from './response.ts';

describe('addresses', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['2001:DB8:0:0:0:0:0:6', '2001:db8::6'],
    ['2001:0db8::1:0:0:1', '2001:db8::1:0:0:1'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['::', '::'],
    ['::1', '::1'],
    ['fe80::', 'fe80::'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  it.each(['', 'www.example.org', '10.0.0', '010.0.0.1', '10.0.0.256', 'fe80::1%eth0', '1::2::3'])(
    '%j is none',
    (text) => expect(parseAddress(text)).toBeUndefined(),
  );
});

describe('names', () => {
  it.each<[string, boolean]>([
    ['.', true],
    ['sp ace.node.dc1.consul.', true],
    [`${'a'.repeat(63)}.consul.`, true],
    [`${'a'.repeat(64)}.consul.`, false],
    [`${'ü'.repeat(32)}.consul.`, false],
    ['a..consul.', false],
    [`${'abcdefg.'.repeat(32)}`, false],
  ])('%s fits the wire: %s', (name, fits) => expect(isEncodableName(name)).toBe(fits));

  it.each([
    ['a pointer to itself', 'c000'],
    ['a pointer cut short', 'c0'],
    ['a label beyond the end', '05616263'],
    ['no end', '0161'],
    ['a reserved label type', '8061'],
  ])('%s is malformed', (_, hex) => {
    expect(() => readName(Buffer.from(hex, 'hex'), 0)).toThrow(MalformedMessageError);
  });
});

describe('parseQuery', () => {
  it('reads question, flags, EDNS and client subnet', () => {
    const option = '00080007000118000a0102';
    const parsed = parseQuery(makeQuery('Web.consul', 'SRV', { edns: 1232, ednsOptions: option }));
    expect(parsed).toMatchObject({
      kind: 'query',
      query: {
        id: 0x1234,
        flags: 0x0100,
        question: { name: 'Web.consul.', labels: ['web', 'consul'], type: TYPES['SRV'], class: 1 },
        edns: {
          udpPayloadBytes: 1232,
          clientSubnet: { address: '10.1.2.0', sourcePrefixBits: 24 },
        },
      },
    });
  });

  it.each<[string, Buffer, string]>([
    ['a response', makeQuery('a', 'A', { flags: 0x8000 }), 'ignore'],
    ['half a header', Buffer.from('123401', 'hex'), 'ignore'],
    ['an update', makeQuery('a', 'A', { flags: 0x2800 }), 'NOTIMP'],
    ['a notify', makeQuery('a', 'A', { flags: 0x2000 }), 'NOTIMP'],
    ['no question', makeQuery('a', 'A', { counts: [0, 0, 0, 0] }), 'FORMERR'],
    ['two questions', makeQuery('a', 'A', { counts: [2, 0, 0, 0] }), 'FORMERR'],
    ['answers', makeQuery('a', 'A', { counts: [1, 2, 0, 0] }), 'FORMERR'],
    ['three additional records', makeQuery('a', 'A', { counts: [1, 0, 0, 3] }), 'FORMERR'],
    ['a bare header', makeQuery('a').subarray(0, 12), 'FORMERR'],
    ['a question cut short', makeQuery('abc').subarray(0, -3), 'FORMERR'],
    [
      'a compressed question',
      Buffer.from('123401000001000000000000c00000010001', 'hex'),
      'FORMERR',
    ],
    [
      'an option cut short',
      makeQuery('a', 'A', { edns: 512, ednsOptions: '000a0009aa' }),
      'FORMERR',
    ],
    [
      'a subnet of family 9',
      makeQuery('a', 'A', { edns: 512, ednsOptions: '00080007000918000a0102' }),
      'FORMERR',
    ],
    [
      'a subnet of 41 bits',
      makeQuery('a', 'A', { edns: 512, ednsOptions: '00080007000129000a0102' }),
      'FORMERR',
    ],
  ])('%s', (_, packet, expected) => {
    const parsed = parseQuery(packet);
    const codes: Record<number, string> = { 1: 'FORMERR', 4: 'NOTIMP' };
    expect(parsed.kind === 'reject' ? codes[parsed.code] : parsed.kind).toBe(expected);
  });

  it('records that are announced but absent are tolerated, and so is what follows the message', () => {
    expect(parseQuery(makeQuery('a', 'A', { counts: [1, 1, 0, 1] })).kind).toBe('query');
    expect(parseQuery(Buffer.concat([makeQuery('a'), Buffer.from('deadbeef', 'hex')])).kind).toBe(
      'query',
    );
  });
});

const text = (value: string): ResourceRecord => ({ type: 16, name: 'a.', ttl: 0, text: value });

describe('encodeMessage', () => {
  const question: Question = {
    name: 'Web.service.consul.',
    labels: ['web', 'service', 'consul'],
    type: 33,
    class: 1,
    bytes: new Uint8Array(),
  };
  const target = 'n1.node.dc1.consul.';
  const srv: ResourceRecord = {
    type: 33,
    name: question.name,
    ttl: 7,
    priority: 1,
    weight: 2,
    port: 80,
    target,
  };
  const message = {
    question,
    flags: 34048,
    code: 0,
    authority: [],
    edns: undefined,
    answer: [srv],
    additional: [addressRecord(target, 7, Uint8Array.of(10, 0, 0, 1))],
  };

  it.each([true, false])('round trip with compression %s', (compress) => {
    const { bytes } = encodeMessage(message, compress)!;
    expect(readAnswer(bytes)).toEqual({
      rcode: 'NOERROR',
      flags: 'aa rd',
      authority: [],
      answer: ['Web.service.consul 7 SRV 1 2 80 n1.node.dc1.consul'],
      additional: ['n1.node.dc1.consul 7 A 10.0.0.1'],
    });
    expect(encodedLength(message, compress)).toBe(bytes.length);
  });

  it('a SRV target is not compressed, but later names point into it', () => {
    const { bytes } = encodeMessage(message)!;
    expect(bytes.toString('latin1').split('consul').length - 1).toBe(2);
    expect(encodeMessage(message, false)!.bytes.toString('latin1').split('consul').length - 1).toBe(
      4,
    );
  });

  it('a record whose name does not fit is left out, the others stay', () => {
    const odd: ResourceRecord = { ...srv, target: `${'x'.repeat(64)}.consul.` };
    const { bytes } = encodeMessage({ ...message, answer: [odd, srv, odd] })!;
    expect(readAnswer(bytes).answer).toHaveLength(1);
  });

  it('a long text is split, an empty one is an empty string', () => {
    const { bytes } = encodeMessage({ ...message, answer: [text('y'.repeat(300)), text('')] })!;
    const { answers } = decode(bytes) as unknown as { answers: { data: Buffer[] }[] };
    expect(answers.map(({ data }) => data.map((part) => part.length))).toEqual([[255, 45], [0]]);
  });

  it('a message above 65,535 bytes is none', () => {
    const address = addressRecord(question.name, 0, Uint8Array.of(10, 0, 0, 1));
    const answer = (count: number) => ({
      ...message,
      answer: Array.from({ length: count }, () => address),
    });
    expect(encodeMessage(answer(4000))).toBeDefined();
    expect(encodeMessage(answer(4100))).toBeUndefined();
    expect(encodedLength(answer(4100))).toBe(Number.POSITIVE_INFINITY);
  });

  it('names that were escaped go out as they came in', () => {
    const raw = makeQuery('axb.consul');
    raw[raw.indexOf('x')] = 0x2e;
    const parsed = parseQuery(raw);
    const asked = parsed.kind === 'query' ? parsed.query.question : question;
    expect(asked.name).toBe('a\\046b.consul.');
    const { bytes } = encodeMessage({ ...message, question: asked, answer: [], additional: [] })!;
    expect(bytes.subarray(12)).toEqual(raw.subarray(12));
  });
});

describe('responses of recursors', () => {
  const query = makeQuery('WWW.example.org');

  it.each<[string, Buffer, boolean]>([
    ['the same question', makeQuery('www.EXAMPLE.org', 'A', { flags: 0x8180 }), true],
    ['another id', makeQuery('www.example.org', 'A', { flags: 0x8180, id: 1 }), false],
    ['another name', makeQuery('www.example.com', 'A', { flags: 0x8180 }), false],
    ['another type', makeQuery('www.example.org', 'AAAA', { flags: 0x8180 }), false],
    ['a query', query, false],
    ['rubbish', makeQuery('www.example.org', 'A', { flags: 0x8180 }).subarray(0, 14), false],
  ])('%s', (_, response, expected) => expect(answersQuery(response, query)).toBe(expected));

  it('gives addresses and aliases and skips other types', () => {
    const records: ResourceRecord[] = [
      { type: 5, name: 'www.example.org.', ttl: 60, target: 'web.example.net.' },
      { type: 16, name: 'web.example.net.', ttl: 60, text: 'x' },
      addressRecord('web.example.net.', 60, Uint8Array.of(192, 0, 2, 1)),
      addressRecord('web.example.net.', 60, parseAddress('2001:db8::1')!),
    ];
    const question = {
      name: 'www.example.org.',
      labels: [],
      type: 1,
      class: 1,
      bytes: new Uint8Array(),
    };
    const empty = { authority: [], additional: [] };
    const { bytes } = encodeMessage({
      question,
      flags: 0x8180,
      code: 0,
      answer: records,
      ...empty,
    })!;
    expect(readAnswers(bytes)).toEqual(records.filter(({ type }) => type !== 16));
    for (let length = 30; length < bytes.length; length++) {
      expect(() => readAnswers(bytes.subarray(0, length))).toThrow();
    }
  });
});
