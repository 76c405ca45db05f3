/** `connect redirect-traffic`: a host's connections go through its transparent proxy. */
import { execFile } from 'node:child_process';
import { AGENT } from '../api-flags.ts';
import { CommandError, defineCommand } from '../command.ts';
import type { CommandContext } from '../command.ts';
import { readProxyService } from '../connect-sidecar.ts';
import { type Redirection, redirectionRules } from '../envoy/iptables-rules.ts';
import { flag } from '../flags.ts';

/** Where transparent proxies listen unless they are told. */
const DEFAULT_OUTBOUND_PORT = 15_001;

const FLAGS = {
  'consul-dns-ip': flag.text('Address of a resolver that all questions of names are sent to.'),
  'consul-dns-port': flag.int('Port of that resolver.'),
  'exclude-inbound-port': flag.list(
    'Port whose connections stay as they are. May be given several times.',
  ),
  'exclude-outbound-cidr': flag.list(
    'Network to which connections stay as they are. May be given several times.',
  ),
  'exclude-outbound-port': flag.list(
    'Port to which connections stay as they are. May be given several times.',
  ),
  'exclude-uid': flag.list('User whose connections stay as they are. May be given several times.'),
  netns: flag.text('Path of the network namespace that the rules are for.'),
  'node-name': flag.text(
    'Node that the proxy is registered on, where there is no agent. Needs -proxy-id.',
  ),
  'proxy-id': flag.text('ID of the proxy, whose registration then says the ports.'),
  'proxy-inbound-port': flag.int('Port at which the proxy takes what comes in.'),
  'proxy-outbound-port': flag.int(
    'Port at which the proxy takes what goes out.',
    DEFAULT_OUTBOUND_PORT,
  ),
  'proxy-uid': flag.text('User that the proxy runs as.'),
};

type Context = CommandContext<typeof FLAGS>;

/** Of a proxy's registration. */
interface ProxyService {
  readonly Port?: number;
  readonly Proxy?: {
    readonly DestinationServiceID?: string;
    readonly Config?: Readonly<Record<string, unknown>> | null;
    readonly TransparentProxy?: { readonly OutboundListenerPort?: number };
    readonly Expose?: {
      readonly Checks?: boolean;
      readonly Paths?: readonly { readonly ListenerPort: number }[];
    };
  };
}

const NOT_CREATED = '==> Failed to create configuration to apply traffic redirection rules: ';

export const command = defineCommand({
  usage: 'connect redirect-traffic [options]',
  about: `Writes rules of iptables, by which connections of this host go through a
transparent proxy. It takes the rights of root, and iptables.

    $ lictor connect redirect-traffic -proxy-uid=1234 -proxy-id=web-proxy`,
  api: [...AGENT, 'namespace', 'partition'],
  flags: FLAGS,
  async run(context) {
    const { flags, io, print } = context;
    requireFlags(context);
    const rules = redirectionRules(await redirectionOf(context));
    for (const rule of rules) await apply(rule, flags.netns, io.env);
    print('    Successfully applied traffic redirection rules');
  },
});

function requireFlags({ flags, given }: Context): void {
  if (flags['proxy-uid'] === '') throw new CommandError('==> -proxy-uid is required');
  if (flags['proxy-id'] === '' && flags['proxy-inbound-port'] === 0) {
    throw new CommandError('==> either -proxy-id or -proxy-inbound-port are required');
  }
  const namesPort = given.has('proxy-inbound-port') || given.has('proxy-outbound-port');
  if (flags['proxy-id'] !== '' && namesPort) {
    throw new CommandError(
      "==> -proxy-inbound-port or -proxy-outbound-port cannot be provided together with -proxy-id. Proxy's inbound and outbound ports are retrieved from the proxy's configuration instead.",
    );
  }
}

async function redirectionOf(context: Context): Promise<Redirection> {
  const { flags } = context;
  const redirection = {
    proxyUserID: flags['proxy-uid'],
    inboundPort: flags['proxy-inbound-port'],
    outboundPort: flags['proxy-outbound-port'],
    excludeInboundPorts: flags['exclude-inbound-port'],
    excludeOutboundPorts: flags['exclude-outbound-port'],
    excludeOutboundCIDRs: flags['exclude-outbound-cidr'],
    excludeUserIDs: flags['exclude-uid'],
    dnsIP: flags['consul-dns-ip'],
    dnsPort: flags['consul-dns-port'],
  };
  if (flags['proxy-id'] === '') return redirection;
  const service = await readProxy(context);
  const config = service.Proxy?.Config ?? {};
  const bindPort = Number(config.bind_port ?? 0);
  return {
    ...redirection,
    inboundPort: bindPort > 0 ? bindPort : (service.Port ?? 0),
    outboundPort: service.Proxy?.TransparentProxy?.OutboundListenerPort || DEFAULT_OUTBOUND_PORT,
    // Whoever reads metrics or checks a path is no caller of the mesh.
    excludeInboundPorts: [
      ...redirection.excludeInboundPorts,
      ...portsOf(config, ['envoy_prometheus_bind_addr', 'envoy_stats_bind_addr']),
      ...(service.Proxy?.Expose?.Paths ?? []).map(({ ListenerPort }) => String(ListenerPort)),
      ...(await exposedChecks(context, service)),
    ],
  };
}

async function readProxy({ client, flags }: Context): Promise<ProxyService> {
  const id = flags['proxy-id'];
  const node = flags['node-name'];
  try {
    const found = await readProxyService<ProxyService>(client, id, node);
    if (found !== undefined) return found;
  } catch (error) {
    const from = node === '' ? 'Consul Agent' : 'catalog';
    throw new CommandError(
      `${NOT_CREATED}failed to fetch proxy service from ${from}: ${(error as Error).message}`,
    );
  }
  throw new CommandError(`${NOT_CREATED}expected to find only one proxy service with ID ${id}`);
}

function portsOf(config: Readonly<Record<string, unknown>>, names: readonly string[]): string[] {
  return names.flatMap((name) => /:(\d+)$/.exec(String(config[name] ?? ''))?.[1] ?? []);
}

/** Ports at which the proxy lets checks of its service through. */
async function exposedChecks({ client }: Context, { Proxy }: ProxyService): Promise<string[]> {
  if (Proxy?.Expose?.Checks !== true) return [];
  const checks = await client.json<
    Record<string, { readonly ServiceID: string; readonly ExposedPort?: number }>
  >({ path: '/v1/agent/checks' });
  return Object.values(checks)
    .filter(({ ServiceID }) => ServiceID === Proxy.DestinationServiceID)
    .flatMap(({ ExposedPort = 0 }) => (ExposedPort > 0 ? [String(ExposedPort)] : []));
}

/** @throws CommandError with what iptables said */
function apply(
  rule: readonly string[],
  netns: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const whole = ['iptables', ...rule];
  const [program = '', ...args] =
    netns === '' ? whole : ['nsenter', `--net=${netns}`, '--', ...whole];
  return new Promise((resolve, reject) => {
    execFile(program, args, { env }, (error, stdout, stderr) => {
      if (error === null) resolve();
      else reject(new CommandError(failure(error, [program, ...args], stdout + stderr)));
    });
  });
}

function failure(
  error: Error & { code?: string | number | null },
  words: string[],
  output: string,
) {
  const because =
    error.code === 'ENOENT'
      ? `exec: "${words[0]}": executable file not found in $PATH`
      : `failed to run command: ${words.join(' ')}, err: exit status ${error.code}, output: ${output}`;
  return `==> Error setting up traffic redirection rules: ${because}`;
}
