import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeAgent } from '../../client/testing/fake-agent.ts';
import { runCommand } from '../testing/run-command.ts';

const POLICY = {
  ID: 'aaaaaaaa-0000-0000-0000-000000000001',
  Name: 'kv',
  Description: 'keys',
  Rules: 'key_prefix "" { policy = "read" }',
  Hash: 'KBsQ',
  CreateIndex: 23,
  ModifyIndex: 24,
};
const ROLE = {
  ID: 'bbbbbbbb-0000-0000-0000-000000000001',
  Name: 'ops',
  Description: 'd',
  Policies: [{ ID: POLICY.ID, Name: 'kv' }],
  ServiceIdentities: [{ ServiceName: 'web', Datacenters: ['dc1', 'dc2'] }],
  NodeIdentities: [{ NodeName: 'box', Datacenter: 'dc1' }],
  TemplatedPolicies: [{ TemplateName: 'builtin/service', TemplateVariables: { name: 'api' } }],
  Hash: 'KBsQ',
  CreateIndex: 25,
  ModifyIndex: 26,
};
const TOKEN = {
  AccessorID: 'cccccccc-0000-0000-0000-000000000001',
  SecretID: 'dddddddd-0000-0000-0000-000000000001',
  Description: 'robot',
  Local: false,
  CreateTime: '2026-11-28T18:45:04.97130764Z',
  Policies: [{ ID: POLICY.ID, Name: 'kv' }],
  Roles: [{ ID: ROLE.ID, Name: 'ops' }],
  Hash: 'KBsQ',
  CreateIndex: 27,
  ModifyIndex: 28,
};

let agent: FakeAgent;

beforeEach(async () => {
  agent = new FakeAgent();
  await agent.start();
  agent
    .on('GET /v1/acl/policies', { body: [POLICY] })
    .on('GET /v1/acl/roles', { body: [ROLE] })
    .on('GET /v1/acl/tokens', { body: [TOKEN] })
    .on(`GET /v1/acl/policy/${POLICY.ID}`, { body: POLICY })
    .on(`PUT /v1/acl/policy/${POLICY.ID}`, { body: POLICY })
    .on(`GET /v1/acl/role/${ROLE.ID}`, { body: ROLE })
    .on(`PUT /v1/acl/role/${ROLE.ID}`, { body: ROLE })
    .on(`GET /v1/acl/token/${TOKEN.AccessorID}`, { body: TOKEN })
    .on(`PUT /v1/acl/token/${TOKEN.AccessorID}`, { body: TOKEN })
    .on('PUT /v1/acl/token', { body: TOKEN });
});

afterEach(() => agent.stop());

const run = (...args: string[]) => runCommand(['acl', ...args], { agent: agent.address });
const sent = (): unknown => JSON.parse(agent.requests.at(-1)!.body.toString());

const TOKEN_TEXT = `AccessorID:       ${TOKEN.AccessorID}
SecretID:         ${TOKEN.SecretID}
Description:      robot
Local:            false
Create Time:      2026-11-28 18:45:04.97130764 +0000 UTC
Policies:
   ${POLICY.ID} - kv
Roles:
   ${ROLE.ID} - ops

`;

describe('what is shown', () => {
  it.each([
    [
      ['policy', 'read', '-id=aaaa'],
      `ID:           ${POLICY.ID}
Name:         kv
Description:  keys
Datacenters:  
Rules:
key_prefix "" { policy = "read" }
`,
    ],
    [
      ['policy', 'list', '-meta'],
      `kv:
   ID:           ${POLICY.ID}
   Description:  keys
   Datacenters:  
   Hash:         281b10
   Create Index: 23
   Modify Index: 24

`,
    ],
    [
      ['role', 'list'],
      `ops:
   ID:           ${ROLE.ID}
   Description:  d
   Policies:
      ${POLICY.ID} - kv
   Service Identities:
      web (Datacenters: dc1, dc2)
   Node Identities:
      box (Datacenter: dc1)
   Templated Policies:
      builtin/service
         Name: api
         Datacenters: all

`,
    ],
    [['token', 'read', '-accessor-id=cccc'], TOKEN_TEXT],
    [['token', 'list'], TOKEN_TEXT],
  ])('%j', async (args, stdout) => {
    expect(await run(...args)).toEqual({ code: 0, stdout, stderr: '' });
  });

  it.each([
    [['policy', 'read', '-id=aaaa', '-format=json'], { ...POLICY, Datacenters: null }],
    [
      ['role', 'read', `-id=${ROLE.ID}`, '-format=json'],
      {
        ...ROLE,
        TemplatedPolicies: [
          { TemplateName: 'builtin/service', TemplateVariables: { Name: 'api' } },
        ],
      },
    ],
  ])('%j', async (args, expected) => {
    expect(JSON.parse((await run(...args)).stdout)).toEqual(expected);
  });

  it('an expanded token shows the rules, and the defaults of the agent', async () => {
    agent.on(`GET /v1/acl/token/${TOKEN.AccessorID}`, {
      body: {
        ...TOKEN,
        ExpandedPolicies: [POLICY],
        ExpandedRoles: [],
        AgentACLDefaultPolicy: 'deny',
        AgentACLDownPolicy: 'extend-cache',
        ResolvedByAgent: 'n1',
      },
    });
    const { stdout } = await run('token', 'read', '-accessor-id', TOKEN.AccessorID, '-expanded');
    expect(stdout).toContain(`Policies:
\tPolicy Name: kv
\t\tID: ${POLICY.ID}
\t\tDescription: keys
\t\tRules:
\t\t\tkey_prefix "" { policy = "read" }

=== End of Authorizer Layer 0: Token ===`);
    expect(stdout).toContain('Default Policy: deny\n');
  });
});

describe('what is sent', () => {
  it.each([
    [
      ['token', 'create', '-policy-name=p', '-service-identity=web:dc1', '-expires-ttl=1h'],
      {
        Policies: [{ Name: 'p' }],
        ServiceIdentities: [{ ServiceName: 'web', Datacenters: ['dc1'] }],
        ExpirationTTL: '3600000ms',
      },
    ],
    [
      ['token', 'create', '-templated-policy=builtin/node', '-var=Name:n1', '-var=name:n2'],
      {
        TemplatedPolicies: [{ TemplateName: 'builtin/node', TemplateVariables: { Name: 'n2' } }],
      },
    ],
    [
      ['token', 'update', '-accessor-id=cccc', '-policy-name=p'],
      { Description: 'robot', Policies: [{ Name: 'p' }], Roles: TOKEN.Roles },
    ],
    [
      ['token', 'update', '-accessor-id=cccc', '-append-policy-name=p', '-append-policy-name=kv'],
      { Policies: [...TOKEN.Policies, { Name: 'p' }] },
    ],
    // Identities that no flag speaks of go, policies and roles stay.
    [
      ['token', 'update', '-accessor-id=cccc', '-description=x'],
      { Policies: TOKEN.Policies, Roles: TOKEN.Roles, ServiceIdentities: [], NodeIdentities: [] },
    ],
    [
      ['token', 'update', '-accessor-id=cccc', '-append-node-identity=n1:dc1'],
      { ServiceIdentities: [], NodeIdentities: [{ NodeName: 'n1', Datacenter: 'dc1' }] },
    ],
    [
      ['policy', 'update', '-id=aaaa', '-name=kv2'],
      { Name: 'kv2', Description: 'keys', Rules: POLICY.Rules },
    ],
    [['policy', 'update', '-name=kv', '-description='], { Name: 'kv', Description: '' }],
    [
      ['role', 'update', '-id=bbbb', '-policy-name=p', '-replace-templated-policy=builtin/dns'],
      {
        Policies: [...ROLE.Policies, { Name: 'p' }],
        ServiceIdentities: ROLE.ServiceIdentities,
        TemplatedPolicies: [{ TemplateName: 'builtin/dns' }],
      },
    ],
  ])('%j', async (args, body) => {
    expect(await run(...args)).toMatchObject({ code: 0, stderr: '' });
    expect(sent()).toMatchObject(body);
  });

  it('replacing all of a role leaves nothing that it had', async () => {
    await run('role', 'update', '-id=bbbb', '-no-merge', '-name=ops', '-node-identity=n:dc1');
    expect(sent()).toEqual({
      ID: ROLE.ID,
      Name: 'ops',
      Description: '',
      Policies: [],
      ServiceIdentities: [],
      NodeIdentities: [{ NodeName: 'n', Datacenter: 'dc1' }],
      TemplatedPolicies: [],
    });
  });
});

describe('what is refused', () => {
  it.each([
    [['policy', 'read'], 'Must specify either the -id or -name parameters'],
    [
      ['policy', 'read', '-id=zz'],
      'Error determining policy ID: No such policy ID with prefix: zz',
    ],
    [['policy', 'list', '-format=xml'], 'Unknown format: xml'],
    [['policy', 'create', '-name=x', '-rules=@none'], 'open none: no such file or directory'],
    [['token', 'create'], 'Cannot create a token without specifying'],
    [['token', 'create', '-node-identity=n'], 'Malformed -node-identity argument: "n"'],
    [['token', 'create', '-templated-policy=t', '-var=a:b:c'], 'malformed -var argument: "a:b:c"'],
    [['token', 'read'], 'Must specify the -accessor-id parameter'],
    [
      ['token', 'update', '-accessor-id=cccc', '-role-id=b', '-append-role-id=b'],
      'Cannot combine the use of role-id/role-name flags',
    ],
    [['role', 'create', '-name=x'], 'Cannot create a role without specifying'],
    [['role', 'read', '-name=none'], 'Role not found with name "none"'],
    [['auth-method', 'create', '-type=jwt'], "Missing required '-name' flag"],
    [['binding-rule', 'read'], 'Must specify the -id parameter.'],
    [['set-agent-token', 'bogus', 'x'], 'Unknown token type'],
    [['templated-policy', 'preview'], 'without specifying -name or -file'],
  ])('%j', async (args, complaint) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(complaint);
  });

  it('an ID that two things begin with', async () => {
    agent.on('GET /v1/acl/policies', { body: [POLICY, { ...POLICY, ID: 'aaab' }] });
    expect((await run('policy', 'read', '-id=aaa')).stderr).toContain('is not unique');
  });
});
