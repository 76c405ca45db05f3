/** The codecs of the link: what goes in comes out, and what a stranger sends is refused or harmless. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Reply,
  type ReplyFrame,
  MessageJoiner,
  decodeClientMessage,
  decodeServerMessage,
  encodeHelloReply,
  encodeReplyFrame,
  splitMessage,
} from './frames.ts';
import { MAX_FRAME_CHARS } from './limits.ts';

/** Any UTF-16 units, halves of pairs and line ends among them: lengths count units. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 })
  .map((units) => String.fromCharCode(...units));
const index = fc.integer({ min: 0, max: 2 ** 40 });
const reply: fc.Arbitrary<Reply> = fc.oneof(
  fc.record({ index, body: fc.constant(''), unchanged: fc.constant(true as const) }),
  fc.record({
    index,
    body: anyText,
    notes: fc.record({ Expires: anyText.map((text) => text.toWellFormed()) }),
  }),
  fc.record({ index, body: anyText }),
  fc.record({
    index: fc.constant(0),
    body: anyText,
    code: fc.constantFrom('invalid' as const, 'unavailable' as const),
  }),
);
const frame: fc.Arbitrary<ReplyFrame> = fc.record({
  seq: fc.nat(),
  replies: fc.array(reply, { maxLength: 8 }),
});

const refusal = (thrown: unknown): boolean =>
  thrown instanceof SyntaxError || thrown instanceof RangeError || thrown instanceof TypeError;

/** Runs `decode`, which may refuse. @returns undefined then */
function attempt<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (thrown) {
    if (!refusal(thrown)) throw thrown;
    return undefined;
  }
}

describe('reply frames', () => {
  it('come out as they went in', () => {
    fc.assert(
      fc.property(frame, (sent) => {
        expect(decodeServerMessage(encodeReplyFrame(sent, true))).toEqual({
          type: 'reply',
          frame: sent,
        });
      }),
    );
  });

  it('cut anywhere are refused, never taken for shorter ones', () => {
    fc.assert(
      fc.property(frame, fc.nat(), (sent, at) => {
        const text = encodeReplyFrame(sent, true);
        const cut = text.slice(0, at % text.length);
        // Only a last body that is empty can lose nothing by the cut.
        expect(attempt(() => decodeServerMessage(cut))).toBeUndefined();
      }),
    );
  });

  it('with a changed character are refused or of their own shape', () => {
    fc.assert(
      fc.property(
        frame,
        fc.nat(),
        fc.constantFrom('"', '{', '[', ',', '9', '-', '\n', 'x'),
        (sent, at, mark) => {
          const text = encodeReplyFrame(sent, true);
          const place = at % text.length;
          const bent = text.slice(0, place) + mark + text.slice(place + 1);
          const message = attempt(() => decodeServerMessage(bent));
          if (message !== undefined) expect(['hello', 'reply', 'push']).toContain(message.type);
        },
      ),
    );
  });
});

describe('hello replies', () => {
  it('come out as they went in', () => {
    fc.assert(
      fc.property(anyText, anyText, (datacenter, incarnation) => {
        const hello = {
          protocol: 1,
          features: [],
          datacenter: datacenter.toWellFormed(),
          datacenterUUID: 'u',
          incarnation: incarnation.toWellFormed(),
        };
        expect(decodeServerMessage(encodeHelloReply(hello))).toEqual({ type: 'hello', hello });
      }),
    );
  });
});

describe('long messages', () => {
  it('travel in parts between others, and come out whole', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3 * MAX_FRAME_CHARS + 1 }), {
          minLength: 1,
          maxLength: 3,
        }),
        (lengths) => {
          const messages = lengths.map((length, at) => String(at).repeat(length));
          const parts = messages.map((text, at) => [...splitMessage(text, at + 1)]);
          const joiner = new MessageJoiner();
          const joined: string[] = [];
          // By turns, one part of each.
          for (let turn = 0; parts.some((list) => turn < list.length); turn++) {
            for (const list of parts) {
              const part = list[turn];
              if (part === undefined) continue;
              expect(part.length).toBeLessThanOrEqual(MAX_FRAME_CHARS + 32);
              const whole = joiner.accept(part);
              if (whole !== null) joined.push(whole);
            }
          }
          expect(joined.toSorted()).toEqual(messages.toSorted());
        },
      ),
      { numRuns: 30 },
    );
  });

  it('of a stranger are refused', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        attempt(() => new MessageJoiner().accept(`+${text}`));
      }),
    );
  });
});

describe('messages of a sidecar', () => {
  const op = fc.oneof(
    fc.tuple(fc.constantFrom('kv.get', 'link.subscribe', 'no.such'), fc.jsonValue()),
    fc.jsonValue(),
  );
  const hostile = fc.oneof(
    anyText,
    fc.json(),
    fc
      .record({
        seq: fc.oneof(fc.nat(), fc.jsonValue()),
        ops: fc.oneof(fc.array(op), fc.jsonValue()),
      })
      .map((value) => JSON.stringify(value)),
    fc.record({ hello: fc.jsonValue() }).map((value) => JSON.stringify(value)),
  );

  it('are refused, or have the shape that the datacenter counts on', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const message = attempt(() => decodeClientMessage(text));
        if (message === undefined) return;
        if (message.type === 'hello') {
          expect(typeof message.hello.nodeId).toBe('string');
          expect(typeof message.hello.nodeName).toBe('string');
          return;
        }
        expect(message.frame.seq).toBeGreaterThanOrEqual(0);
        for (const each of message.frame.ops) expect(typeof each[0]).toBe('string');
      }),
      { numRuns: 1_000 },
    );
  });
});
