import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeAgent } from '../../client/testing/fake-agent.ts';
import { runCommand } from '../testing/run-command.ts';

let agent: FakeAgent;
let directory: string;

beforeEach(async () => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'lictor-redirect-'));
  for (const name of ['iptables', 'nsenter'])
    program(name, `echo "${name} $*" >> ${directory}/log`);
  writeFileSync(path.join(directory, 'log'), '');
  agent = new FakeAgent();
  const proxy = {
    ID: 'p',
    Port: 20_100,
    Proxy: {
      DestinationServiceID: 'web',
      Config: { bind_port: 20_201, envoy_prometheus_bind_addr: '0.0.0.0:9102' },
      TransparentProxy: { OutboundListenerPort: 15_999 },
      Expose: { Checks: true, Paths: [{ ListenerPort: 21_500 }] },
    },
  };
  agent.on('GET /v1/agent/service/p', () => ({ body: proxy }));
  agent.on('GET /v1/agent/service/nope', () => ({ status: 404, body: 'unknown service ID: nope' }));
  agent.on('GET /v1/agent/checks', () => ({
    body: {
      a: { ServiceID: 'web', ExposedPort: 21_600 },
      b: { ServiceID: 'web', ExposedPort: 0 },
      c: { ServiceID: 'other', ExposedPort: 21_700 },
    },
  }));
  await agent.start();
});

afterEach(async () => {
  rmSync(directory, { recursive: true, force: true });
  await agent.stop();
});

function program(name: string, script: string): void {
  writeFileSync(path.join(directory, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

const redirect = (...args: string[]) =>
  runCommand(['connect', 'redirect-traffic', ...args], {
    agent: agent.address,
    env: { PATH: `${directory}:/bin:/usr/bin` },
  });
const calls = (): string[] =>
  readFileSync(path.join(directory, 'log'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => line.replace('iptables -t nat ', ''));
const PORTS = ['-proxy-uid=1234', '-proxy-inbound-port=20000'];

const CHAINS = [
  '-N CONSUL_PROXY_INBOUND',
  '-N CONSUL_PROXY_IN_REDIRECT',
  '-N CONSUL_PROXY_OUTPUT',
  '-N CONSUL_PROXY_REDIRECT',
  '-N CONSUL_DNS_REDIRECT',
];

describe('the rules', () => {
  it('of ports', async () => {
    expect(await redirect(...PORTS)).toEqual({
      code: 0,
      stderr: '',
      stdout: '    Successfully applied traffic redirection rules\n',
    });
    expect(calls()).toEqual([
      ...CHAINS,
      '-A CONSUL_PROXY_REDIRECT -p tcp -j REDIRECT --to-port 15001',
      '-A OUTPUT -p tcp -j CONSUL_PROXY_OUTPUT',
      '-A CONSUL_PROXY_OUTPUT -m owner --uid-owner 1234 -j RETURN',
      '-A CONSUL_PROXY_OUTPUT -d 127.0.0.1/32 -j RETURN',
      '-A CONSUL_PROXY_OUTPUT -j CONSUL_PROXY_REDIRECT',
      '-A CONSUL_PROXY_IN_REDIRECT -p tcp -j REDIRECT --to-port 20000',
      '-A PREROUTING -p tcp -j CONSUL_PROXY_INBOUND',
      '-A CONSUL_PROXY_INBOUND -p tcp -j CONSUL_PROXY_IN_REDIRECT',
    ]);
  });

  it('of a registered proxy, with what has to stay reachable', async () => {
    await redirect('-proxy-uid=1234', '-proxy-id=p');
    expect(calls()).toEqual(
      expect.arrayContaining([
        '-A CONSUL_PROXY_REDIRECT -p tcp -j REDIRECT --to-port 15999',
        '-A CONSUL_PROXY_IN_REDIRECT -p tcp -j REDIRECT --to-port 20201',
      ]),
    );
    expect(calls().filter((rule) => rule.startsWith('-I'))).toEqual(
      [9102, 21_500, 21_600].map(
        (port) => `-I CONSUL_PROXY_INBOUND -p tcp --dport ${port} -j RETURN`,
      ),
    );
  });

  it('of what is excluded', async () => {
    await redirect(
      ...PORTS,
      '-proxy-outbound-port=15555',
      '-exclude-inbound-port=1',
      '-exclude-inbound-port=2',
      '-exclude-outbound-port=3',
      '-exclude-outbound-cidr=10.0.0.0/8',
      '-exclude-uid=77',
    );
    expect(calls().filter((rule) => rule.startsWith('-I'))).toEqual([
      '-I CONSUL_PROXY_OUTPUT -p tcp --dport 3 -j RETURN',
      '-I CONSUL_PROXY_OUTPUT -d 10.0.0.0/8 -j RETURN',
      '-I CONSUL_PROXY_OUTPUT -m owner --uid-owner 77 -j RETURN',
      '-I CONSUL_PROXY_INBOUND -p tcp --dport 1 -j RETURN',
      '-I CONSUL_PROXY_INBOUND -p tcp --dport 2 -j RETURN',
    ]);
  });

  it.each([
    [['-consul-dns-ip=10.1.1.1'], '-p udp --dport 53', '10.1.1.1'],
    [['-consul-dns-port=8600'], '-p udp -d 127.0.0.1 --dport 53', '127.0.0.1:8600'],
    [
      ['-consul-dns-ip=1.1.1.1', '-consul-dns-port=86'],
      '-p udp -d 1.1.1.1 --dport 53',
      '1.1.1.1:86',
    ],
  ])('of names: %o', async (args, matched, target) => {
    await redirect(...PORTS, ...args);
    expect(calls().filter((rule) => rule.includes('-p udp'))).toEqual([
      `-A CONSUL_DNS_REDIRECT ${matched} -j DNAT --to-destination ${target}`,
      `-A OUTPUT ${matched} -j CONSUL_DNS_REDIRECT`,
    ]);
  });

  it('in another network namespace', async () => {
    await redirect(...PORTS, '-netns=/var/run/netns/a');
    expect(calls()).toHaveLength(13);
    expect(calls()[0]).toBe('nsenter --net=/var/run/netns/a -- -N CONSUL_PROXY_INBOUND');
  });
});

describe('mistakes', () => {
  it.each([
    [[], '==> -proxy-uid is required'],
    [['-proxy-uid=1'], '==> either -proxy-id or -proxy-inbound-port are required'],
    [
      ['-proxy-uid=1', '-proxy-id=p', '-proxy-inbound-port=5'],
      "==> -proxy-inbound-port or -proxy-outbound-port cannot be provided together with -proxy-id. Proxy's inbound and outbound ports are retrieved from the proxy's configuration instead.",
    ],
    [
      ['-proxy-uid=1', '-proxy-id=nope'],
      '==> Failed to create configuration to apply traffic redirection rules: failed to fetch proxy service from Consul Agent: Unexpected response code: 404 (unknown service ID: nope)',
    ],
  ])('%o', async (args, message) => {
    expect(await redirect(...args)).toEqual({ code: 1, stdout: '', stderr: `${message}\n` });
    expect(calls()).toEqual([]);
  });

  it('iptables that refuses a rule ends it', async () => {
    program('iptables', 'echo "no such chain" >&2; exit 3');
    expect(await redirect(...PORTS)).toMatchObject({
      code: 1,
      stderr:
        '==> Error setting up traffic redirection rules: failed to run command: iptables -t nat -N CONSUL_PROXY_INBOUND, err: exit status 3, output: no such chain\n\n',
    });
  });
});
