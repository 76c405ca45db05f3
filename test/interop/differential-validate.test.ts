/** Each configuration of a grid to `consul validate` and to ours: both take it, or both refuse it. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAMS, requireProgram } from '../../scripts/programs.ts';
import { loadAgentConfig } from '../../sidecar/config/load-agent-config.ts';
import { nodeConfigHost } from '../../sidecar/config/node-config-host.ts';
import { ConfigError } from '../../sidecar/config/problem.ts';

/** A case a line, without the `data_dir` that each needs; `#` begins a comment. */
const CASES = readFileSync(new URL('differential-validate/cases.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));
/** A stricter or laxer verdict on purpose; `:` ends the reason. */
const DIFFERENT = /^(refused here|taken here) \((.+?)\): (.*)$/;
const AT_ONCE = 4;

let directory: string;
let consul: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'lictor-validate-'));
  consul = requireProgram(PROGRAMS.consul);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Verdict {
  readonly taken: boolean;
  readonly words: string;
}

function askConsul(file: string): Promise<Verdict> {
  return new Promise((resolve) => {
    execFile(consul, ['validate', file], (error, stdout, stderr) =>
      resolve({ taken: error === null, words: stdout + stderr }),
    );
  });
}

function askLictor(file: string): Verdict {
  const args = [`-config-file=${file}`];
  try {
    loadAgentConfig({ args, env: {}, cwd: directory, host: nodeConfigHost });
    return { taken: true, words: '' };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { taken: false, words: error.message };
  }
}

function writeCase(index: number, text: string): string {
  const isJSON = text.startsWith('{');
  // On a machine with several networks Consul takes nothing that does not say which.
  const bind = /bind|advertise/i.test(text) ? {} : { bind_addr: '127.0.0.1' };
  const file = path.join(directory, `${index}.${isJSON ? 'json' : 'hcl'}`);
  const whole = isJSON
    ? JSON.stringify({ data_dir: '/var/empty/lictor', ...bind, ...(JSON.parse(text) as object) })
    : `data_dir = "/var/empty/lictor"\n${'bind_addr' in bind ? 'bind_addr = "127.0.0.1"\n' : ''}${text}\n`;
  writeFileSync(file, whole);
  return file;
}

async function play(line: string, index: number): Promise<string | undefined> {
  const [, verdict, , given = line] = DIFFERENT.exec(line) ?? [];
  const file = writeCase(index, given);
  const [theirs, ours] = [await askConsul(file), askLictor(file)];
  const expected = verdict === undefined ? theirs.taken : verdict === 'taken here';
  if (ours.taken === expected && (verdict === undefined || theirs.taken !== expected))
    return undefined;
  return `${given}\n  Consul: ${theirs.words.trim()}\n  Lictor: ${ours.taken ? 'valid' : ours.words}`;
}

describe('validate beside Consul', () => {
  it(`${CASES.length} configurations`, async () => {
    const differences: string[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      for (let index = next++; index < CASES.length; index = next++) {
        const difference = await play(CASES[index]!, index);
        if (difference !== undefined) differences.push(difference);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    expect(differences.join('\n\n')).toBe('');
  });
});
