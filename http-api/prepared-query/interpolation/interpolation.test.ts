import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_TEMPLATE_CHARS } from '../limits.ts';
import { renderFloat } from './convert.ts';
import { type Scope, evaluate } from './evaluate.ts';
import { parse } from './parse.ts';
import { InterpolationError } from './tokens.ts';

const MATCHES = ['geo-3-b', 'geo', '3-b'];
const SCOPE: Scope = {
  variables: { 'name.full': 'geo-3-b', 'name.suffix': '3-b', 'agent.segment': '' },
  functions: { match: (group) => MATCHES[Number(group)] ?? '' },
};
const render = (text: string): string => evaluate(parse(text), SCOPE);

/** Every expectation is what HIL gives. */
describe('a template', () => {
  it.each([
    ['', ''],
    ['plain', 'plain'],
    ['a${name.full}b', 'ageo-3-bb'],
    ['${name.full}-${ name.suffix\n}', 'geo-3-b-3-b'],
    ['$${name.full}', '${name.full}'],
    ['cost: $5', 'cost: $5'],
    ['${match(1)}', 'geo'],
    ['${match(1,)}', 'geo'],
    ['${match(9)}|${match(-1)}', '|'],
    ['${match("1")}', 'geo'],
    ['${match(1.9)}', 'geo'],
    ['${1 + 2 * 3}', '7'],
    ['${(1 + 2) * 3}', '9'],
    ['${-7 / 2} ${-7 % 3}', '-3 -1'],
    ['${9223372036854775807 + 1}', '-9223372036854775808'],
    ['${1 / 2.0}', '0.5'],
    ['${1.0 / 0}', '+Inf'],
    ['${"0x1F" + "010" + "0b1_1"}', '42'],
    ['${1.5 * 1000000}', '1.5e+06'],
    ['${true}', 'true'],
    ['${!true || 2 > 1 && "t"}', 'true'],
    ['${1 == "1"}', 'true'],
    ['${"a" == name.full}', 'false'],
    ['${2 < 10 ? "less" : "more"}', 'less'],
    ['${false ? 1 : "7"}', '7'],
    ['${"<${match(1)}>"}', '<geo>'],
    ['${"\\"q\\"\\\\\\n"}', '"q"\\\n'],
  ])('%j gives %j', (text, expected) => {
    expect(render(text)).toBe(expected);
  });

  it.each([
    ['${', 'parse error at 1:3: expected expression but found end of string'],
    ['${name.full', 'parse error at 1:12: expected "}" but found end of string'],
    ['${match(1}', 'parse error at 1:10: expected ")" but found "}"'],
    ['a\n${=}', 'parse error at 2:3: expected expression but found invalid sequence "="'],
    ['${"x}', 'parse error at 1:4: expected "${" but found invalid sequence "x}"'],
    ['${"\\q"}', 'invalid backslash escape sequence'],
    ['${99999999999999999999}', 'value out of range'],
    ['${nope}', '1:3: unknown variable accessed: nope'],
    ['${nope(1)}', '1:3: unknown function called: nope'],
    ['${match()}', '1:3: match: expected 1 arguments, got 0'],
    ['${match(true)}', 'At column 3, line 1: match: argument 1 should be type int'],
    ['${match("x")}', 'strconv.ParseInt: parsing "x": invalid syntax'],
    ['${1 / 0}', 'divide by zero'],
    ['${1.5 % 2}', 'modulo cannot be used with floats'],
    ['${true + 1}', 'operand 1 should be TypeInt, got TypeBool'],
    ['${1 ? 2 : 3}', 'condition must be type bool, not type int'],
    ['${true ? 1 : false}', 'true and false expression types must match'],
    ['${name.full[0]}', 'invalid index operation'],
    ['${__proto__}', 'unknown variable accessed: __proto__'],
    ['${constructor(1)}', 'unknown function called: constructor'],
  ])('%j is refused: %s', (text, message) => {
    expect(() => render(text)).toThrow(InterpolationError);
    expect(() => render(text)).toThrow(message);
  });

  it.each([
    ['too long', 'x'.repeat(MAX_TEMPLATE_CHARS + 1)],
    ['too deep in parentheses', `\${${'('.repeat(1000)}1${')'.repeat(1000)}}`],
    ['too deep in signs', `\${${'-'.repeat(1000)}1}`],
    ['too deep in quotes', `${'${"'.repeat(1000)}${'"}'.repeat(1000)}`],
  ])('that is %s is refused', (_what, text) => {
    expect(() => parse(text)).toThrow(InterpolationError);
  });
});

it.each([
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [999999, '999999'],
  [123456789, '1.23456789e+08'],
  [-0, '-0'],
  [Number.NaN, 'NaN'],
])('%d is written %s', (value, text) => {
  expect(renderFloat(value)).toBe(text);
});

describe('any text', () => {
  const symbols = '${ } " $ \\ ( ) [ ] , ? : ! - + % 1 2.5 = && < . *'.split(' ');
  const names = ['name.full', 'match', 'true', ' ', '\n', 'é', '😀'];
  const pieces = fc.constantFrom(...symbols, ...names);
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 30 }).map((list) => list.join('')),
  );

  it('renders or is refused, and never fails otherwise', () => {
    fc.assert(
      fc.property(texts, (text) => {
        try {
          expect(typeof render(text)).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(InterpolationError);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('comes through as it is once its dollars are doubled', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(render(text.replaceAll('$', '$$$$'))).toBe(text);
      }),
    );
  });
});
