import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeAgent } from '../../client/testing/fake-agent.ts';
import { runCommand } from '../testing/run-command.ts';

let agent: FakeAgent;

beforeEach(async () => {
  agent = new FakeAgent();
  await agent.start();
});
afterEach(() => agent.stop());

const lictor = (...args: string[]) => runCommand(args, { agent: agent.address });

it('dc list is a table', async () => {
  const own = { Name: 'dc1', Location: '', Jurisdiction: '', CreatedAt: '' };
  const other = { ...own, Name: 'dc2', Location: 'weur', Jurisdiction: 'eu', CreatedAt: 'then' };
  agent.on('GET /v1/datacenters', () => ({ body: [own, other] }));
  const { stdout } = await lictor('dc', 'list');
  expect(stdout).toBe(
    'Name  Location  Jurisdiction  Created\n' +
      'dc1   -         -             -\n' +
      'dc2   weur      eu            then\n',
  );
  expect(JSON.parse((await lictor('dc', 'list', '-format=json')).stdout)).toEqual([own, other]);
});

it('dc create says where', async () => {
  let body = '';
  agent.on('PUT /v1/datacenters/dc2', (request) => {
    body = String(request.body);
    return { body: true };
  });
  const { code } = await lictor('dc', 'create', '-location=weur', '-jurisdiction=eu', 'dc2');
  expect(code).toBe(0);
  expect(JSON.parse(body)).toEqual({ Location: 'weur', Jurisdiction: 'eu' });
  expect((await lictor('dc', 'create')).code).toBe(1);
});

it('dc delete sends nothing until the name was said twice', async () => {
  const asked: string[] = [];
  agent.on('DELETE /v1/datacenters/dc2', ({ query }) => {
    asked.push(query.toString());
    return { body: true };
  });
  for (const args of [['dc2'], ['-confirm=dc3', 'dc2'], ['-confirm=dc2']])
    expect((await lictor('dc', 'delete', ...args)).code).toBe(1);
  expect(asked).toEqual([]);
  expect((await lictor('dc', 'delete', '-confirm=dc2', '-force', 'dc2')).code).toBe(0);
  expect(asked).toEqual([expect.stringMatching(/^confirm=dc2&force/)]);
});
