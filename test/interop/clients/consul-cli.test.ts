/**
 * Consul's own command line, and ours beside it.
 *
 * Every command line is played three times: by the real `consul` on a real Consul, by the real `consul` on our agent, and by
 * `lictor` on an agent of its own, all three with the same content. Output, errors and exit codes have to be equal but for
 * what `consul-cli/mask.ts` hides and what `consul-cli/differences.ts` gives a reason for.
 */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAMS, requireProgram } from '../../../scripts/programs.ts';
import { AgentProcess } from '../agent-process.ts';
import { lictor } from '../run-to-end.ts';
import type { CommandCase } from './consul-cli/case.ts';
import { caseName } from './consul-cli/case-name.ts';
import { ACL_CASES } from './consul-cli/cases/acl.ts';
import { AGENT_CASES } from './consul-cli/cases/agent.ts';
import { CATALOG_CASES } from './consul-cli/cases/catalog.ts';
import { FILE_CASES } from './consul-cli/cases/files.ts';
import { FRAME_CASES } from './consul-cli/cases/frame.ts';
import { KV_CASES } from './consul-cli/cases/kv.ts';
import { MESH_CASES } from './consul-cli/cases/mesh.ts';
import { DIFFERENCES } from './consul-cli/differences.ts';
import { makeFiles } from './consul-cli/files.ts';
import { comparable } from './consul-cli/mask.ts';
import { type Stage, play } from './consul-cli/play.ts';
import { awaitCoordinates, seed } from './consul-cli/seed.ts';

const GROUPS: Readonly<Record<string, readonly CommandCase[]>> = {
  kv: KV_CASES,
  catalog: CATALOG_CASES,
  agent: AGENT_CASES,
  frame: FRAME_CASES,
  files: FILE_CASES,
  acl: ACL_CASES,
  mesh: MESH_CASES,
};

const agents: AgentProcess[] = [];
let onConsul: Stage;
let onOurs: Stage;
let ours: Stage;

beforeAll(async () => {
  const consul = requireProgram(PROGRAMS.consul);
  const stages: Stage[] = [];
  for (const program of [consul, lictor, lictor]) {
    const agent = await AgentProcess.start({ program });
    agents.push(agent);
    await seed(agent);
    const cli = stages.length < 2 ? consul : lictor;
    stages.push({ program: cli, agent: `127.0.0.1:${agent.http}`, cwd: makeFiles() });
  }
  [onConsul, onOurs, ours] = stages as [Stage, Stage, Stage];
  await Promise.all(agents.map(awaitCoordinates));
});

afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  for (const stage of [onConsul, onOurs, ours]) rmSync(stage.cwd, { recursive: true });
});

describe.each(Object.entries(GROUPS))('%s', (_group, cases) => {
  it.each(cases.map((one) => [caseName(one), one] as const))('%s', async (name, one) => {
    const answers = await Promise.all([onConsul, onOurs, ours].map((stage) => play(one, stage)));
    const [expected, byRealCLI, byOurCLI] = answers.map((answer) => comparable(answer, one));
    const difference = DIFFERENCES[name];
    if (difference?.agent === true) expect(byRealCLI).not.toBe(expected);
    else expect(byRealCLI).toBe(expected);
    if (difference?.cli === true) expect(byOurCLI).not.toBe(expected);
    else expect(byOurCLI).toBe(expected);
  });
});

it('gives reasons only for command lines that are played', () => {
  const names = new Set(Object.values(GROUPS).flat().map(caseName));
  expect(Object.keys(DIFFERENCES).filter((name) => !names.has(name))).toEqual([]);
});
