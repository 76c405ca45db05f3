/** dnsmasq in front of the agent, forwarding its domain as the documentation of both says, and behind it as its recursor. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROGRAMS, requireProgram } from '../../../scripts/programs.ts';
import { freePorts } from '../../support/free-ports.ts';
import { LictorProcesses } from '../../support/lictor-process.ts';
import type { LictorProcess } from '../../support/lictor-process.ts';
import { runToEnd } from '../run-to-end.ts';
import { Daemon } from './daemon.ts';

const processes = new LictorProcesses();
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-dnsmasq-'));
let agent: LictorProcess;
let front: Daemon;
let upstream: Daemon;
let frontPort = 0;

function startDnsmasq(port: number, ...options: string[]): Daemon {
  const common = ['--keep-in-foreground', '--no-resolv', '--no-hosts', '--conf-file=/dev/null'];
  const listen = [`--port=${port}`, '--listen-address=127.0.0.1', '--bind-interfaces'];
  const own = [`--pid-file=${directory}/${port}.pid`, '--user=root', '--log-facility=-'];
  const args = [...common, ...listen, ...own, ...options];
  return new Daemon(requireProgram(PROGRAMS.dnsmasq), args, directory);
}

beforeAll(async () => {
  const [upstreamPort = 0, port = 0] = await freePorts(2);
  frontPort = port;
  upstream = startDnsmasq(upstreamPort, '--address=/outside.test/192.0.2.7', '--cache-size=0');
  agent = await processes.start('agent', ['-dev', `-recursor=127.0.0.1:${upstreamPort}`]);
  front = startDnsmasq(port, `--server=/consul/127.0.0.1#${agent.ports.dns}`, '--cache-size=0');
  const address = '10.3.2.1';
  await fetch(`${agent.base}/v1/agent/service/register`, {
    method: 'PUT',
    body: JSON.stringify({ Name: 'web', Address: address, Port: 80, Tags: ['v1'] }),
  });
});
afterAll(async () => {
  await front?.stop();
  await processes.stopAll();
  await upstream?.stop();
  fs.rmSync(directory, { recursive: true, force: true });
});

async function dig(port: number, ...args: string[]): Promise<string> {
  const flags = ['@127.0.0.1', '-p', String(port), '+tries=1', '+time=2'];
  const run = await runToEnd(requireProgram(PROGRAMS.dig), [...flags, ...args], {
    limitMs: 10_000,
  });
  return run.stdout;
}

/** dnsmasq and the agent's view of the service come up in their own time: asks until there is an answer. */
function digUntil(daemon: Daemon, port: number, wanted: string, ...args: string[]): Promise<true> {
  return daemon.until(async () => ((await dig(port, ...args)).includes(wanted) ? true : undefined));
}

it.each([
  ['A', 'web.service.consul', '10.3.2.1'],
  ['SRV', '_web._v1.service.consul', '80'],
  ['PTR', '1.2.3.10.in-addr.arpa', 'REFUSED'],
])('forwards %s %s', async (type, name, wanted) => {
  await digUntil(front, frontPort, wanted, name, type);
});

it('an absent name of the domain is NXDOMAIN through it', async () => {
  await digUntil(front, frontPort, 'status: NXDOMAIN', 'nonesuch.service.consul', 'A');
});

it('the agent asks its recursor for other domains, over UDP and TCP', async () => {
  await digUntil(upstream, agent.ports.dns, '192.0.2.7', 'www.outside.test', 'A');
  await digUntil(upstream, agent.ports.dns, '192.0.2.7', '+tcp', 'www.outside.test', 'A');
});

it('sets RA, as it recurses, and answers a foreign name that its recursor refuses as that does', async () => {
  const answer = await dig(agent.ports.dns, 'www.elsewhere.test', 'A');
  expect(answer).toMatch(/status: (REFUSED|SERVFAIL|NXDOMAIN)/);
  expect(await dig(agent.ports.dns, 'www.outside.test', 'A')).toMatch(
    /flags: qr rd ra;|flags: qr aa rd ra;/,
  );
});
