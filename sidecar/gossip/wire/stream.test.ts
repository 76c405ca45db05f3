import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compress } from './compression.ts';
import { MAX_PUSH_PULL_NODES, MAX_STREAM_MESSAGE_BYTES } from './limits.ts';
import { MessageType } from './message-type.ts';
import { AckType, ErrorResponseType, PingType, PushPullHeaderType } from './messages.ts';
import type { PushPullNode } from './messages.ts';
import { encodeMessage } from './msgpack/struct.ts';
import type { PacketSecurity } from './packet.ts';
import { encodePushPull } from './push-pull.ts';
import { ByteBudget, StreamBuffer } from './stream-buffer.ts';
import { sealStreamMessage, StreamReader } from './stream-envelope.ts';
import { encodeUserStreamMessage } from './stream-message.ts';
import { KEYS, security } from './testing/security.ts';

const NODES: PushPullNode[] = Array.from({ length: 40 }, (_, index) => ({
  name: `node-${index}`,
  address: Buffer.of(10, 0, 0, index),
  port: 7946,
  meta: Buffer.from(`meta ${index}`),
  incarnation: index,
  state: index % 4,
  versions: Buffer.of(1, 5, 2, 2, 5, 4),
}));
const PUSH_PULL = encodePushPull(NODES, NODES.length, Buffer.from('user state'), true);

const PING = {
  seqNo: 7,
  node: 'n',
  sourceAddress: new Uint8Array(0),
  sourcePort: 0,
  sourceNode: '',
};
const MESSAGES: [string, Uint8Array, object][] = [
  ['push/pull', PUSH_PULL, { kind: 'push_pull', pushPull: { join: true, nodes: NODES } }],
  ['user', encodeUserStreamMessage(Buffer.from('hello')), { message: Buffer.from('hello') }],
  ['empty user', encodeUserStreamMessage(Buffer.alloc(0)), { message: Buffer.alloc(0) }],
  ['ping', encodeMessage(MessageType.ping, PingType, PING), { kind: 'ping', ping: PING }],
  [
    'ack',
    encodeMessage(MessageType.ack, AckType, { seqNo: 7, payload: Buffer.from('p') }),
    { kind: 'ack', ack: { seqNo: 7, payload: Buffer.from('p') } },
  ],
  [
    'error',
    encodeMessage(MessageType.error, ErrorResponseType, { error: 'no' }),
    { kind: 'error', error: 'no' },
  ],
];
const POOLS: [string, PacketSecurity][] = [
  ['plain', security()],
  ['labelled', security({ label: 'blue' })],
  ['encrypted', security({ keys: KEYS })],
  ['encrypted, version 0', security({ keys: KEYS, encryptionVersion: 0 })],
  ['labelled and encrypted', security({ label: 'blue', keys: KEYS })],
];
const SHAPES = POOLS.flatMap(([name, pool]) =>
  [false, true].map((compressed) => ({ name, pool, compressed })),
);

/** As the dialling side sends it. */
function sent(message: Uint8Array, pool: PacketSecurity, compressed: boolean): Uint8Array {
  return Buffer.concat([
    pool.labelHeader,
    sealStreamMessage(message, pool, { compress: compressed }),
  ]);
}

const labelled = { labelled: true };
/** Behind the type and the length of an encrypted stream message. */
const ENCRYPTION_VERSION_OFFSET = 5;

describe.each(SHAPES)('$name, compressed: $compressed', ({ pool, compressed }) => {
  it.each(MESSAGES)('reads %s, however it is cut into chunks', (_name, message, expected) => {
    const whole = sent(message, pool, compressed);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (sizes) => {
        const reader = new StreamReader(pool, labelled);
        let received = 0;
        for (let index = 0; received < whole.length; index++) {
          if (received > 0) expect(reader.read(whole.subarray(0, received))).toBe('truncated');
          received += sizes[index % sizes.length] ?? 1;
        }
        expect(reader.read(whole)).toMatchObject(expected);
      }),
      { numRuns: 10 },
    );
  });

  it('survives changed bytes', () => {
    const whole = sent(PUSH_PULL, pool, compressed);
    fc.assert(
      fc.property(
        fc.nat({ max: whole.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, flip) => {
          const forged = Buffer.from(whole);
          forged[at]! ^= flip;
          const result = new StreamReader(pool, labelled).read(forged);
          // The format does not authenticate the version byte: version 0 taken for 1 keeps its padding, which nobody reads.
          if (at === pool.labelHeader.length + ENCRYPTION_VERSION_OFFSET) return;
          if (pool.keys().length > 0) expect(typeof result).toBe('string');
        },
      ),
    );
  });

  it('survives arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (input) => {
        new StreamReader(pool, labelled).read(Buffer.concat([pool.labelHeader, input]));
      }),
      { numRuns: 500 },
    );
  });
});

describe('what is refused', () => {
  const header = (nodes: number, userStateBytes: number): Uint8Array =>
    encodeMessage(MessageType.pushPull, PushPullHeaderType, { nodes, userStateBytes, join: false });
  const length = (bytes: number): Buffer => {
    const prefix = Buffer.alloc(4);
    prefix.writeUInt32BE(bytes);
    return prefix;
  };
  const keyed = security({ keys: KEYS });

  it.each([
    [
      'an encrypted message of 2 GB',
      keyed,
      Buffer.concat([Buffer.of(10), length(2 ** 31)]),
      'too_large',
    ],
    [
      'an encrypted message just too long',
      keyed,
      Buffer.concat([Buffer.of(10), length(MAX_STREAM_MESSAGE_BYTES + 1)]),
      'too_large',
    ],
    [
      'a user message of 2 GB',
      security(),
      Buffer.from('0881aa557365724d73674c656ece7fffffff', 'hex'),
      'too_large',
    ],
    [
      'a negative user message',
      security(),
      Buffer.from('0881aa557365724d73674c656eff', 'hex'),
      'malformed',
    ],
    ['a push/pull of two billion nodes', security(), header(2 ** 31, 0), 'too_large'],
    ['a push/pull of too many nodes', security(), header(MAX_PUSH_PULL_NODES + 1, 0), 'too_large'],
    ['user state of 2 GB', security(), header(0, 2 ** 31), 'too_large'],
    ['negative nodes', security(), header(-1, 0), 'malformed'],
    [
      'a compressed buffer of 2 GB',
      security(),
      Buffer.from('0982a4416c676f00a3427566db7fffffff', 'hex'),
      'too_large',
    ],
    ['a bomb', security(), compress(Buffer.alloc(MAX_STREAM_MESSAGE_BYTES + 1)), 'too_large'],
    ['a gossip message', security(), Buffer.of(MessageType.suspect, 0x80), 'unknown_type'],
    ['plain where there are keys', keyed, PUSH_PULL, 'encryption'],
    ['encrypted where there are none', security(), Buffer.of(10, 0, 0, 0, 40), 'encryption'],
    [
      'another label',
      security({ label: 'blue' }),
      Buffer.from('\u00f4\u0003red', 'latin1'),
      'label',
    ],
    [
      'a truncated message in a whole envelope',
      security(),
      compress(PUSH_PULL.subarray(0, 100)),
      'malformed',
    ],
  ])('%s', (_name, pool, bytes, refusal) => {
    expect(new StreamReader(pool, labelled).read(bytes)).toBe(refusal);
  });

  it('takes plain streams while encryption is rolled out', () => {
    const rolling = security({ keys: KEYS, verifyIncoming: false });
    expect(new StreamReader(rolling, labelled).read(PUSH_PULL)).toMatchObject({
      kind: 'push_pull',
    });
  });

  it('expects no label on what comes back', () => {
    const pool = security({ label: 'blue' });
    const reply = new StreamReader(pool, { labelled: false });
    expect(reply.read(PUSH_PULL)).toMatchObject({ kind: 'push_pull' });
  });
});

describe('StreamBuffer', () => {
  it('shares a budget and gives it back', () => {
    const budget = new ByteBudget(10);
    const [one, other] = [new StreamBuffer(budget), new StreamBuffer(budget)];
    expect(one.append(Buffer.from('abc'))).toBe(true);
    expect(one.append(Buffer.from('defg'))).toBe(true);
    expect(Buffer.from(one.received).toString()).toBe('abcdefg');
    expect(other.append(Buffer.from('hijk'))).toBe(false);
    expect(budget.left).toBe(3);
    one.release();
    one.release();
    expect(budget.left).toBe(10);
  });
});
