/**
 * The README's examples, as they are written, against an agent started as `npm start` starts it.
 *
 * Only its ports are others (8500 and 8600 may be taken), and its name, which would else be this machine's; the player
 * puts them in and out again.
 */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findUntested, parseExamples } from './readme/examples.ts';
import type { Block } from './readme/examples.ts';
import { Player } from './readme/play.ts';
import { LictorProcesses, ROOT } from './support/lictor-process.ts';

const markdown = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const blocks = parseExamples(markdown);

const processes = new LictorProcesses();
let player: Player;

beforeAll(async () => {
  const directory = processes.temporaryDirectory();
  const services = path.join(directory, 'services.d');
  fs.mkdirSync(services);
  const agent = await processes.start('dev', [`-config-dir=${services}`, '-node=my-host'], {
    cwd: directory,
  });
  const programs = [path.join(ROOT, 'bin'), smallDig(processes.temporaryDirectory())];
  player = new Player({ directory, ports: agent.ports, programs });
});
afterAll(async () => {
  await player?.stop();
  await processes.stopAll();
});

/** `npm test` needs nothing but Node: the interop tests play the same with the real one. */
function smallDig(directory: string): string {
  const script = `#!/bin/sh\nexec '${process.execPath}' --disable-warning=ExperimentalWarning '${ROOT}/test/readme/dig.ts' "$@"\n`;
  fs.writeFileSync(path.join(directory, 'dig'), script, { mode: 0o755 });
  return directory;
}

function title(block: Block): string {
  if (block.kind === 'file') return `the file ${block.name}`;
  const [first] = block.commands;
  return `line ${first?.line}: ${first?.text.split('\n')[0]}`;
}

describe('the README', () => {
  it('has its examples', () => {
    expect(blocks.length).toBeGreaterThan(10);
  });

  it('says of every other command why it is not run', () => {
    expect(findUntested(markdown)).toEqual([]);
  });

  it('links to what is there', () => {
    const targets = [...markdown.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1]!);
    expect(targets.filter((target) => !fs.existsSync(path.join(ROOT, target)))).toEqual([]);
  });

  it('finds curl on this machine', async () => {
    const run = await processes
      .run(['--version'], undefined, { program: 'curl' })
      .catch(() => undefined);
    expect(
      run?.code,
      'the examples are typed with curl: install it, e.g. apt-get install curl',
    ).toBe(0);
  });
});

describe('its examples, in their order', () => {
  it.each(blocks.map((block) => [title(block), block] as const))('%s', async (_title, block) => {
    await player.play(block);
  });
});
