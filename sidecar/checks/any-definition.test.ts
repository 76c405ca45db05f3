/** Whatever a definition says, its probe answers: a defect in one check must not end the agent and the checks of all others. */
import { once } from 'node:events';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CheckDefinition } from '../../protocol/types/agent.ts';
import { type ProbeKind, createProbe } from './create-probe.ts';

/** In all. `CHECK_DEFINITIONS=20000` plays longer. */
const RUNS = Number(process.env['CHECK_DEFINITIONS'] ?? 400);
const STATUSES = ['passing', 'warning', 'critical'];

/** Says something of its own to each connection: nothing, half of an answer, another protocol's, noise; stays or goes. */
const GREETINGS: readonly (Buffer | string)[] = [
  '',
  'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok',
  'HTTP/1.1 302 Found\r\nLocation: //[\r\n\r\n',
  'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1:2/\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8bjunk',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffff\r\n',
  '\r\n\r\n',
  // SETTINGS of HTTP/2, then what is none of it.
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]),
  // The beginning of a TLS record, an alert.
  Buffer.from([0x15, 3, 3, 0, 2, 2, 0x50]),
  Buffer.from([0x16, 3, 3, 0xff, 0xff, 2]),
];
let port = 0;
const server = net.createServer((socket) => {
  socket.on('error', () => {});
  const turn = turns++;
  const act = (): void => {
    socket.write(GREETINGS[turn % GREETINGS.length]!);
    if (turn % 3 === 0) socket.end();
    else if (turn % 3 === 1) socket.resetAndDestroy();
  };
  if (turn % 2 === 0) act();
  else socket.once('data', act);
});
let turns = 0;

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => void server.close());

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ maxLength: 6, unit: 'binary' }),
  fc.constantFrom('', 'a', '%', '\0', '\r\n', 'ä', 'x'.repeat(300), '127.0.0.1', '[::1', '..', ' '),
);
/** No name that would have to be looked up elsewhere: the server, and what is hardly an address. */
const address = fc
  .tuple(
    fc.constantFrom('127.0.0.1', '127.0.0.1', '127.0.0.1', '', '[::1]', '::1', '[', '127.0.0.1:1'),
    fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: text }),
  )
  .map(([host, tail]) => `${host}:${tail ?? port}`);
const flag = fc.option(fc.boolean(), { nil: undefined });
const header = fc.dictionary(text, fc.array(text, { maxLength: 2 }), { maxKeys: 2 });
const common = fc.record({
  Timeout: fc.constantFrom('5ms', '20ms', '40ms'),
  TLSServerName: fc.option(text, { nil: undefined }),
  TLSSkipVerify: flag,
  OutputMaxSize: fc.constantFrom(1, 10, 4096),
});
const url = fc
  .tuple(
    fc.constantFrom('http://', 'https://', 'HTTP://', '//', ''),
    fc.constantFrom('', 'u:p@', '@', ':@'),
    address,
    text,
  )
  .map(([scheme, user, host, path]) => `${scheme}${user}${host}/${path}`);

const KINDS: Readonly<Partial<Record<ProbeKind, fc.Arbitrary<CheckDefinition>>>> = {
  http: fc.record({
    HTTP: fc.oneof(
      { weight: 5, arbitrary: url },
      { weight: 1, arbitrary: text.filter((t) => t !== '') },
    ),
    Method: fc.oneof(fc.constantFrom('GET', 'HEAD', 'POST', 'CONNECT', ''), text),
    Header: fc.oneof(fc.constant({}), header),
    Body: text,
    DisableRedirects: flag,
  }) as fc.Arbitrary<CheckDefinition>,
  tcp: fc.record({ TCP: address, TCPUseTLS: flag }) as fc.Arbitrary<CheckDefinition>,
  udp: fc.record({ UDP: address }),
  grpc: fc.record({
    GRPC: fc.tuple(address, text).map(([a, service]) => `${a}/${service}`),
    GRPCUseTLS: flag,
  }) as fc.Arbitrary<CheckDefinition>,
  h2ping: fc.record({ H2PING: address, H2PingUseTLS: flag }) as fc.Arbitrary<CheckDefinition>,
  docker: fc.record({
    DockerContainerID: text,
    ScriptArgs: fc.array(text, { minLength: 1, maxLength: 3 }),
  }),
  resource: fc.record({ Resource: text.map((path) => `disk:/${path}`), WarningAbove: fc.nat(100) }),
};

it.each(Object.entries(KINDS))('%s', async (kind, definitions) => {
  const environment = { docker: { host: '127.0.0.1', port }, outputMaxBytes: 4096 };
  const { signal } = new AbortController();
  await fc.assert(
    fc.asyncProperty(definitions, common, async (definition, more) => {
      const probe = createProbe(kind as ProbeKind, { ...definition, ...more }, environment);
      const { status, output } = await probe.run(signal);
      expect(STATUSES).toContain(status);
      expect(typeof output).toBe('string');
    }),
    { numRuns: Math.ceil(RUNS / Object.keys(KINDS).length) },
  );
});
