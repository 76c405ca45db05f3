import { describe, expect, it } from 'vitest';
import { decodeBody } from './decode.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a null in a list', () => {
  it.each([
    ['string', ['a', '']],
    ['duration', ['a', '']],
    ['any', ['a', undefined]],
  ] as const)('of %s is what Go leaves there', (list, value) => {
    expect(decodeBody(bytes('["a",null]'), { list })).toEqual(value);
  });

  it.each([
    ['int', 0],
    ['uint64', 0],
    ['float', 0],
    ['bool', false],
  ] as const)('of %s is its zero', (list, zero) => {
    expect(decodeBody(bytes('[null]'), { list })).toEqual([zero]);
  });

  it('of structs stays absent', () => {
    const struct = { struct: 'S', fields: { A: 'string' } } as const;
    expect(decodeBody(bytes('[null,{"a":"x"}]'), { list: struct })).toEqual([
      undefined,
      { A: 'x' },
    ]);
  });
});
