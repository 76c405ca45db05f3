import tls from 'node:tls';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProxyConfig, UpstreamConfig } from '../../sidecar/proxy/config.ts';
import { Proxy } from '../../sidecar/proxy/proxy.ts';
import { MemoryLog } from '../../sidecar/proxy/testing/fake-agent.ts';
import { freePorts } from '../support/free-ports.ts';
import { Caller, type Service, startShout } from './ends.ts';
import { Mesh, leafOf, newRoot } from './mesh.ts';

const PUBLIC = 'public listener';

let mesh: Mesh;
let shout: Service;
let log: MemoryLog;
let inward: Proxy;
let outward: Proxy;
let callers: Caller[];
/** Of the service, of its proxy, of the caller's upstream, and of nobody. */
let ports: { shout: number; proxy: number; upstream: number; nobody: number };

function newProxy(): Proxy {
  return new Proxy({ agent: mesh, log, now: Date.now, random: () => 0 });
}

function shoutConfig(more: Partial<ProxyConfig['publicListener']> = {}): ProxyConfig {
  const publicListener = {
    bindAddress: '127.0.0.1',
    bindPort: ports.proxy,
    local: { host: '127.0.0.1', port: ports.shout },
    localConnectTimeoutMs: 1_000,
    handshakeTimeoutMs: 1_000,
    maxConnections: 100,
    ...more,
  };
  return { service: 'shout', publicListener, upstreams: [] };
}

function upstream(more: Partial<UpstreamConfig> = {}): UpstreamConfig {
  return {
    type: 'service',
    name: 'shout',
    datacenter: '',
    bindAddress: '127.0.0.1',
    bindPort: ports.upstream,
    socketPath: '',
    socketMode: undefined,
    connectTimeoutMs: 2_000,
    ...more,
  };
}

const callerConfig = (...upstreams: UpstreamConfig[]): ProxyConfig => ({
  service: 'caller',
  publicListener: undefined,
  upstreams,
});

/** Both proxies, listening. */
async function start(): Promise<void> {
  inward.apply(shoutConfig());
  outward.apply(callerConfig(upstream()));
  await vi.waitFor(async () => expect(await call().ask('x')).toBe('X'));
}

function call(port = ports.upstream): Caller {
  const caller = new Caller(port);
  callers.push(caller);
  return caller;
}

beforeEach(async () => {
  const [one, two, three, four] = await freePorts(4);
  ports = { shout: one!, proxy: two!, upstream: three!, nobody: four! };
  mesh = new Mesh();
  mesh.issue('shout');
  mesh.issue('caller');
  mesh.instances('shout', [ports.proxy]);
  shout = await startShout(ports.shout);
  log = new MemoryLog();
  callers = [];
  inward = newProxy();
  outward = newProxy();
});

afterEach(async () => {
  for (const caller of callers) caller.stop();
  await Promise.all([inward.stop(0), outward.stop(0)]);
  shout.stop();
});

describe('between two proxies', () => {
  it('bytes go both ways, and an end in one direction leaves the other', async () => {
    await start();
    const caller = call();
    expect(await caller.ask('hello')).toBe('HELLO');
    caller.socket.end();
    await caller.closed;
    expect(caller.heard).toBe('HELLObye');
    await vi.waitFor(() => expect(inward.counters.get(PUBLIC)!.active).toBe(1));
    expect(inward.counters.get(PUBLIC)).toMatchObject({ bytesIn: 6, bytesOut: 9, denied: 0 });
  });

  it('a megabyte arrives as it was', async () => {
    await start();
    const text = 'abcdefgh'.repeat(128 * 1024);
    expect(await call().ask(text)).toBe(text.toUpperCase());
  });

  it('the next instance is taken when one cannot be reached', async () => {
    await start();
    mesh.instances('shout', [ports.nobody, ports.proxy]);
    await vi.waitFor(() => expect(log.lines).not.toEqual([]));
    expect(await call().ask('x')).toBe('X');
    mesh.instances('shout', [ports.nobody]);
    await vi.waitFor(async () => expect(await call().ask('x')).toBe(''));
    expect(log.lines.at(-1)).toContain('failed to dial: error="connect ECONNREFUSED');
  });

  it('a service that is away ends the connection', async () => {
    await start();
    shout.stop();
    expect(await call().ask('x')).toBe('');
    expect(inward.counters.get(PUBLIC)!.failed).toBe(1);
  });
});

describe('certificates', () => {
  it('of another service than was meant are refused', async () => {
    mesh.issue('shout', leafOf(mesh.root, 'other'));
    inward.apply(shoutConfig());
    outward.apply(callerConfig(upstream()));
    await vi.waitFor(async () => {
      expect(await call().ask('x')).toBe('');
      expect(log.lines.join()).toContain('peer certificate mismatch: got spiffe://');
    });
    expect(shout.sockets.size).toBe(0);
  });

  it.each([
    ['none', () => ({})],
    ['one of an authority that nobody trusts', () => leafOf(newRoot('Other'), 'caller')],
    ['one that names no service', () => leafOf(mesh.root, 'a/b')],
  ])('of callers: %s is not enough', async (_what, make) => {
    await start();
    const leaf = make() as Partial<ReturnType<typeof leafOf>>;
    const { CertPEM: cert, PrivateKeyPEM: key } = leaf;
    const socket = tls.connect({
      port: ports.proxy,
      rejectUnauthorized: false,
      ...(cert && { cert, key }),
    });
    const heard: string[] = [];
    socket.on('data', (data) => heard.push(data.toString()));
    socket.on('error', () => {});
    socket.write('let me in');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(heard).toEqual([]);
    expect(inward.counters.get(PUBLIC)!.bytesIn).toBe(1);
  });

  it('are renewed, and a root takes the place of another, under connections that go on', async () => {
    await start();
    const before = call();
    await before.ask('x');
    const [old, next] = [mesh.root, newRoot('Next')];
    mesh.trust(next, [old, next]);
    mesh.issue('shout');
    mesh.issue('caller');
    await vi.waitFor(() => expect(log.lines.filter((l) => l.includes('renewed'))).toHaveLength(4));
    mesh.trust(next);
    await vi.waitFor(() => expect(log.lines.filter((l) => l.includes('renewed'))).toHaveLength(6));
    expect(await call().ask('new')).toBe('NEW');
    expect(await before.ask('old')).toBe('OLD');
  });

  it('that have not come yet: nobody is taken, and whoever calls is turned away', async () => {
    inward.apply({ ...shoutConfig(), service: 'unknown' });
    outward.apply({ ...callerConfig(upstream()), service: 'unknown' });
    expect(await call().ask('x')).toBe('');
    expect(log.lines.at(-1)).toContain('the proxy has no certificate yet');
    expect(inward.counters.has(PUBLIC)).toBe(false);
  });
});

describe('intentions', () => {
  it('refuse a connection', async () => {
    await start();
    mesh.denied.add('caller -> shout');
    mesh.intentionsChanged();
    await vi.waitFor(async () => expect(await call().ask('x')).toBe(''));
    expect(log.lines.join()).toContain(
      'authz call denied: service=shout reason="denied by a test"',
    );
  });

  it('that come to forbid what is open close it, and nothing else', async () => {
    await start();
    mesh.issue('friend');
    const third = newProxy();
    const [port] = await freePorts(1);
    third.apply({ ...callerConfig(upstream({ bindPort: port! })), service: 'friend' });
    await vi.waitFor(async () => expect(await call(port).ask('x')).toBe('X'));
    const [caller, friend] = [call(), call(port)];
    await Promise.all([caller.ask('x'), friend.ask('x')]);
    mesh.denied.add('caller -> shout');
    mesh.intentionsChanged();
    await caller.closed;
    expect(await friend.ask('still here')).toBe('STILL HERE');
    await third.stop(0);
  });

  it('that nobody knows: a connection is refused, one that is open stays open', async () => {
    await start();
    const open = call();
    await open.ask('x');
    mesh.on('/v1/agent/connect/authorize', () => {
      throw new Error('Unexpected response code: 500');
    });
    mesh.intentionsChanged();
    await vi.waitFor(async () => expect(await call().ask('x')).toBe(''));
    expect(await open.ask('still here')).toBe('STILL HERE');
  });
});

describe('a new configuration', () => {
  it('leaves alone what it says nothing new of, and lets connections of the rest end by themselves', async () => {
    await start();
    const open = call();
    await open.ask('x');
    const [port] = await freePorts(1);
    outward.apply(callerConfig(upstream({ bindPort: port! })));
    await vi.waitFor(async () => expect(await call(port).ask('x')).toBe('X'));
    expect(await open.ask('still here')).toBe('STILL HERE');
    expect(await call().ask('x')).toBe('');
  });

  it('may give a listener other settings at the same port', async () => {
    await start();
    outward.apply(callerConfig(upstream({ connectTimeoutMs: 1_999 })));
    expect(await call().ask('x')).toBe('X');
  });
});

describe('limits', () => {
  it('more connections than are allowed are refused', async () => {
    await start();
    inward.apply(shoutConfig({ maxConnections: 1 }));
    for (const caller of callers) caller.stop();
    await vi.waitFor(async () => {
      const first = call();
      if ((await first.ask('x')) !== 'X') throw new Error('not yet');
      expect(await call().ask('x')).toBe('');
      expect(await first.ask('y')).toBe('Y');
    });
    expect(log.lines.join()).toContain('connection refused: 1 are open');
  });

  it('who does not finish the handshake is dropped', async () => {
    await start();
    const silent = call(ports.proxy);
    await silent.closed;
    expect(inward.counters.get(PUBLIC)!.failed).toBe(1);
  });
});

describe('a stop', () => {
  it('waits for connections to end, but not for ever', async () => {
    await start();
    for (const caller of callers) caller.stop();
    const [quick, slow] = [call(), call()];
    await Promise.all([quick.ask('x'), slow.ask('x')]);
    const stopped = outward.stop(300);
    expect(await quick.ask('last words')).toBe('LAST WORDS');
    await stopped;
    await slow.closed;
    expect(outward.counters.size).toBe(1);
  });
});
