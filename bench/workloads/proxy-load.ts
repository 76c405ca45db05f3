/** Bytes through two built-in proxies, one for each side: how many, how late, and how many connections. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../test/support/free-ports.ts';
import type { Agent } from '../agent.ts';
import { median, percentile } from '../statistics.ts';
import type { Figure, Sample, WorkContext, Workload } from './workload.ts';

const STREAMS = [1, 16] as const;
/** Callers that make one connection after the other. */
const CONNECTING = 4;
const CHUNK_BYTES = 64 * 1024;
const MESSAGE_BYTES = 64;
const WARM_UP_MS = 500;
/** Certificates, registration and health come from the agent; past this something is broken. */
const READY_LIMIT_MS = 60_000;
const MS_PER_SECOND = 1000;
const MIB = 1024 * 1024;
const P99 = 99;
/** What a connection begins with: whether its bytes come back. */
const [ECHO, SINK] = ['e', 's'];

export class ProxyLoad implements Workload {
  readonly figures: readonly Figure[] = [
    ...STREAMS.map((count): Figure => ({
      id: `proxy-bytes-${count}`,
      title: `MiB a second through two proxies, ${count === 1 ? 'one stream' : `${count} streams`}`,
      unit: '/s',
      better: 'higher',
    })),
    {
      id: 'proxy-round-trip',
      title: 'round trip through two proxies',
      unit: 'ms',
      better: 'lower',
    },
    {
      id: 'proxy-connects',
      title: `connections through two proxies, c=${CONNECTING}`,
      unit: '/s',
      better: 'higher',
    },
  ];

  async measure(agent: Agent, context: WorkContext): Promise<ReadonlyMap<string, Sample>> {
    const [listen = 0, upstream = 0] = await freePorts(2);
    const service = await Service.start();
    const name = `bench-${context.run}`.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-');
    const local = `-service-addr=127.0.0.1:${service.port}`;
    const proxies = [
      proxy(agent, [`-service=${name}`, local, `-listen=127.0.0.1:${listen}`, '-register']),
      proxy(agent, ['-service=bench-caller', `-upstream=${name}:${upstream}`]),
    ];
    try {
      await ready(upstream, context.signal);
      const ms = context.durations.measureSeconds * MS_PER_SECOND;
      const samples = new Map<string, Sample>();
      // Before the streams, which leave the buffers of the system full for a while.
      samples.set('proxy-round-trip', await roundTrips(upstream, ms));
      samples.set('proxy-connects', await connects(upstream, ms));
      for (const count of STREAMS) {
        const value = await streams(upstream, count, service, ms);
        samples.set(`proxy-bytes-${count}`, { value, errors: 0 });
      }
      return samples;
    } finally {
      for (const child of proxies) child.kill('SIGINT');
      await Promise.all(proxies.map((child) => once(child, 'close')));
      service.stop();
    }
  }
}

/** Gives bytes back, or counts them. */
class Service {
  received = 0;
  readonly #server = net.createServer({ noDelay: true });
  readonly #sockets = new Set<net.Socket>();

  static async start(): Promise<Service> {
    const service = new Service();
    service.#server.on('connection', (socket) => service.#take(socket));
    service.#server.listen(0, '127.0.0.1');
    await once(service.#server, 'listening');
    return service;
  }

  get port(): number {
    return (this.#server.address() as net.AddressInfo).port;
  }

  stop(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #take(socket: net.Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // A caller that has measured enough leaves without a word.
    socket.on('error', () => {});
    let mode: string | undefined;
    socket.on('data', (data) => {
      mode ??= data.toString('latin1', 0, 1);
      if (mode === SINK) this.received += data.length;
      else socket.write(data);
    });
  }
}

function proxy(agent: Agent, args: readonly string[]): ChildProcess {
  return spawn(agent.contender.program, ['connect', 'proxy', '-log-level=error', ...args], {
    env: { ...process.env, CONSUL_HTTP_ADDR: agent.base },
    stdio: 'ignore',
  });
}

async function ready(port: number, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_LIMIT_MS;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    if (await echoes(port)) return;
    await sleep(100);
  }
  throw new Error('the proxies carried nothing');
}

function echoes(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1' });
    socket.on('error', () => {});
    socket.on('close', () => resolve(false));
    socket.once('data', () => {
      resolve(true);
      socket.destroy();
    });
    socket.write(ECHO!);
  });
}

async function open(port: number): Promise<net.Socket> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** @returns MiB a second */
async function streams(port: number, count: number, service: Service, ms: number): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: count }, () => open(port)));
  const chunk = Buffer.alloc(CHUNK_BYTES, 'x');
  let isOver = false;
  for (const socket of sockets) {
    const fill = (): void => {
      while (!isOver && socket.write(chunk));
    };
    socket.on('drain', fill).on('error', () => {});
    socket.write(SINK!);
    fill();
  }
  await sleep(WARM_UP_MS);
  const [before, startedAt] = [service.received, performance.now()];
  await sleep(ms);
  const [bytes, took] = [service.received - before, performance.now() - startedAt];
  isOver = true;
  for (const socket of sockets) socket.destroy();
  if (bytes === 0) throw new Error('nothing came through the proxies');
  return bytes / MIB / (took / MS_PER_SECOND);
}

async function roundTrips(port: number, ms: number): Promise<Sample> {
  const socket = await open(port);
  const message = Buffer.alloc(MESSAGE_BYTES, ECHO!);
  const times: number[] = [];
  const deadline = performance.now() + ms;
  while (performance.now() < deadline) {
    const startedAt = performance.now();
    socket.write(message);
    for (let bytes = 0; bytes < MESSAGE_BYTES;) {
      const [data] = (await once(socket, 'data')) as [Buffer];
      bytes += data.length;
    }
    times.push(performance.now() - startedAt);
  }
  socket.destroy();
  const value = median(times);
  return { value, p50Ms: value, p99Ms: percentile(times, P99), errors: 0 };
}

async function connects(port: number, ms: number): Promise<Sample> {
  const startedAt = performance.now();
  let made = 0;
  let errors = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() - startedAt < ms) {
      if (await echoes(port)) made++;
      else errors++;
    }
  };
  await Promise.all(Array.from({ length: CONNECTING }, caller));
  return { value: made / ((performance.now() - startedAt) / MS_PER_SECOND), errors };
}
