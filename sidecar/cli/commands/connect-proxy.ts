/** `connect proxy`: a proxy of the mesh, for a service or for a program that calls services. */
import { DATACENTER } from '../api-flags.ts';
import { CommandError, defineCommand } from '../command.ts';
import type { CommandContext } from '../command.ts';
import type { MeshProxyFlags, MeshProxyOptions } from '../command-io.ts';
import { findSidecar } from '../connect-sidecar.ts';
import { parsePort, upstreamFlag } from '../connect-upstream-flag.ts';
import { flag } from '../flags.ts';

const FLAGS = {
  listen: flag.text(
    'Address that takes connections of the mesh for the service. Needs -service and -service-addr.',
  ),
  'log-json': flag.bool('Write the log as JSON.'),
  'log-level': flag.text('trace, debug, info, warn or error.', 'string', 'INFO'),
  'metrics-addr': flag.text(
    'Address and port at which the counters of the proxy are shown (GET /metrics), for Prometheus.',
  ),
  'pprof-addr': flag.text('Has no effect: there are no profiles of Go here. See -metrics-addr.'),
  'proxy-id': flag.text(
    'ID of a proxy that is registered with the agent, which then configures it.',
  ),
  register: flag.bool('Register the proxy with the agent while it runs. Needs -listen.'),
  'register-id': flag.text(
    'End of the ID that it is registered with, to tell proxies of one service apart.',
  ),
  service: flag.text('Name of the service that the proxy stands for.'),
  'service-addr': flag.text('Address of the service itself. Needs -listen.'),
  'sidecar-for': flag.text(
    'ID of a service of this agent, whose only registered proxy it is to be.',
  ),
  upstream: upstreamFlag(
    'A service to connect to, as name:port or name:address:port; name.query:... for a prepared query. May be given several times.',
  ),
};

type Context = CommandContext<typeof FLAGS>;
type Source = MeshProxyOptions['source'];

const LEVELS: Record<string, string> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERR: 'error',
  ERROR: 'error',
};
const PREPARING = '==> Error preparing configuration: ';

export const command = defineCommand({
  usage: 'connect proxy [options]',
  about: `Runs a proxy of the service mesh until it is interrupted. It takes connections
for a service, or makes connections to services, or both: mutual TLS with
certificates that are renewed while it runs, and the intentions decide who may
connect. The token needs the right service:write on the service.

A program that calls "db" at 127.0.0.1:8181, as the service "frontend":

    $ lictor connect proxy -service=frontend -upstream=db:8181

The service "db", which listens at 127.0.0.1:5432 itself:

    $ lictor connect proxy -service=db -service-addr=127.0.0.1:5432 \\
        -listen=:8443 -register

The sidecar that the service "web" registered with:

    $ lictor connect proxy -sidecar-for=web`,
  api: DATACENTER,
  flags: FLAGS,
  async run(context) {
    const { args, client, flags, io, print } = context;
    if (args.length > 0) throw new CommandError('==> Should have no non-flag arguments.');
    const level = LEVELS[flags['log-level'].toUpperCase()];
    if (level === undefined) {
      throw new CommandError(
        `==> Invalid log level: ${flags['log-level']}. Valid log levels are: [${Object.keys(LEVELS).join(' ')}]`,
      );
    }
    // The signals are taken over before anything runs that they are to end.
    const { signal } = io;
    print('==> Consul Connect proxy starting...');
    const source = await findSource(context);
    if (flags.register && !('listen' in source && source.listen !== undefined)) {
      throw new CommandError(
        '==> Failed initializing registration: -register may only be specified with -service and -listen',
      );
    }
    print('\n==> Log data will now stream in as it occurs:\n');
    const { run } = await io.services.meshProxy();
    await run({
      client,
      source,
      register: flags.register ? { suffix: flags['register-id'] } : undefined,
      metrics: flags['metrics-addr'] === '' ? undefined : splitAddress(flags['metrics-addr']),
      log: { level, json: flags['log-json'], write: (line) => print(`    ${line}`) },
      signal,
    });
    print('==> Consul Connect proxy shutdown');
  },
});

/** Tells what it found, in the block that stands before the log. */
async function findSource({ client, flags, io, print }: Context): Promise<Source> {
  const say = (name: string, value: string): void => print(`${`${name}: `.padStart(24)}${value}`);
  const { service } = flags;
  // A program that starts proxies may say it by the environment.
  const isNamed = flags['proxy-id'] !== '' || flags['sidecar-for'] !== '' || service !== '';
  const sidecarFor = flags['sidecar-for'] || (isNamed ? '' : (io.env.CONNECT_SIDECAR_FOR ?? ''));
  let proxyID = flags['proxy-id'] || (isNamed ? '' : (io.env.CONNECT_PROXY_ID ?? ''));
  if (proxyID !== '' || sidecarFor !== '') {
    const isFound = proxyID === '';
    if (isFound) proxyID = await sidecarOf(client, sidecarFor);
    say('Configuration mode', 'Agent API');
    if (isFound) say('Sidecar for ID', sidecarFor);
    say('Proxy ID', proxyID);
    return { proxyID };
  }
  if (service === '') {
    throw new CommandError(
      `${PREPARING}-service or -proxy-id must be specified so that proxy can configure itself.`,
    );
  }
  say('Configuration mode', 'Flags');
  say('Service', service);
  const upstreams = [...flags.upstream.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, host, port } of upstreams) say('Upstream', `${name} => ${host}:${port}`);
  const listen = listenOf(flags.listen, flags['service-addr']);
  say(
    'Public listener',
    listen === undefined ? 'Disabled' : `${flags.listen} => ${flags['service-addr']}`,
  );
  return { service, upstreams, listen };
}

async function sidecarOf(client: Context['client'], serviceID: string): Promise<string> {
  try {
    return await findSidecar(client, serviceID, PREPARING);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${PREPARING}${(error as Error).message}`);
  }
}

function listenOf(address: string, service: string): MeshProxyFlags['listen'] {
  if (address === '') return undefined;
  if (service === '') {
    throw new CommandError(
      `${PREPARING}-service-addr must be specified with -listen so the proxy knows the backend service address.`,
    );
  }
  const { host, port } = splitAddress(address);
  // Consul's finds out at the first connection.
  splitAddress(service);
  return { host, port, service };
}

function splitAddress(address: string): { host: string; port: number } {
  const parts = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(address);
  if (parts === null) {
    const what = address.includes(':') ? 'too many colons in address' : 'missing port in address';
    throw new CommandError(`${PREPARING}address ${address}: ${what}`);
  }
  try {
    return { host: parts[1] ?? parts[2] ?? '', port: parsePort(parts[3]!) };
  } catch (error) {
    throw new CommandError(`${PREPARING}${(error as Error).message}`);
  }
}
