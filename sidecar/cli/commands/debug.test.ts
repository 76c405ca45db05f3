import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeAgent } from '../../client/testing/fake-agent.ts';
import { runCommand } from '../testing/run-command.ts';

let agent: FakeAgent;
let cwd: string;

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'cli-debug-'));
  agent = new FakeAgent();
  agent.on('GET /v1/agent/self', { body: { Config: { Version: '9.8.7' } } });
  agent.on('GET /v1/agent/host', { body: { CPU: 2 } });
  agent.on('GET /v1/agent/members', { body: [{ Name: 'n1' }] });
  agent.on('GET /v1/agent/metrics', { body: { Gauges: [] } });
  agent.on('GET /v1/agent/monitor', (_request, response) => {
    response.write('a line\n');
    return new Promise(() => {});
  });
  await agent.start();
});

afterEach(async () => {
  await agent.stop();
  rmSync(cwd, { recursive: true });
});

/** Ends the recording as soon as log and metrics have been asked for. */
async function record(...args: string[]) {
  const controller = new AbortController();
  const line = ['debug', '-output=out', ...args];
  const running = runCommand(line, { agent: agent.address, cwd, signal: controller.signal });
  await vi.waitFor(() => expect(agent.log.join(' ')).toMatch(/metrics.*monitor|monitor.*metrics/), {
    interval: 5,
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  controller.abort('SIGINT');
  return running;
}

describe('debug', () => {
  it('packs what it recorded until its end, readable for nobody else', async () => {
    const { code, stdout, stderr } = await record();
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.replaceAll(/\d{4}-\d\d-\d\d [\d:.]+ \+0000 UTC/g, 'TIME')).toBe(
      [
        '==> Starting debugger and capturing static information...',
        "     Agent Version: '9.8.7'",
        "          Interval: '30s'",
        "          Duration: '5m0s'",
        "            Output: 'out.tar.gz'",
        "           Capture: 'metrics, logs, host, agent, members'",
        '==> Beginning capture interval TIME (0)',
        '==> Capture successful TIME (0)',
        '    Saved debug archive: out.tar.gz\n',
      ].join('\n'),
    );
    expect(readdirSync(cwd)).toEqual(['out.tar.gz']);
    expect(statSync(join(cwd, 'out.tar.gz')).mode & 0o077).toBe(0);
    const files = await unpackTar(gunzipSync(readFileSync(join(cwd, 'out.tar.gz'))));
    expect(files.map(({ header }) => header.name)).toEqual(
      ['agent.json', 'consul.log', 'host.json', 'index.json', 'members.json', 'metrics.json'].map(
        (name) => `out/${name}`,
      ),
    );
    const text = (name: string) =>
      Buffer.from(files.find(({ header }) => header.name === `out/${name}`)!.data!).toString();
    expect(text('consul.log')).toBe('a line\n');
    expect(JSON.parse(text('index.json'))).toEqual({
      Version: 1,
      AgentVersion: '9.8.7',
      Interval: '30s',
      Duration: '5m0s',
      Targets: ['metrics', 'logs', 'host', 'agent', 'members'],
    });
  });

  it('shows on a terminal how long it has recorded', async () => {
    const controller = new AbortController();
    const { stderr } = await runCommand(['debug', '-output=out', '-capture=metrics'], {
      agent: agent.address,
      cwd,
      signal: controller.signal,
      terminal: { columns: 80, rows: 24 },
      onComplaint: (text) => {
        if (text.includes('Recording')) controller.abort('SIGINT');
      },
    });
    expect(stderr.replace(/\ds of/, 'Ns of')).toBe('\r\u001b[KRecording Ns of 5m0s (0%)\r\u001b[K');
  });

  it('takes no time for what is read once, and leaves a folder when asked', async () => {
    const line = ['debug', '-output=out', '-archive=false', '-capture=host', '-capture=cluster'];
    const { stdout } = await runCommand(line, { agent: agent.address, cwd });
    expect(stdout).toContain("Capture: 'host, members'\n    Saved debug archive: out\n");
    expect(readdirSync(join(cwd, 'out'))).toEqual(['host.json', 'index.json', 'members.json']);
  });

  it('goes on when a source fails, and says which', async () => {
    agent.on('GET /v1/agent/host', { status: 500, body: 'no host' });
    const line = ['debug', '-output=out', '-capture=host', '-capture=agent'];
    const { code, stderr } = await runCommand(line, { agent: agent.address, cwd });
    expect(code).toBe(0);
    expect(stderr).toBe('Error capturing host.json: Unexpected response code: 500 (no host)\n');
  });

  it.each([
    [['extra'], '==> debug: Too many arguments provided, expected 0'],
    [['-duration=9s'], '==> Capture validation failed: duration must be longer than 10s'],
    [['-interval=4s'], '==> Capture validation failed: interval must be longer than 5s'],
    [
      ['-interval=20s', '-duration=10s'],
      '==> Capture validation failed: duration (10s) must be longer than interval (20s)',
    ],
    [['-capture=x'], '==> Capture validation failed: target not found: x'],
    [['-output=.'], '==> Capture validation failed: output directory already exists: .'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await runCommand(['debug', ...args], { agent: agent.address, cwd });
    expect([code, stderr]).toEqual([1, `${message}\n`]);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('writes nothing when there is no agent', async () => {
    const { code, stderr } = await runCommand(['debug'], { agent: '127.0.0.1:1', cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^==> Capture validation failed: error querying target agent: Get .*/);
    expect(readdirSync(cwd)).toEqual([]);
  });
});
