import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeAgent } from '../../client/testing/fake-agent.ts';
import { runCommand } from '../testing/run-command.ts';

let agent: FakeAgent;
let cwd: string;

beforeEach(async () => {
  agent = new FakeAgent();
  await agent.start();
  cwd = fs.mkdtempSync(path.join(os.tmpdir(), 'login-'));
  fs.writeFileSync(path.join(cwd, 'bearer'), 'jwt\n');
  fs.writeFileSync(path.join(cwd, 'empty'), '\n');
});

afterEach(async () => {
  await agent.stop();
  fs.rmSync(cwd, { recursive: true });
});

const run = (...args: string[]) => runCommand(args, { agent: agent.address, cwd });

describe('login', () => {
  it('writes the secret to a file that others cannot read', async () => {
    agent.on('POST /v1/acl/login', { body: { SecretID: 'secret' } });
    const flags = ['-method=m', '-bearer-token-file=bearer', '-token-sink-file=sink', '-meta=a=b'];
    expect(await run('login', ...flags)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(fs.readFileSync(path.join(cwd, 'sink'), 'utf8')).toBe('secret');
    expect(fs.statSync(path.join(cwd, 'sink')).mode & 0o777).toBe(0o600);
    const body: unknown = JSON.parse(agent.requests[0]!.body.toString());
    expect(body).toEqual({ AuthMethod: 'm', BearerToken: 'jwt', Meta: { a: 'b' } });
  });

  it.each([
    [[], "Missing required '-method' flag"],
    [['-method=m'], "Missing required '-token-sink-file' flag"],
    [['-method=m', '-token-sink-file=s'], "Missing required '-bearer-token-file' flag"],
    [
      ['-method=m', '-token-sink-file=s', '-bearer-token-file=none'],
      'open none: no such file or directory',
    ],
    [
      ['-method=m', '-token-sink-file=s', '-bearer-token-file=empty'],
      'No bearer token found in empty',
    ],
  ])('%j is refused', async (args, complaint) => {
    expect(await run('login', ...args)).toMatchObject({ code: 1, stderr: `${complaint}\n` });
    expect(agent.requests).toEqual([]);
  });
});

it('logout destroys the token of the request', async () => {
  agent.on('POST /v1/acl/logout', { body: '' });
  expect(await run('logout', '-token=t')).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(agent.requests[0]!.headers['x-consul-token']).toBe('t');
});
