import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeServerMessage } from './frames.ts';
import {
  ANY_BASE,
  type Push,
  encodePushes,
  renderAnswerPush,
  renderBump,
  renderChangesPush,
} from './pushes.ts';

const index = fc.integer({ min: 1, max: 2 ** 40 });
const push: fc.Arbitrary<Omit<Push, 'id'>> = fc.oneof(
  fc.record({ index, body: fc.string({ unit: 'binary' }) }),
  fc.record({ index, body: fc.constant(null) }),
  fc.record({
    index,
    body: fc.constant(null),
    changes: fc.record({
      base: fc.oneof(index, fc.constant(ANY_BASE)),
      groups: fc.array(
        fc.record({ group: fc.string({ unit: 'binary' }), rows: fc.array(fc.string()) }),
      ),
    }),
  }),
);

function render({ index: at, body, changes }: Omit<Push, 'id'>): ReturnType<typeof renderBump> {
  if (changes !== undefined) return renderChangesPush(at, changes);
  return body === null ? renderBump(at) : renderAnswerPush(at, body);
}

describe('pushes', () => {
  it('come out as they went in, any number in one message', () => {
    fc.assert(
      fc.property(fc.array(push), (pushes) => {
        const text = encodePushes(pushes.map((each, id) => ({ id, push: render(each) })));
        const message = decodeServerMessage(text);
        expect(message).toEqual({
          type: 'push',
          pushes: pushes.map((each, id) => ({ id, ...each })),
        });
      }),
    );
  });

  it('that are cut off are refused', () => {
    const groups = [{ group: 'a', rows: ['{"Key":"a"}'] }];
    const text = encodePushes([
      { id: 1, push: renderAnswerPush(5, '[1]') },
      { id: 2, push: renderChangesPush(6, { base: 5, groups }) },
    ]);
    for (let length = 0; length < text.length; length++)
      expect(() => decodeServerMessage(text.slice(0, length))).toThrow();
  });

  it('of any text are either decoded or refused with an error', () => {
    fc.assert(
      fc.property(fc.json(), fc.string(), (head, body) => {
        try {
          decodeServerMessage(`${head}\n${body}`);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });
});
