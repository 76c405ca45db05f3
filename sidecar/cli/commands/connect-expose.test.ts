import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeAgent } from '../../client/testing/fake-agent.ts';
import { runCommand } from '../testing/run-command.ts';

let agent: FakeAgent;
let entry: object | undefined;
let hasIntention: boolean;

beforeEach(async () => {
  agent = new FakeAgent();
  entry = undefined;
  hasIntention = false;
  agent.on('GET /v1/config/ingress-gateway/front', () =>
    entry === undefined ? { status: 404, body: 'Config entry not found' } : { body: entry },
  );
  agent.on('PUT /v1/config', () => ({ body: true }));
  agent.on('GET /v1/connect/intentions/exact', () =>
    hasIntention ? { body: { Action: 'deny' } } : { status: 404, body: 'Intention not found' },
  );
  agent.on('PUT /v1/connect/intentions/exact', () => ({ body: true }));
  await agent.start();
});

afterEach(() => agent.stop());

const expose = (...args: string[]) =>
  runCommand(['connect', 'expose', ...args], { agent: agent.address });
const WEB = ['-service=web', '-ingress-gateway=front', '-port=8080', '-protocol=http'];
const written = (path: string): unknown[] =>
  agent.requests
    .filter((request) => request.method === 'PUT' && request.path === path)
    .map(({ body }) => JSON.parse(body.toString()) as unknown);

describe('connect expose', () => {
  it('makes the entry and the intention', async () => {
    expect(await expose(...WEB, '-host=a', '-host=b')).toMatchObject({
      code: 0,
      stdout:
        'Successfully updated config entry for ingress service "front"\n' +
        'Successfully set up intention for "front" -> "web"\n',
    });
    expect(written('/v1/config')).toEqual([
      {
        Kind: 'ingress-gateway',
        Name: 'front',
        Listeners: [
          { Port: 8080, Protocol: 'http', Services: [{ Name: 'web', Hosts: ['a', 'b'] }] },
        ],
      },
    ]);
    expect(written('/v1/connect/intentions/exact')).toEqual([
      { SourceType: 'consul', Action: 'allow' },
    ]);
  });

  it('keeps what stands there, and an intention as it is', async () => {
    hasIntention = true;
    const db = { Port: 1, Protocol: 'tcp', Services: [{ Name: 'db', Hosts: null }] };
    const web = { Port: 8080, Protocol: 'http', Services: [{ Name: 'web', Hosts: ['old'] }] };
    entry = { Kind: 'ingress-gateway', Name: 'front', Listeners: [db, web], ModifyIndex: 7 };
    const { stdout } = await expose(...WEB, '-host=new');
    expect(stdout).toMatch(/^Updating service definition for "web" on listener with port 8080\n/);
    expect(stdout).toMatch(/Intention already exists for "front" -> "web"\n$/);
    expect(written('/v1/config')).toMatchObject([
      { Listeners: [db, { Port: 8080, Services: [{ Name: 'web', Hosts: ['new'] }] }] },
    ]);
    expect(written('/v1/connect/intentions/exact')).toEqual([]);
  });

  it.each([
    [['-ingress-gateway=front', '-port=1'], 'A service name must be given via the -service flag.'],
    [
      ['-service=web', '-port=1'],
      'An ingress gateway service must be given via the -ingress-gateway flag.',
    ],
    [['-service=web', '-ingress-gateway=front'], 'A port must be provided via the -port flag.'],
  ])('%j is refused', async (args, message) => {
    expect(await expose(...args)).toMatchObject({ code: 1, stderr: `${message}\n` });
  });

  it('refuses another protocol on the same port, and writes nothing', async () => {
    const Listeners = [{ Port: 8080, Protocol: 'tcp', Services: [{ Name: 'db', Hosts: null }] }];
    entry = { Kind: 'ingress-gateway', Name: 'front', Listeners };
    expect(await expose(...WEB)).toMatchObject({
      code: 1,
      stderr: 'Listener on port 8080 already configured with conflicting protocol "tcp"\n',
    });
    expect(written('/v1/config')).toEqual([]);
  });
});
