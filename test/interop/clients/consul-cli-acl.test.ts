/** As `consul-cli.test.ts`, where ACLs are on and nothing is allowed that no policy allows. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caseName } from './consul-cli/case-name.ts';
import type { CommandCase } from './consul-cli/case.ts';
import { ACL_METHOD_CASES } from './consul-cli/cases/acl-methods.ts';
import { ACL_POLICY_CASES } from './consul-cli/cases/acl-policies.ts';
import { ACL_RESTRICTED_CASES } from './consul-cli/cases/acl-restricted.ts';
import { ACL_TOKEN_CASES } from './consul-cli/cases/acl-tokens.ts';
import { ACL_DIFFERENCES } from './consul-cli/differences-acl.ts';
import { awaitCoordinates, seed } from './consul-cli/seed.ts';
import { Stages } from './consul-cli/stages.ts';

const GROUPS: Readonly<Record<string, readonly CommandCase[]>> = {
  restricted: ACL_RESTRICTED_CASES,
  policies: ACL_POLICY_CASES,
  tokens: ACL_TOKEN_CASES,
  methods: ACL_METHOD_CASES,
};

const MANAGEMENT = '11111111-2222-3333-4444-555555555555';
const CONFIG = {
  acl: {
    enabled: true,
    default_policy: 'deny',
    tokens: { initial_management: MANAGEMENT, agent: MANAGEMENT },
  },
};

const stages = new Stages();

beforeAll(async () => {
  await stages.start(CONFIG, seed, MANAGEMENT);
  await Promise.all(stages.agents.map(awaitCoordinates));
});

afterAll(() => stages.stop());

describe.each(Object.entries(GROUPS))('%s', (_group, cases) => {
  it.each(cases.map((one) => [caseName(one), one] as const))('%s', (_name, one) =>
    stages.expectEqual(one, ACL_DIFFERENCES),
  );
});

it('gives reasons only for command lines that are played', () => {
  const names = new Set(Object.values(GROUPS).flat().map(caseName));
  expect(Object.keys(ACL_DIFFERENCES).filter((name) => !names.has(name))).toEqual([]);
});
