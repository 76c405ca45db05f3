import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from './problem.ts';
import { load } from './testing/fake-config-host.ts';

function corpus(name: string): string {
  return readFileSync(new URL(`testing/corpus/${name}`, import.meta.url), 'utf8');
}

function loadText(name: string, text: string) {
  return load({ files: { [name]: text }, args: ['-data-dir='] });
}

function fromCorpus(name: string) {
  const format = name.endsWith('.hcl') ? '-config-format=hcl' : '-config-format=json';
  return load({ files: { '/corpus': corpus(name) }, args: ['-config-file=/corpus', format] });
}

/**
 * Every line an error could name must exist; every error must be of the one kind that callers
 * render.
 */
function loadsOrExplains(name: string, text: string): void {
  try {
    loadText(name, text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const lines = text.split('\n').length;
    for (const { origin, message } of error.problems) {
      expect(message).not.toBe('');
      expect(origin.position?.line ?? 1).toBeLessThanOrEqual(lines);
    }
  }
}

describe.each(['client', 'server'])('%s', (name) => {
  it('means the same in HCL and in JSON', () => {
    const hcl = fromCorpus(`${name}.hcl`);
    expect(hcl).toEqual(fromCorpus(`${name}.json`));
  });

  it('is the configuration that it was', () => {
    const { config, warnings } = fromCorpus(`${name}.hcl`);
    expect({ warnings, config }).toMatchSnapshot();
  });
});

describe('whatever befalls a file', () => {
  const names = ['client.hcl', 'client.json', 'server.hcl', 'server.json'];
  const damages = fc.record({
    name: fc.constantFrom(...names),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat(40),
    insert: fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom(
        '"',
        '{',
        '}',
        '[',
        ']',
        '=',
        ',',
        '\n',
        'null',
        '1',
        '-1',
        'true',
        '{}',
        '[]',
        '"x"',
      ),
    ),
  });

  it('it loads or explains itself', () => {
    fc.assert(
      fc.property(damages, ({ name, at, cut, insert }) => {
        const text = corpus(name);
        const start = Math.floor(at * text.length);
        loadsOrExplains(name, text.slice(0, start) + insert + text.slice(start + cut));
      }),
      { numRuns: 200 },
    );
  });

  it('values of any type under known keys load or are explained', () => {
    const keys = [...new Set(corpus('client.json').match(/(?<=")[a-z_]+(?=":)/g))];
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>(null, true, '', '5s', 'x', 0, -1, 1.5, 8500, 1e300),
        fc.array(tie('value'), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 5 }), (config) => {
        loadsOrExplains('a.json', JSON.stringify(config, null, 1));
      }),
      { numRuns: 300 },
    );
  });
});
