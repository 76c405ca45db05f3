/** As `differential.test.ts` where ACLs are on: each step in the name of one token or another. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAMS, requireProgram } from '../../../scripts/programs.ts';
import { Random } from '../../linearizability/random.ts';
import { LICTOR } from '../../support/lictor-process.ts';
import { AgentProcess } from '../agent-process.ts';
import { isACLException } from './exceptions-acl.ts';
import { MANAGEMENT, acl, aclSetup, asSomebody } from './grammar/acl.ts';
import { GRAMMARS } from './grammar/index.ts';
import { pairOf } from './pair.ts';
import { type Pair, play } from './play.ts';
import { renderFinding } from './report.ts';

const SEEDS = [1, 2];
/** Beside those that make policies and tokens. */
const STEPS = 40;

const CONFIG = {
  acl: {
    enabled: true,
    default_policy: 'deny',
    tokens: { initial_management: MANAGEMENT, agent: MANAGEMENT },
  },
};

let agents: AgentProcess[] = [];
let pair: Pair;

beforeAll(async () => {
  const programs = [requireProgram(PROGRAMS.consul), process.env['LICTOR_BIN'] ?? LICTOR];
  agents = await Promise.all(
    programs.map((program) => AgentProcess.start({ program, config: CONFIG, token: MANAGEMENT })),
  );
  pair = await pairOf(agents[0]!.base, agents[1]!.base, MANAGEMENT);
});

afterAll(async () => {
  pair?.consul.stop();
  pair?.lictor.stop();
  await Promise.all(agents.map((agent) => agent.stop()));
});

/** The mesh as a whole is played without tokens so far. */
const { mesh: _mesh, ...AREAS } = GRAMMARS;

describe.each(Object.entries({ ...AREAS, acl }))('%s', (area, grammar) => {
  it.each(SEEDS)('seed %i', async (seed) => {
    const random = new Random(seed);
    const setup = aclSetup(random);
    const ask = asSomebody(grammar);
    const steps = [...setup, ...Array.from({ length: STEPS }, () => ask(random))];
    const findings = (await play(pair, steps)).filter(
      ({ step, differences }) => !differences.every((found) => isACLException(step, found)),
    );
    const report = findings.map((finding) =>
      renderFinding(`${area} ${seed}`, [...setup, finding.step], finding),
    );
    expect(report.join('\n')).toBe('');
  });
});
