/** The README's examples once more, with the real dig in place of the test's own. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { parseExamples, titleOf } from '../readme/examples.ts';
import type { Player } from '../readme/play.ts';
import { README, startStage } from '../readme/stage.ts';
import { LictorProcesses } from '../support/lictor-process.ts';

const processes = new LictorProcesses();
let player: Player;

beforeAll(async () => {
  player = await startStage(processes);
});
afterAll(() => processes.stopAll());

describe('the examples of the README', () => {
  const blocks = parseExamples(README).map((block) => [titleOf(block), block] as const);
  it.each(blocks)('%s', async (_title, block) => {
    await player.play(block);
  });
});
