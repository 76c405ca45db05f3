import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeAgent } from '../../client/testing/fake-agent.ts';
import { runCommand } from '../testing/run-command.ts';

const ID = '13c632fe-ec05-11fe-9d5f-4b385f4be2f5';

let agent: FakeAgent;

beforeEach(async () => {
  agent = new FakeAgent();
  await agent.start();
});

afterEach(() => agent.stop());

const run = (...args: string[]) => runCommand(['operator', ...args], { agent: agent.address });

it('raft list-peers prints a table', async () => {
  const server = {
    ID,
    Node: 'n1',
    Address: '127.0.0.1:8300',
    Leader: true,
    Voter: true,
    ProtocolVersion: '3',
    LastIndex: 23,
  };
  agent.on('GET /v1/operator/raft/configuration', { body: { Servers: [server], Index: 0 } });
  const { code, stdout } = await run('raft', 'list-peers');
  expect(code).toBe(0);
  expect(stdout).toBe(
    `Node  ID                                    Address         State   Voter  RaftProtocol  Commit Index  Trails Leader By\n` +
      `n1    ${ID}  127.0.0.1:8300  leader  true   3             23            -\n`,
  );
});

it('autopilot get-config prints a line for each setting', async () => {
  const body = {
    CleanupDeadServers: true,
    LastContactThreshold: '200ms',
    MaxTrailingLogs: 250,
    MinQuorum: 0,
    ServerStabilizationTime: '10s',
    RedundancyZoneTag: '',
    DisableUpgradeMigration: false,
    UpgradeVersionTag: '',
  };
  agent.on('GET /v1/operator/autopilot/configuration', { body });
  expect((await run('autopilot', 'get-config')).stdout).toBe(
    [
      'CleanupDeadServers = true',
      'LastContactThreshold = 200ms',
      'MaxTrailingLogs = 250',
      'MinQuorum = 0',
      'ServerStabilizationTime = 10s',
      'RedundancyZoneTag = ""',
      'DisableUpgradeMigration = false',
      'UpgradeVersionTag = ""',
      '',
    ].join('\n'),
  );
});

describe('autopilot state', () => {
  const server = {
    ID,
    Name: 'n1',
    Address: '127.0.0.1:8300',
    NodeStatus: 'alive',
    Version: '1.21.0',
    LastContact: '0s',
    LastTerm: 0,
    LastIndex: 23,
    Healthy: true,
    Status: 'leader',
    Meta: { b: '2', a: '1' },
    NodeType: 'voter',
  };
  const body = {
    Healthy: true,
    FailureTolerance: 0,
    OptimisticFailureTolerance: 0,
    Servers: { [ID]: server },
    Leader: ID,
    Voters: [ID],
  };

  it('is printed for people', async () => {
    agent.on('GET /v1/operator/autopilot/state', { body });
    expect((await run('autopilot', 'state')).stdout).toBe(
      `Healthy:                      true
Failure Tolerance:            0
Optimistic Failure Tolerance: 0
Leader:                       ${ID}
Voters:
   ${ID}
Servers:
   ${ID}
      Name:            n1
      Address:         127.0.0.1:8300
      Version:         1.21.0
      Status:          leader
      Node Type:       voter
      Node Status:     alive
      Healthy:         true
      Last Contact:    0s
      Last Term:       0
      Last Index:      23
      Meta
         "a": "1"
         "b": "2"

`,
    );
  });

  it('and as JSON', async () => {
    agent.on('GET /v1/operator/autopilot/state', { body });
    const { stdout } = await run('autopilot', 'state', '-format=json');
    expect(JSON.parse(stdout)).toEqual(body);
  });

  it('knows no other format', async () => {
    const { code, stderr } = await run('autopilot', 'state', '-format=xml');
    expect([code, stderr]).toEqual([1, 'Unknown format: xml\n']);
  });
});

it.each(['raft list-peers', 'autopilot get-config', 'autopilot state'])(
  '%s says why it failed',
  async (words) => {
    agent.on('GET /v1/operator/*', { status: 500, body: 'No cluster leader' });
    const { code, stderr } = await run(...words.split(' '));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error .*No cluster leader/);
  },
);

describe('autopilot set-config', () => {
  const PATH = '/v1/operator/autopilot/configuration';
  const held = { CleanupDeadServers: true, LastContactThreshold: '200ms', ModifyIndex: 7 };
  beforeEach(() => agent.on(`GET ${PATH}`, { body: held }));

  it('writes what the flags say upon what is held, unless another wrote it meanwhile', async () => {
    agent.on(`PUT ${PATH}`, { body: true });
    const flags = ['-cleanup-dead-servers=false', '-last-contact-threshold=90s', '-min-quorum=3'];
    expect(await run('autopilot', 'set-config', ...flags)).toMatchObject({
      code: 0,
      stdout: 'Configuration updated!\n',
    });
    const put = agent.requests.find(({ method }) => method === 'PUT');
    expect(put?.query.get('cas')).toBe('7');
    expect(JSON.parse(String(put!.body))).toEqual({
      ...held,
      CleanupDeadServers: false,
      LastContactThreshold: '1m30s',
      MinQuorum: 3,
    });
  });

  it('says when another did', async () => {
    agent.on(`PUT ${PATH}`, { body: false });
    expect(await run('autopilot', 'set-config')).toMatchObject({
      code: 1,
      stderr: 'Configuration could not be atomically updated, please try again\n',
    });
  });
});
