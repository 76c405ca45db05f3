/** Thousands of runs leave nothing behind: no descriptor, no process, no socket, no memory. */
import { readFileSync, readdirSync } from 'node:fs';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { CheckDefinition } from '../../protocol/types/agent.ts';
import { createProbe } from './create-probe.ts';
import type { ProbeKind } from './create-probe.ts';

/** In all; `CHECK_RUNS=100000` plays longer. Processes of their own take longest, so they are a share of them. */
const RUNS = Number(process.env['CHECK_RUNS'] ?? 10_000);
const SCRIPT_SHARE = 0.05;
/** As many as an agent with a thousand checks has under way in a bad moment. */
const AT_ONCE = 20;
/** Runs before the first count: what a first use opens for good (the event loop's own) is no leak. */
const WARM_UP = 40;
/** A connection that was just closed may still be counted. */
const SLACK = 3;

const cleanups: (() => unknown)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function listen(server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Linux and macOS both list a process's own descriptors here. */
function openDescriptors(): number {
  return readdirSync('/dev/fd').length;
}

/** Children of this process, whoever started them, zombies among them; nothing is known of them on macOS. */
function childProcesses(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/task').flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
  );
}

interface Kind {
  readonly kind: ProbeKind;
  readonly definition: CheckDefinition;
  readonly expected: 'passing' | 'critical' | 'warning';
}

async function kinds(): Promise<{ processes: readonly Kind[]; sockets: readonly Kind[] }> {
  const tcp = await listen(net.createServer((socket) => socket.destroy()));
  const web = await listen(
    http.createServer((request, response) => {
      if (request.url === '/hang') return;
      response.writeHead(request.url === '/bad' ? 500 : 200).end('x'.repeat(5000));
    }),
  );
  const at = (path: string): CheckDefinition => ({ HTTP: `http://127.0.0.1:${web}${path}` });
  const script = (text: string, timeout = '10s'): CheckDefinition => ({
    ScriptArgs: ['sh', '-c', text],
    Timeout: timeout,
  });
  const quick: Kind[] = [
    { kind: 'tcp', definition: { TCP: `127.0.0.1:${tcp}` }, expected: 'passing' },
    { kind: 'tcp', definition: { TCP: '127.0.0.1:1' }, expected: 'critical' },
    { kind: 'http', definition: at('/'), expected: 'passing' },
    { kind: 'http', definition: at('/bad'), expected: 'critical' },
  ];
  return {
    processes: [
      { kind: 'script', definition: script('exit 0'), expected: 'passing' },
      { kind: 'script', definition: script('echo warn; exit 1'), expected: 'warning' },
      { kind: 'script', definition: { ScriptArgs: ['/no/program'] }, expected: 'critical' },
      // Killed with what it has started.
      { kind: 'script', definition: script('sleep 60 & sleep 60', '30ms'), expected: 'critical' },
    ],
    // One in seventeen hangs, which takes its whole time-out.
    sockets: [
      ...Array.from({ length: 4 }, () => quick).flat(),
      { kind: 'http', definition: { ...at('/hang'), Timeout: '20ms' }, expected: 'critical' },
    ],
  };
}

it(`${RUNS} runs of scripts, TCP and HTTP checks`, async () => {
  const { processes, sockets } = await kinds();
  const environment = {
    docker: { socketPath: '/nowhere/docker.sock' },
    outputMaxBytes: 4096,
  };
  const { signal } = new AbortController();
  const play = async (list: readonly Kind[], count: number): Promise<void> => {
    let next = 0;
    const work = async (): Promise<void> => {
      for (let index = next++; index < count; index = next++) {
        const { kind, definition, expected } = list[index % list.length]!;
        const { status, output } = await createProbe(kind, definition, environment).run(signal);
        if (status !== expected) throw new Error(`${JSON.stringify(definition)}: ${output}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  };
  const scripts = Math.ceil(RUNS * SCRIPT_SHARE);
  await play(processes, WARM_UP);
  await play(sockets, WARM_UP);
  const descriptors = openDescriptors();
  await play(processes, scripts);
  await play(sockets, RUNS - scripts);
  await expect.poll(openDescriptors, { timeout: 5000 }).toBeLessThanOrEqual(descriptors + SLACK);
  expect(childProcesses()).toEqual([]);
}, 300_000);
