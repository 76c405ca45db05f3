/** The README's examples, as they are written. */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findUntested, parseExamples, titleOf } from './readme/examples.ts';
import type { Player } from './readme/play.ts';
import { README, startStage } from './readme/stage.ts';
import { LictorProcesses, ROOT } from './support/lictor-process.ts';

const blocks = parseExamples(README);
const processes = new LictorProcesses();
let player: Player;

beforeAll(async () => {
  player = await startStage(processes, [smallDig(processes.temporaryDirectory())]);
});
afterAll(() => processes.stopAll());

/** `npm test` needs nothing but Node: the interop tests play the same with the real one. */
function smallDig(directory: string): string {
  const script = `#!/bin/sh\nexec '${process.execPath}' --disable-warning=ExperimentalWarning '${ROOT}/test/readme/dig.ts' "$@"\n`;
  fs.writeFileSync(path.join(directory, 'dig'), script, { mode: 0o755 });
  return directory;
}

describe('the README', () => {
  it('has its examples', () => {
    expect(blocks.length).toBeGreaterThan(20);
  });

  it('says of every other command why it is not run', () => {
    expect(findUntested(README)).toEqual([]);
  });

  it('links to what is there', () => {
    const targets = [...README.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1]!);
    expect(targets.filter((target) => !fs.existsSync(path.join(ROOT, target)))).toEqual([]);
  });

  it('finds curl on this machine', async () => {
    const run = await processes
      .run(['--version'], undefined, { program: 'curl' })
      .catch(() => undefined);
    const hint = 'the examples are typed with curl: install it, e.g. apt-get install curl';
    expect(run?.code, hint).toBe(0);
  });
});

describe('its examples, in their order', () => {
  it.each(blocks.map((block) => [titleOf(block), block] as const))('%s', async (_title, block) => {
    await player.play(block);
  });
});
