import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeAgent } from '../../client/testing/fake-agent.ts';
import type { MeshProxyOptions } from '../command-io.ts';
import { runCommand } from '../testing/run-command.ts';

let agent: FakeAgent;
let ran: MeshProxyOptions[];

const sidecar = (ID: string, destination: string) => ({
  ID,
  Kind: 'connect-proxy',
  Service: ID,
  Proxy: { DestinationServiceID: destination },
});

beforeEach(async () => {
  agent = new FakeAgent();
  ran = [];
  const services = [
    sidecar('web-sidecar-proxy', 'web'),
    sidecar('p1', 'two'),
    sidecar('p2', 'two'),
    { ID: 'web', Service: 'web' },
  ];
  agent.on('GET /v1/agent/services', () => ({
    body: Object.fromEntries(services.map((service) => [service.ID, service])),
  }));
  await agent.start();
});

afterEach(() => agent.stop());

const proxy = (args: string[], env: Record<string, string> = {}) =>
  runCommand(['connect', 'proxy', ...args], {
    agent: agent.address,
    env,
    meshProxy: {
      async run(options) {
        ran.push(options);
        options.log.write('a line');
      },
    },
  });

const LOG = '\n==> Log data will now stream in as it occurs:\n\n    a line\n';
const frame = (...block: string[]): string =>
  ['==> Consul Connect proxy starting...', ...block, ''].join('\n') +
  `${LOG}==> Consul Connect proxy shutdown\n`;

describe('by flags', () => {
  it('a proxy that calls', async () => {
    const upstreams = ['-upstream=db:8181', '-upstream=cache.query:10.0.0.1:99'];
    expect(await proxy(['-service=web', ...upstreams])).toEqual({
      code: 0,
      stderr: '',
      stdout: frame(
        '    Configuration mode: Flags',
        '               Service: web',
        '              Upstream: cache => 10.0.0.1:99',
        '              Upstream: db => :8181',
        '       Public listener: Disabled',
      ),
    });
    expect(ran[0]!.source).toEqual({
      service: 'web',
      listen: undefined,
      upstreams: [
        { type: 'prepared_query', name: 'cache', host: '10.0.0.1', port: 99 },
        { type: 'service', name: 'db', host: '', port: 8181 },
      ],
    });
    expect(ran[0]!.register).toBeUndefined();
  });

  it('a proxy that is called, and registered', async () => {
    const args = ['-service=db', '-service-addr=127.0.0.1:5432', '-listen=:8443'];
    const { stdout } = await proxy([
      ...args,
      '-register',
      '-register-id=a',
      '-metrics-addr=:9',
      '-log-level=warn',
    ]);
    expect(stdout).toContain('       Public listener: :8443 => 127.0.0.1:5432\n');
    expect(ran[0]).toMatchObject({
      source: { service: 'db', listen: { host: '', port: 8443, service: '127.0.0.1:5432' } },
      register: { suffix: 'a' },
      metrics: { host: '', port: 9 },
      log: { level: 'warn', json: false },
    });
  });
});

describe('by a registration', () => {
  const found = frame(
    '    Configuration mode: Agent API',
    '        Sidecar for ID: web',
    '              Proxy ID: web-sidecar-proxy',
  );
  const named = frame('    Configuration mode: Agent API', '              Proxy ID: p1');

  it.each([
    ['the sidecar of a service', ['-sidecar-for=web'], {}, found, 'web-sidecar-proxy'],
    ['by the environment', [], { CONNECT_SIDECAR_FOR: 'web' }, found, 'web-sidecar-proxy'],
    ['a proxy', ['-proxy-id=p1'], {}, named, 'p1'],
    ['a proxy by the environment', [], { CONNECT_PROXY_ID: 'p1' }, named, 'p1'],
    ['a proxy before a service', ['-proxy-id=p1', '-sidecar-for=web'], {}, named, 'p1'],
  ])('%s', async (_what, args, env, stdout, proxyID) => {
    expect(await proxy(args, env)).toMatchObject({ code: 0, stdout });
    expect(ran[0]!.source).toEqual({ proxyID });
  });
});

describe('mistakes', () => {
  const PREPARING = '==> Error preparing configuration: ';
  it.each([
    [['extra'], '==> Should have no non-flag arguments.'],
    [[], `${PREPARING}-service or -proxy-id must be specified so that proxy can configure itself.`],
    [['-sidecar-for=nobody'], `${PREPARING}No sidecar proxy registered for nobody`],
    [
      ['-sidecar-for=two'],
      `${PREPARING}More than one sidecar proxy registered for two. Start proxy with -proxy-id and one of the following IDs: p1, p2`,
    ],
    [
      ['-service=x', '-listen=:1'],
      `${PREPARING}-service-addr must be specified with -listen so the proxy knows the backend service address.`,
    ],
    [
      ['-service=x', '-listen=1', '-service-addr=h:1'],
      `${PREPARING}address 1: missing port in address`,
    ],
    [
      ['-service=x', '-listen=h:q:1', '-service-addr=h:1'],
      `${PREPARING}address h:q:1: too many colons in address`,
    ],
    [
      ['-service=x', '-listen=h:q', '-service-addr=h:1'],
      `${PREPARING}strconv.ParseInt: parsing "q": invalid syntax`,
    ],
    [
      ['-service=x', '-register'],
      '==> Failed initializing registration: -register may only be specified with -service and -listen',
    ],
    [
      ['-service=x', '-log-level=zzz'],
      '==> Invalid log level: zzz. Valid log levels are: [TRACE DEBUG INFO WARN ERR ERROR]',
    ],
  ])('%o', async (args, message) => {
    expect(await proxy(args)).toMatchObject({ code: 1, stderr: `${message}\n` });
    expect(ran).toEqual([]);
  });

  it.each([
    ['bad', 'Upstream value should be name:addr in "bad"'],
    ['a.b.query:1', "Upstream type must be blank, 'service', or 'query'. Got: \"b.query\""],
    ['a:x', 'strconv.ParseInt: parsing "x": invalid syntax'],
    ['a:b:c:d', 'strconv.ParseInt: parsing "c:d": invalid syntax'],
    ['a:', 'strconv.ParseInt: parsing "": invalid syntax'],
  ])('-upstream=%s', async (text, reason) => {
    const { code, stderr } = await proxy(['-service=x', `-upstream=${text}`]);
    expect(code).toBe(1);
    expect(stderr).toContain(`invalid value "${text}" for flag -upstream: ${reason}\n`);
  });
});
