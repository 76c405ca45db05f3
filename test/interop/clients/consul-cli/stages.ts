/** The three who play each command line: Consul's command on Consul, Consul's on our agent, ours on ours. */
import { rmSync } from 'node:fs';
import { expect } from 'vitest';
import { PROGRAMS, requireProgram } from '../../../../scripts/programs.ts';
import { AgentProcess } from '../../agent-process.ts';
import { lictor } from '../../run-to-end.ts';
import { caseName } from './case-name.ts';
import type { CommandCase } from './case.ts';
import type { Difference } from './differences.ts';
import { makeFiles } from './files.ts';
import { comparable } from './mask.ts';
import { play, type Stage } from './play.ts';

export class Stages {
  readonly agents: AgentProcess[] = [];
  readonly #stages: Stage[] = [];

  /** @param fill gives each agent the same content. @param token who fills, and who asks unless a case says so */
  async start(
    config: Readonly<Record<string, unknown>>,
    fill: (agent: AgentProcess) => Promise<void>,
    token?: string,
  ): Promise<void> {
    const consul = requireProgram(PROGRAMS.consul);
    for (const program of [consul, lictor, lictor]) {
      const agent = await AgentProcess.start({ program, config, ...(token && { token }) });
      this.agents.push(agent);
      await fill(agent);
      const cli = this.#stages.length < 2 ? consul : lictor;
      this.#stages.push({
        program: cli,
        agent: `127.0.0.1:${agent.http}`,
        cwd: makeFiles(),
        ...(token && { token }),
      });
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.agents.map((agent) => agent.stop()));
    for (const { cwd } of this.#stages) rmSync(cwd, { recursive: true });
  }

  /** Fails where the answers differ without a reason in `differences`, or no longer do. */
  async expectEqual(
    one: CommandCase,
    differences: Readonly<Record<string, Difference>>,
  ): Promise<void> {
    const answers = await Promise.all(this.#stages.map((stage) => play(one, stage)));
    const [expected, byRealCLI, byOurCLI] = answers.map((answer) => comparable(answer, one));
    const difference = differences[caseName(one)];
    if (difference?.agent === true) expect(byRealCLI).not.toBe(expected);
    else expect(byRealCLI).toBe(expected);
    if (difference?.cli === true) expect(byOurCLI).not.toBe(expected);
    else expect(byOurCLI).toBe(expected);
  }
}
