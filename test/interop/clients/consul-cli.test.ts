/**
 * Consul's own command line, and ours beside it.
 *
 * Every command line is played three times: by the real `consul` on a real Consul, by the real `consul` on our agent, and by
 * `lictor` on an agent of its own, all three with the same content. Output, errors and exit codes have to be equal but for
 * what `consul-cli/mask.ts` hides and what `consul-cli/differences.ts` gives a reason for.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
import { awaitCoordinates, seed } from './consul-cli/seed.ts';
import { Stages } from './consul-cli/stages.ts';

const GROUPS: Readonly<Record<string, readonly CommandCase[]>> = {
  kv: KV_CASES,
  catalog: CATALOG_CASES,
  agent: AGENT_CASES,
  frame: FRAME_CASES,
  files: FILE_CASES,
  acl: ACL_CASES,
  mesh: MESH_CASES,
};

const stages = new Stages();

beforeAll(async () => {
  await stages.start({}, seed);
  await Promise.all(stages.agents.map(awaitCoordinates));
});

afterAll(() => stages.stop());

describe.each(Object.entries(GROUPS))('%s', (_group, cases) => {
  it.each(cases.map((one) => [caseName(one), one] as const))('%s', (_name, one) =>
    stages.expectEqual(one, DIFFERENCES),
  );
});

it('gives reasons only for command lines that are played', () => {
  const names = new Set(Object.values(GROUPS).flat().map(caseName));
  expect(Object.keys(DIFFERENCES).filter((name) => !names.has(name))).toEqual([]);
});
