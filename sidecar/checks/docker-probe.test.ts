/** Docker checks against an engine that is none. */
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DockerProbe } from './docker-probe.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'docker-'));
const socketPath = path.join(folder, 'docker.sock');
const EXIT_CODES: Readonly<Record<string, number>> = { ok: 0, warn: 1, crit: 2, big: 0 };
const REFUSALS: Readonly<Record<string, [number, string]>> = {
  gone: [404, '{"message":"No such container: gone"}'],
  paused: [409, '{"message":"Container paused is paused"}'],
  broken: [500, 'oops'],
};
let commands: unknown[] = [];

function frame(stream: 1 | 2, text: string): Buffer {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(text.length, 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

const engine = http.createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    const [, , container = '', action] =
      /^\/(containers|exec)\/(\w+)\/(\w+)$/.exec(request.url ?? '') ?? [];
    const refusal = REFUSALS[container];
    if (refusal !== undefined) response.writeHead(refusal[0]).end(refusal[1]);
    else if (action === 'exec') {
      commands.push((JSON.parse(body) as { Cmd: unknown }).Cmd);
      response.writeHead(201).end(JSON.stringify({ Id: container }));
    } else if (action === 'start' && container === 'hang') response.write(frame(1, 'part'));
    else if (action === 'start') {
      response.write(frame(1, 'out\n'));
      response.end(
        Buffer.concat([
          frame(2, 'err\n'),
          frame(1, container === 'big' ? `${'y'.repeat(200_000)}${'x'.repeat(100)}` : ''),
        ]),
      );
    } else response.end(JSON.stringify({ ExitCode: EXIT_CODES[container] }));
  });
});

beforeAll(async () => {
  await once(engine.listen(socketPath), 'listening');
});
afterAll(() => {
  engine.closeAllConnections();
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

it.each([
  ['ok', 'passing', 'out\nerr\n'],
  ['warn', 'warning', 'out\nerr\n'],
  ['crit', 'critical', 'out\nerr\n'],
  ['big', 'passing', `Captured 100 of 200108 bytes\n...\n${'x'.repeat(100)}`],
  ['gone', 'critical', 'create exec failed for unknown container gone'],
  ['paused', 'critical', 'create exec failed since container paused is paused or stopped'],
  ['broken', 'critical', 'create exec failed for container broken with status 500: oops'],
  ['hang', 'critical', 'docker exec failed for container hang: context deadline exceeded'],
])('%s', async (containerID, status, output) => {
  commands = [];
  const args = ['ls', '-l', 'a b'];
  const probe = new DockerProbe({
    containerID,
    args,
    timeoutMs: containerID === 'hang' ? 60 : 5000,
    outputMaxBytes: 100,
    host: { socketPath },
  });
  expect(await probe.run(new AbortController().signal)).toEqual({ status, output });
  expect(commands).toEqual(containerID in REFUSALS ? [] : [args]);
});
