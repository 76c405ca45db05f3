/** `exec` between Consul's command and agents and ours, in all four combinations: one protocol, one output. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAMS, requireProgram } from '../../../scripts/programs.ts';
import { AgentProcess } from '../agent-process.ts';
import { lictor } from '../run-to-end.ts';
import type { Answer } from './consul-cli/case.ts';
import { makeFiles } from './consul-cli/files.ts';
import { play } from './consul-cli/play.ts';

const PROGRAM_OF: Readonly<Record<string, () => string>> = {
  consul: () => requireProgram(PROGRAMS.consul),
  lictor: () => lictor,
};
const COUNT = '1 / 1 node(s) completed / acknowledged\n';
const ended = (code: number): string => `==> interop: finished with exit code ${code}\n`;

const agents = new Map<string, AgentProcess>();
const folder = makeFiles();

beforeAll(async () => {
  for (const [name, program] of Object.entries(PROGRAM_OF)) {
    const config = { disable_remote_exec: false };
    const agent = await AgentProcess.start({ program: program(), config });
    await agent.put('/v1/agent/service/register', { Name: 'web', Tags: ['v1'] });
    agents.set(name, agent);
  }
});

afterAll(async () => {
  for (const agent of agents.values()) await agent.stop();
  rmSync(folder, { recursive: true });
});

const PAIRS = ['consul', 'lictor'].flatMap((cli) => ['consul', 'lictor'].map((on) => [cli, on]));

describe.each(PAIRS as [string, string][])('%s exec on %s', (cli, on) => {
  const exec = (args: string[], stdin?: string): Promise<Answer> =>
    play(
      { args: ['exec', '-wait=1s', ...args], ...(stdin === undefined ? {} : { stdin }) },
      {
        program: PROGRAM_OF[cli]!(),
        agent: `127.0.0.1:${agents.get(on)!.http}`,
        cwd: folder,
      },
    );

  it.each<[string[], string, number]>([
    [
      ['echo out; echo err >&2'],
      `    interop: out\n    interop: err\n    interop:\n${ended(0)}`,
      0,
    ],
    [['exit 3'], ended(3), 2],
    [['kill -9 $$'], ended(-1), 2],
    [['-shell=false', 'no-such-program'], ended(255), 2],
    [
      ['-shell=false', '-service=web', '-tag=v1', 'echo', '$HOME'],
      `    interop: $HOME\n    interop:\n${ended(0)}`,
      0,
    ],
  ])('%j', async (args, stdout, code) => {
    expect(await exec(args)).toEqual({ code, stdout: stdout + COUNT, stderr: '' });
  });

  it('takes a script from standard input', async () => {
    const { code, stdout } = await exec(['-'], 'for i in 1 2; do echo line $i; done\n');
    expect([code, stdout]).toEqual([
      0,
      `    interop: line 1\n    interop: line 2\n    interop:\n${ended(0)}${COUNT}`,
    ]);
  });

  it('waits for one that is silent for long, as long as it shows signs of life', async () => {
    const { stdout } = await exec(['-verbose', 'sleep 3; echo late']);
    expect(stdout).toMatch(/heartbeat received\n(?:.*\n)*    interop: late\n/);
  });

  it.each([['-node=other'], ['-service=none']])(
    '%s runs it nowhere, and nothing is left behind',
    async (filter) => {
      expect(await exec([filter, 'true'])).toEqual({
        code: 0,
        stdout: '0 / 0 node(s) completed / acknowledged\n',
        stderr: '',
      });
      const { base } = agents.get(on)!;
      expect((await fetch(`${base}/v1/kv/_rexec?recurse`)).status).toBe(404);
      expect(await (await fetch(`${base}/v1/session/list`)).json()).toEqual([]);
    },
  );
});

it('an agent does nothing of the kind unless it is told to', async () => {
  const agent = await AgentProcess.start({ program: lictor });
  const stage = { program: lictor, agent: `127.0.0.1:${agent.http}`, cwd: folder };
  const { stdout } = await play({ args: ['exec', '-wait=1s', 'touch never'] }, stage);
  await agent.stop();
  expect(stdout).toBe('0 / 0 node(s) completed / acknowledged\n');
});
