import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeAgent } from '../../client/testing/fake-agent.ts';
import { runCommand } from '../testing/run-command.ts';

const ENTRY = '/v1/config/exported-services/default';

let agent: FakeAgent;

beforeEach(async () => {
  agent = new FakeAgent();
  await agent.start();
});

afterEach(() => agent.stop());

const run = (...args: string[]) => runCommand(['services', ...args], { agent: agent.address });
const written = (): unknown => JSON.parse(agent.requests.at(-1)!.body.toString());

describe('services export', () => {
  it('adds consumers to those that are there, with check-and-set', async () => {
    const Services = [{ Name: 'web', Consumers: [{ Peer: 'a' }] }, { Name: 'db' }];
    const entry = { Kind: 'exported-services', Name: 'default', Services, ModifyIndex: 7 };
    agent.on(`GET ${ENTRY}`, { body: entry }).on('PUT /v1/config', { body: 'true' });
    const { code, stdout } = await run('export', '-name=web', '-consumer-peers=a,b');
    expect([code, stdout]).toEqual([
      0,
      'Successfully exported service "web" to cluster peers "a,b"\n',
    ]);
    expect(agent.log).toEqual([`GET ${ENTRY}`, 'PUT /v1/config?cas=7']);
    expect(written()).toMatchObject({
      Services: [{ Name: 'db' }, { Name: 'web', Consumers: [{ Peer: 'a' }, { Peer: 'b' }] }],
    });
  });

  it('makes the entry where there is none', async () => {
    agent.on('PUT /v1/config', { body: 'true' });
    expect((await run('export', '-name=web', '-consumer-peers=a')).code).toBe(0);
    expect(agent.log[1]).toBe('PUT /v1/config?cas=0');
  });

  it('says when another writer was quicker', async () => {
    agent.on('PUT /v1/config', { body: 'false' });
    const { code, stderr } = await run('export', '-name=web', '-consumer-peers=a');
    expect([code, stderr]).toEqual([1, expect.stringContaining('changed by somebody else')]);
  });

  it.each([
    [[], 'Missing the required -name flag'],
    [['-name=web'], 'Missing the required -consumer-peers or -consumer-partitions flag'],
    [['-name=web', '-consumer-peers=a,,b'], 'Invalid peer ""'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await run('export', ...args);
    expect([code, stderr]).toEqual([1, `${message}\n`]);
  });
});

describe('services exported-services', () => {
  const SERVICES = [{ Service: 'web', Consumers: { Peers: ['a', 'b'] } }];

  it.each([
    [[], SERVICES, 'Service  Consumer Peers\nweb      a, b\n'],
    [['-format=json'], SERVICES, `${JSON.stringify(SERVICES, null, 4)}\n`],
    [[], [], 'No exported services found\n'],
  ])('%j', async (args, body, expected) => {
    agent.on('GET /v1/exported-services', { body });
    const { code, stdout } = await run('exported-services', ...args);
    expect([code, stdout]).toEqual([0, expected]);
  });

  it('another format is refused', async () => {
    expect((await run('exported-services', '-format=xml')).stderr).toContain('valid formats are');
  });
});
