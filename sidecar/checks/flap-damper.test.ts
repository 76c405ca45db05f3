import { describe, expect, it } from 'vitest';
import type { CheckStatus } from '../../protocol/types/catalog.ts';
import { FlapDamper } from './flap-damper.ts';

const LETTERS: Record<string, CheckStatus> = { P: 'passing', W: 'warning', C: 'critical' };

/** Plays one letter a run; gives what was shown after each, with `!` where the check is called flapping. */
function play(runs: string): { shown: string; outputs: string[] } {
  const outputs: string[] = [];
  let shown = '';
  const damper = new FlapDamper(
    'c',
    (status, output) => {
      shown += status[0]!.toUpperCase() + (output.includes('flapping') ? '!' : '');
      outputs.push(output);
    },
    { debug: () => {}, warn: () => {} },
  );
  [...runs].forEach((letter, i) => damper.handle(LETTERS[letter]!, `run ${i}`));
  return { shown, outputs };
}

describe('a check that changes now and then', () => {
  it.each(['P', 'PPPPPCPPPPP', 'PCPCPCPCPC', 'PPCCPPCCPPCCPPCCPPCCPPCCPPCC'])(
    '%s is shown as it is',
    (runs) => {
      expect(play(runs).shown).toBe(runs);
    },
  );
});

describe('a check that changes at every run', () => {
  const flapping = 'PCPCPCPCPCPC';

  it('shows its worst state from the eleventh change on', () => {
    expect(play(`${flapping}PCP`).shown).toBe('PCPCPCPCPCPC!C!C!C!');
  });

  it('does so with one output, so that nothing travels', () => {
    const { outputs } = play(`${flapping}PCPCPC`);
    expect(new Set(outputs.slice(11)).size).toBe(1);
  });

  it('counts again once it is steady', () => {
    const { shown } = play(flapping + 'P'.repeat(20));
    expect(shown.endsWith('C!PPPPP')).toBe(true);
  });

  it('a warning is the worst where nothing was critical', () => {
    expect(play('PWPWPWPWPWPW').shown.endsWith('W!')).toBe(true);
  });
});
