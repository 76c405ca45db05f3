/** The built-in proxy beside Consul's: each of them as the caller's and as the service's, at one agent. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { PROGRAMS, requireProgram } from '../../scripts/programs.ts';
import { Caller, type Service, startShout } from '../proxy/ends.ts';
import { freePorts } from '../support/free-ports.ts';
import { LICTOR } from '../support/lictor-process.ts';
import { AgentProcess } from './agent-process.ts';

/** Programs and agents start within it, also on a busy machine. */
const START_MS = 30_000;
const LIMIT_MS = 120_000;

let agent: AgentProcess;
let shout: Service;
const children: ChildProcess[] = [];
const consul = requireProgram(PROGRAMS.consul);
const PROXIES: Record<string, string> = { lictor: LICTOR, consul };

beforeAll(async () => {
  const [port] = await freePorts(1);
  shout = await startShout(port!);
  agent = await AgentProcess.start({ program: consul });
}, LIMIT_MS);

afterAll(async () => {
  await agent.stop();
  shout.stop();
});

afterEach(async () => {
  await Promise.all(children.splice(0).map(end));
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGINT');
  await once(child, 'exit');
}

function proxy(program: string, ...args: string[]): ChildProcess {
  const env = { ...process.env, CONSUL_HTTP_ADDR: agent.base };
  const child = spawn(program, ['connect', 'proxy', ...args], { env, stdio: 'ignore' });
  children.push(child);
  return child;
}

async function ask(port: number, text: string): Promise<string> {
  const caller = new Caller(port);
  try {
    return await caller.ask(text);
  } finally {
    caller.stop();
  }
}

const heard = (port: number, text: string, wanted: string): Promise<void> =>
  vi.waitFor(async () => expect(await ask(port, text)).toBe(wanted), {
    timeout: START_MS,
    interval: 200,
  });

/** Consul's caller may hold for long that there is no instance, when it asks before there is one. */
async function untilPassing(name: string): Promise<void> {
  const url = `${agent.base}/v1/health/connect/${name}?passing`;
  await vi.waitFor(async () => expect(await (await fetch(url)).json()).toHaveLength(1), {
    timeout: START_MS,
    interval: 200,
  });
}

describe.each([
  ['lictor', 'lictor'],
  ['lictor', 'consul'],
  ['consul', 'lictor'],
])("%s's proxy calls %s's", (caller, service) => {
  it(
    'bytes go both ways, and an intention stops them',
    async () => {
      const name = `shout-${caller}-${service}`;
      const [listen = 0, upstream = 0] = await freePorts(2);
      const inward = proxy(
        PROXIES[service]!,
        `-service=${name}`,
        `-service-addr=127.0.0.1:${shout.port}`,
        `-listen=127.0.0.1:${listen}`,
        '-register',
      );
      await untilPassing(name);
      proxy(PROXIES[caller]!, '-service=caller', `-upstream=${name}:${upstream}`);
      await heard(upstream, 'hello', 'HELLO');
      const text = 'abcdefgh'.repeat(64 * 1024);
      expect(await ask(upstream, text)).toBe(text.toUpperCase());
      const intention = `/v1/connect/intentions/exact?source=caller&destination=${name}`;
      await agent.put(intention, { Action: 'deny' });
      await heard(upstream, 'refused', '');
      await agent.put(intention, { Action: 'allow' });
      await heard(upstream, 'again', 'AGAIN');
      await end(inward);
      const services = (await (await fetch(`${agent.base}/v1/agent/services`)).json()) as object;
      expect(Object.keys(services)).not.toContain(`${name}-proxy`);
    },
    LIMIT_MS,
  );
});

it(
  'a sidecar follows its registration, and certificates of a new root',
  async () => {
    const [listen = 0, upstream = 0, moved = 0] = await freePorts(3);
    const register = (port: number): Promise<string> =>
      agent.put('/v1/agent/service/register', {
        Name: 'client',
        Port: 1,
        Connect: {
          SidecarService: {
            Port: listen,
            Proxy: { Upstreams: [{ DestinationName: 'rotating', LocalBindPort: port }] },
          },
        },
      });
    await register(upstream);
    const [public_ = 0] = await freePorts(1);
    const local = `-service-addr=127.0.0.1:${shout.port}`;
    proxy(consul, '-service=rotating', local, `-listen=127.0.0.1:${public_}`, '-register');
    await untilPassing('rotating');
    proxy(LICTOR, '-sidecar-for=client');
    await heard(upstream, 'hello', 'HELLO');
    const open = new Caller(upstream);
    expect(await open.ask('before')).toBe('BEFORE');
    await agent.put('/v1/connect/ca/configuration', {
      Provider: 'consul',
      Config: { PrivateKeyType: 'ec', PrivateKeyBits: 384 },
    });
    await register(moved);
    await heard(moved, 'new root', 'NEW ROOT');
    expect(await open.ask('still here')).toBe('STILL HERE');
    open.stop();
  },
  LIMIT_MS,
);
