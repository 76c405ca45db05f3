/** The intention commands, at an agent that says what the test sets. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeAgent } from '../../client/testing/fake-agent.ts';
import { type CommandResult, runCommand } from '../testing/run-command.ts';

const EXACT = '/v1/connect/intentions/exact';
const ID = '00000000-0000-0000-0000-000000000009';

let agent: FakeAgent;
beforeEach(async () => {
  agent = new FakeAgent();
  await agent.start();
});
afterEach(() => agent.stop());

const run = (...args: string[]): Promise<CommandResult> =>
  runCommand(['intention', ...args], { agent: agent.address });
const sent = (): unknown => JSON.parse(agent.requests.at(-1)!.body.toString('utf8'));

describe('create -replace', () => {
  it('keeps the ID of one that has one', async () => {
    agent.on(`GET ${EXACT}`, { body: { ID, SourceName: 'web', DestinationName: 'db' } });
    agent.on(`PUT /v1/connect/intentions/${ID}`, { body: true });
    expect(await run('create', '-replace', '-deny', 'web', 'db')).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(sent()).toEqual({
      ID,
      SourceName: 'web',
      DestinationName: 'db',
      SourceType: 'consul',
      Action: 'deny',
    });
  });

  it('replaces one of a configuration entry by its names', async () => {
    agent.on(`GET ${EXACT}`, { body: { SourceName: 'web', DestinationName: 'db' } });
    agent.on(`PUT ${EXACT}`, { body: true });
    expect((await run('create', '-replace', 'web', 'db')).code).toBe(0);
    expect(agent.log.at(-1)).toBe(`PUT ${EXACT}?source=web&destination=db`);
    expect(sent()).toEqual({ SourceType: 'consul', Action: 'allow' });
  });

  it('creates what is not there, and says so', async () => {
    agent.on(`GET ${EXACT}`, { status: 404 });
    agent.on('POST /v1/connect/intentions', { body: { ID } });
    const { stdout } = await run('create', '-replace', '-deny', 'default/web', 'db');
    expect(stdout).toBe('Created: web => db (deny)\n');
    expect(sent()).toMatchObject({ SourceNS: 'default', SourceName: 'web' });
  });

  it('does not create where nobody knows whether it is there', async () => {
    agent.on(`GET ${EXACT}`, { status: 500, body: 'no leader' });
    const { code, stderr } = await run('create', '-replace', 'web', 'db');
    expect([code, agent.requests.length]).toEqual([1, 1]);
    expect(stderr).toContain('Error creating intention "web => db (allow)"');
  });
});

it('list: nothing is an exit code of its own', async () => {
  agent.on('GET /v1/connect/intentions', { body: [] });
  expect(await run('list')).toEqual({ code: 2, stdout: '', stderr: 'There are no intentions.\n' });
});

it('one argument is an ID, which the datacenter judges', async () => {
  agent.on('GET /v1/connect/intentions/web', { status: 400, body: 'must be 36 characters' });
  const { stderr } = await run('get', 'web');
  expect(stderr).toBe(
    'Error reading the intention: Unexpected response 400: must be 36 characters\n',
  );
});
