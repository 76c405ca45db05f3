import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flag, FlagError, parseFlags } from './flags.ts';

const SPECS = {
  cas: flag.bool('b'),
  name: flag.text('t'),
  flags: flag.uint('u'),
  n: flag.int('i', 1),
  wait: flag.duration('d'),
  tag: flag.list('l'),
  meta: flag.map('m'),
};

describe('parseFlags', () => {
  it.each<[string[], Partial<Record<keyof typeof SPECS, unknown>>, string[]]>([
    [[], { cas: false, name: '', flags: 0n, n: 1, wait: 0, tag: [], meta: {} }, []],
    [['-cas', 'k'], { cas: true }, ['k']],
    [['--cas=false', 'k'], { cas: false }, ['k']],
    [['-name=a', '--name', 'b'], { name: 'b' }, []],
    [['-name=', 'x'], { name: '' }, ['x']],
    [['-name=a=b'], { name: 'a=b' }, []],
    [['-flags=18446744073709551615'], { flags: 18446744073709551615n }, []],
    [['-flags=0x10', '-n=010'], { flags: 16n, n: 8 }, []],
    [['-flags', '1_000', '-n=-3'], { flags: 1000n, n: -3 }, []],
    [['-wait=1m30s'], { wait: 90_000 }, []],
    [
      ['-tag=a', '-tag', 'b', '-meta=k=v', '-meta', 'k=w=x'],
      { tag: ['a', 'b'], meta: { k: 'w=x' } },
      [],
    ],
    // The first argument that is no flag ends them, and so does a lone dash.
    [['k', '-cas'], { cas: false }, ['k', '-cas']],
    [['-', '-cas'], { cas: false }, ['-', '-cas']],
    [['-cas', '--', '-name'], { cas: true, name: '' }, ['-name']],
  ])('%j', (args, values, rest) => {
    const parsed = parseFlags(SPECS, args);
    expect(parsed.values).toMatchObject(values);
    expect(parsed.rest).toEqual(rest);
  });

  it.each([
    [['x', '-cas', 'y'], true, ['x', 'y']],
    [['x', '--', '-cas'], false, ['x', '-cas']],
    [['-cas', 'x'], true, ['x']],
  ])('%j: flags behind arguments, where a command takes them', (args, cas, rest) => {
    const parsed = parseFlags(SPECS, args, true);
    expect([parsed.values.cas, parsed.rest]).toEqual([cas, rest]);
  });

  it('tells which flags were given', () => {
    expect([...parseFlags(SPECS, ['-cas', '-name=', 'x']).given]).toEqual(['cas', 'name']);
  });

  it.each([
    [['-nonsense'], 'flag provided but not defined: -nonsense'],
    [['-constructor'], 'flag provided but not defined: -constructor'],
    [['---x'], 'bad flag syntax: ---x'],
    [['-=x'], 'bad flag syntax: -=x'],
    [['-name'], 'flag needs an argument: -name'],
    [['-cas=maybe'], 'invalid boolean value "maybe" for -cas: parse error'],
    [['-flags=abc'], 'invalid value "abc" for flag -flags: parse error'],
    [['-flags=-1'], 'invalid value "-1" for flag -flags: parse error'],
    [
      ['-flags=18446744073709551616'],
      'invalid value "18446744073709551616" for flag -flags: value out of range',
    ],
    [['-wait=5'], 'invalid value "5" for flag -wait: parse error'],
    [['-meta=x'], 'invalid value "x" for flag -meta: Missing "=" value in argument: x'],
  ])('refuses %j', (args, message) => {
    expect(() => parseFlags(SPECS, args)).toThrow(new FlagError(message));
  });

  it('either parses or throws FlagError, whatever it is given', () => {
    const argument = fc.oneof(
      fc.string(),
      fc.constantFrom('-cas', '-name', '--', '-', '-flags=', '-n=0x', '-wait=1h', '-tag'),
    );
    fc.assert(
      fc.property(fc.array(argument), (args) => {
        try {
          const { rest } = parseFlags(SPECS, args);
          expect(args.slice(args.length - rest.length)).toEqual(rest);
        } catch (error) {
          expect(error).toBeInstanceOf(FlagError);
        }
      }),
    );
  });
});
