import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LogEntry, LogHub, Logger } from '../../lib/log.ts';
import { createWatchHandler } from './watch-handlers.ts';

let directory: string;
let lines: string[];
let log: Logger;
let controller: AbortController;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-handlers-'));
  lines = [];
  const hub = new LogHub();
  hub.listen('trace', ({ level, text }: LogEntry) => lines.push(`${level}: ${text}`));
  log = new Logger(hub, 'agent');
  controller = new AbortController();
});
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

const script = (args: string[]) =>
  createWatchHandler({ type: 'key', handler_type: 'script', args }, log);

describe('a script', () => {
  it('gets the value on its input and the index in its environment; what it says is logged', async () => {
    const file = path.join(directory, 'out');
    const text = `cat > ${file}; echo index $CONSUL_INDEX`;
    await script(['sh', '-c', text]).handle({ Key: 'a' }, '12', controller.signal);
    expect(fs.readFileSync(file, 'utf8')).toBe('{"Key":"a"}\n');
    expect(lines).toEqual([
      expect.stringMatching(/^debug: watch handler output: .*"index 12\\n"$/),
    ]);
  });

  it('as one text is given to a shell', async () => {
    const handler = 'echo one && echo two';
    const made = createWatchHandler({ type: 'key', handler_type: 'script', handler }, log);
    await made.handle(null, '1', controller.signal);
    expect(lines).toEqual([expect.stringContaining('"one\\ntwo\\n"')]);
  });

  it.each([
    [['sh', '-c', 'echo why >&2; exit 3'], 'exit status 3'],
    [['/nowhere/to/be/found'], 'Error starting handler'],
  ])('%j that fails is a line in the log', async (args, why) => {
    await script(args).handle(null, '1', controller.signal);
    expect(lines[0]).toMatch(/^error: Failed to run watch handler: /);
    expect(lines[0]).toContain(why);
  });

  it('that says more than the log takes is cut to its end', async () => {
    await script(['sh', '-c', 'yes | head -c 100000; echo end']).handle(
      null,
      '1',
      controller.signal,
    );
    expect(lines[0]!.length).toBeLessThan(10_000);
    expect(lines[0]).toContain('end\\n');
  });

  it('is ended with the watch, without a complaint', async () => {
    const handled = script(['sleep', '60']).handle(null, '1', controller.signal);
    setTimeout(() => controller.abort(), 50);
    await handled;
    expect(lines.filter((line) => line.startsWith('error'))).toEqual([]);
  });

  it.each(['trap "" TERM; while :; do sleep 0.1; done', 'sleep 8 & wait'])(
    'is ended however it clings to life: %s',
    async (text) => {
      const handled = script(['sh', '-c', text]).handle(null, '1', controller.signal);
      setTimeout(() => controller.abort(), 50);
      const startedAt = performance.now();
      await handled;
      expect(performance.now() - startedAt).toBeLessThan(6_000);
    },
  );
});

describe('a URL', () => {
  interface Told {
    method: string | undefined;
    headers: http.IncomingHttpHeaders;
    body: string;
  }
  let told: Told[];
  let status: number | 'never';
  let server: http.Server;

  beforeEach(async () => {
    told = [];
    status = 200;
    server = http.createServer(async (request, response) => {
      const body = Buffer.concat(await Array.fromAsync(request)).toString();
      told.push({ method: request.method, headers: request.headers, body });
      if (status === 'never') return;
      response.statusCode = status;
      response.end('thanks');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  function url(
    config: object = {},
    at = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`,
  ) {
    const http_handler_config = { path: at, ...config };
    return createWatchHandler({ type: 'key', handler_type: 'http', http_handler_config }, log);
  }

  it('is told with POST, or as the configuration says', async () => {
    await url().handle([1], '7', controller.signal);
    await url({ method: 'PUT', header: { 'X-Foo': ['a', 'b'] } }).handle(
      [2],
      '8',
      controller.signal,
    );
    expect(told.map(({ method, body }) => [method, body])).toEqual([
      ['POST', '[1]\n'],
      ['PUT', '[2]\n'],
    ]);
    expect(told[0]!.headers).toMatchObject({
      'content-type': 'application/json',
      'x-consul-index': '7',
    });
    expect(told[1]!.headers['x-foo']).toBe('a, b');
    expect(lines).toEqual([
      expect.stringMatching(/^trace: http watch handler output: .*thanks$/),
      expect.stringMatching(/^trace: /),
    ]);
  });

  it('that refuses is a line in the log', async () => {
    status = 500;
    await url().handle(null, '1', controller.signal);
    expect(lines).toEqual([
      expect.stringMatching(/^error: http watch handler failed with output: .*500.*thanks$/),
    ]);
  });

  it('that does not answer in time is one too', async () => {
    status = 'never';
    await url({ timeout: '50ms' }).handle(null, '1', controller.signal);
    expect(lines).toEqual([expect.stringMatching(/^error: Failed to invoke http watch handler/)]);
  });

  it('that is not there is one too', async () => {
    await url({}, 'http://127.0.0.1:1/').handle(null, '1', controller.signal);
    expect(lines).toEqual([expect.stringContaining('ECONNREFUSED')]);
  });
});
